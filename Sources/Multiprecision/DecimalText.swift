/// Writes ± 0.d1d2d3... · 10^point: plainly when the point falls near the digits, else with an exponent.
func decimalText(isNegative: Bool, digits: String, point: Int) -> String {
  let sign = isNegative ? "-" : ""
  let count = digits.utf8.count
  if point > 0 && point <= count {
    let fraction = digits.dropFirst(point)
    return sign + digits.prefix(point) + (fraction.isEmpty ? "" : "." + fraction)
  }
  if point <= 0 && point > -6 {
    return sign + "0." + String(repeating: "0", count: -point) + digits
  }
  let fraction = digits.dropFirst()
  return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e\(point - 1)"
}
