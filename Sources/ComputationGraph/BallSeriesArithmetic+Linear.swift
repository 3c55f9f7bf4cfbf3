import Multiprecision

/// The operations of order O(entries): copies, sums, multiples, moves.
extension BallSeriesArithmetic {
  @inline(__always)
  private func forEach(
    _ output: Series, _ k: Int, _ body: (_ entry: Int, _ result: UnsafeMutablePointer<arf_struct>) -> Void
  ) {
    let coefficients = output.coefficients
    for entry in 0..<coefficients.shape.count { body(entry, midpoint(coefficients.coefficient(entry, k))) }
  }

  /// A constant has no coefficients above the head.
  @inline(__always) private func isZero(_ a: Series, _ k: Int) -> Bool { k > 0 && a.coefficients.isConstant }

  public func setZero(_ output: Series, _ k: Int) { forEach(output, k) { _, result in arf_zero(result) } }

  public func assign(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return setZero(output, k) }
    forEach(output, k) { entry, result in
      arf_set_round(result, midpoint(a.coefficients.coefficient(entry, k)), bits(k), fisherflow_round_down)
    }
  }

  public func add(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return }
    forEach(output, k) { entry, result in
      arf_add(result, result, midpoint(a.coefficients.coefficient(entry, k)), bits(k), fisherflow_round_down)
    }
  }

  public func subtract(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return }
    forEach(output, k) { entry, result in
      arf_sub(result, result, midpoint(a.coefficients.coefficient(entry, k)), bits(k), fisherflow_round_down)
    }
  }

  public func negate(_ output: Series, _ k: Int) {
    forEach(output, k) { _, result in arf_neg(result, result) }
  }

  public func multiply(_ output: Series, _ k: Int, _ a: Series, by factor: Int) {
    if isZero(a, k) { return setZero(output, k) }
    forEach(output, k) { entry, result in
      _ = arf_mul_si(
        result, midpoint(a.coefficients.coefficient(entry, k)), factor, bits(k), fisherflow_round_down)
    }
  }

  /// A rational factor: a quotient of small integers if it is one, else rounded.
  public enum Multiplier {
    case quotient(Int, Int)
    case rounded(Ball)
  }

  public func multiplier(_ factor: Rational) -> Multiplier {
    if let numerator = Int(exactly: factor.numerator), let denominator = Int(exactly: factor.denominator) {
      return .quotient(numerator, denominator)
    }
    return .rounded(Ball(factor, precision: precision))
  }

  public func multiply(_ output: Series, _ k: Int, _ a: Series, by factor: Multiplier) {
    switch factor {
    case .quotient(let numerator, let denominator):
      multiply(output, k, a, by: numerator)
      if denominator != 1 { divide(output, k, by: denominator) }
    case .rounded(let ball):
      if isZero(a, k) { return setZero(output, k) }
      ball.withPointer { ball in
        forEach(output, k) { entry, result in
          arf_mul_rnd_down(result, midpoint(a.coefficients.coefficient(entry, k)), midpoint(ball), bits(k))
        }
      }
    }
  }

  func divide(_ output: Series, _ k: Int, by divisor: Int) {
    forEach(output, k) { _, result in arf_div_si(result, result, divisor, bits(k), fisherflow_round_down) }
  }

  public func multiply(_ output: Series, _ k: Int, _ a: Series, byHeadOf head: Series) {
    if isZero(a, k) { return setZero(output, k) }
    forEach(output, k) { entry, result in
      arf_mul_rnd_down(
        result, midpoint(a.coefficients.coefficient(entry, k)),
        midpoint(head.coefficients.coefficient(entry, 0)), bits(k))
    }
  }

  public func gather(_ output: Series, _ k: Int, from a: Series, at map: [Int]) {
    if isZero(a, k) { return setZero(output, k) }
    forEach(output, k) { entry, result in arf_set(result, midpoint(a.coefficients.coefficient(map[entry], k)))
    }
  }

  public func scattering(_ map: [Int], into count: Int) -> [Int] { map }

  public func scatter(_ output: Series, _ k: Int, adding a: Series, at map: [Int]) {
    if isZero(a, k) { return }
    for (entry, place) in map.enumerated() {
      let result = midpoint(output.coefficients.coefficient(place, k))
      arf_add(result, result, midpoint(a.coefficients.coefficient(entry, k)), bits(k), fisherflow_round_down)
    }
  }

  public func integrate(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return setZero(output, k + 1) }
    forEach(output, k + 1) { entry, result in
      arf_div_si(
        result, midpoint(a.coefficients.coefficient(entry, k)), k + 1, bits(k + 1), fisherflow_round_down)
    }
  }
}
