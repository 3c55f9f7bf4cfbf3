/// What is known of one matrix of series on a step: the norms of its stored polynomials P, and bounds of ‖F - P‖ for
/// the functions F that they stand for, entry by entry.
///
/// ‖f‖ = Σ |f_k| η^k bounds |f| on the step, and ‖fg‖ ≤ ‖f‖‖g‖. F is what the operations give in exact arithmetic of the
/// state's stored polynomials.
///
/// Norms are numbers of the size of the series. What is about as small as the errors (rounding, ‖F - P‖, orders from K
/// on) is in units of `StepNorm.units`.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
final class SeriesBounds {
  let series: FixedPointSeries
  let norm: StepNorm
  /// Coefficients of each entry: 1 for constants, and else K + 1, of which the last is 0 but for the state.
  let orders: Int
  /// u_k = |P_k| (8η)^k, rounded, coefficient k of entry e at e·orders + k.
  private let weighted: [Double]
  /// U_m = Σ_{k≥m} u_k 8^(m-k), rounded, at e·(orders + 1) + m: 8^-m U_m bounds the orders from m on.
  private let suffixes: [Double]
  /// For each entry Σ λ_k η^k and Σ k λ_k η^k, with the rounding errors λ_k of `RunningErrors`.
  let rounding: [UpperBound], weightedRounding: [UpperBound]
  /// ‖F - P‖ for each entry, once it is known.
  var errors: [UpperBound] = []

  init?(of series: FixedPointSeries, norm: StepNorm) {
    guard let known = series.errors else { return nil }
    let orders = known.orders
    (self.series, self.norm, self.orders) = (series, norm, orders)
    var weighted = [Double](repeating: 0, count: known.entries * orders)
    var suffixes = [Double](repeating: 0, count: known.entries * (orders + 1))
    var rounding = [UpperBound](repeating: 0, count: known.entries)
    var weightedRounding = rounding
    for entry in 0..<known.entries {
      let (values, errors) = (known.values + entry * orders, known.errors + entry * orders)
      var (suffix, first, second) = (0.0, 0.0, 0.0)
      for k in stride(from: orders - 1, through: 0, by: -1) {
        let power = norm.powers[k]
        let size = abs(values[k]) * power + 0x1p-1000
        suffix = size + suffix * 0.125
        weighted[entry * orders + k] = size
        suffixes[entry * (orders + 1) + k] = suffix
        let error = norm.countsRounding ? errors[k] * power : 0
        first += error
        second += Double(k) * error
      }
      rounding[entry] = UpperBound(sumOfProducts: first)
      weightedRounding[entry] = UpperBound(sumOfProducts: second)
    }
    (self.weighted, self.suffixes) = (weighted, suffixes)
    (self.rounding, self.weightedRounding) = (rounding, weightedRounding)
  }
}

extension SeriesBounds {
  var entries: Int { rounding.count }
  var units: ErrorUnits { norm.units }

  /// Σ_{k≥m} |P_k| η^k, for small m.
  @inline(__always) func size(_ entry: Int, from m: Int = 0) -> UpperBound {
    suffix(entry, from: m) * UpperBound(ErrorUnits.weight(m))
  }

  /// ‖P - P_0‖.
  func rise(_ entry: Int) -> UpperBound { size(entry, from: 1) }

  /// ‖F‖.
  @inline(__always) func bound(_ entry: Int) -> UpperBound { size(entry) + units.size * errors[entry] }

  /// |P_k| (8η)^k.
  @inline(__always) func weighted(_ entry: Int, _ k: Int) -> UpperBound {
    UpperBound(sumOfProducts: weighted[entry * orders + k])
  }

  /// Σ k |P_k| η^k: by E_m = Σ_{k≥m} (k - m) u_k 8^(m-k) = (E_{m+1} + U_{m+1})/8.
  func eulerNorm(_ entry: Int) -> UpperBound {
    let base = entry * (orders + 1)
    return UpperBound(
      sumOfProducts: stride(from: orders, to: 0, by: -1).reduce(0) { ($0 + suffixes[base + $1]) * 0.125 })
  }

  /// P_0, to one part in 2^48 where it is above 2^-900.
  func head(_ entry: Int) -> Double { series.errors.map { $0.values[entry * orders] } ?? .nan }

  /// P_k η^k for k below `norm.sharpOrders`, to one part in 2^36 and to 2^-900.
  func coefficient(_ entry: Int, _ k: Int) -> Double {
    series.errors.map { $0.values[entry * orders + k] * norm.powers[k] * ErrorUnits.weight(k) } ?? .nan
  }

  /// Σ_{k≥m} |P_k| η^k in units of 8^-m.
  func suffix(_ entry: Int, from m: Int) -> UpperBound {
    m < orders ? UpperBound(sumOfProducts: suffixes[entry * (orders + 1) + m]) : 0
  }

  /// Orders from K on, in units: Σ_{k≥K} |P_k| η^k.
  @inline(__always) func tail(_ entry: Int) -> UpperBound { suffix(entry, from: units.order) * units.cut }

  /// The same of θP.
  func eulerTail(_ entry: Int) -> UpperBound { UpperBound(Double(units.order)) * tail(entry) }

  /// The coefficients of orders from K on of the product of two entries, in units:
  /// Σ_{j+k≥K} |P_j||Q_k| η^(j+k) ≤ 8^-K Σ_j u_j U_{K-j}. With `isEuler`, of that of θP and Q.
  func excess(_ entry: Int, times other: SeriesBounds, _ otherEntry: Int, isEuler: Bool = false) -> UpperBound
  {
    UpperBound(sumOfProducts: wideExcess(entry, times: other, otherEntry, isEuler: isEuler)) * units.cut
  }

  /// Σ_j u_j U_{K-j}, rounded.
  private func wideExcess(_ entry: Int, times other: SeriesBounds, _ otherEntry: Int, isEuler: Bool = false)
    -> Double
  {
    let base = otherEntry * (other.orders + 1) + units.order
    let first = max(0, units.order - other.orders + 1)
    var sum = 0.0
    weighted.withUnsafeBufferPointer { mine in
      other.suffixes.withUnsafeBufferPointer { suffixes in
        for j in first..<max(orders, first) {
          let term = mine[entry * orders + j] * suffixes[base - j]
          sum += isEuler ? Double(j) * term : term
        }
      }
    }
    return sum
  }

  /// The same for θP and the square of an entry of a series that is not constant: Σ_{i+j+l≥K} i |P_i||Q_j||Q_l| η^(i+j+l).
  ///
  /// **Complexity**: K² operations.
  func eulerExcess(_ entry: Int, timesSquareOf other: SeriesBounds, _ otherEntry: Int) -> UpperBound {
    if orders == 1 { return 0 }
    let (order, base) = (units.order, otherEntry * other.orders)
    var square = [Double](repeating: 0x1p-1000, count: order)
    square.withUnsafeMutableBufferPointer { square in
      other.weighted.withUnsafeBufferPointer { q in
        for j in 0..<order {
          let factor = q[base + j]
          for k in 0..<order - j { square[j + k] += factor * q[base + k] }
        }
      }
    }
    var sum = 0.0
    // U_m of the square, from the orders from K on downwards.
    var suffix = other.wideExcess(otherEntry, times: other, otherEntry)
    for m in stride(from: order - 1, through: 0, by: -1) {
      suffix = square[m] + suffix * 0.125
      sum += Double(order - m) * weighted[entry * orders + order - m] * suffix
    }
    return UpperBound(sumOfProducts: sum) * units.cut
  }

  /// Σ_m factors_m Σ_{k≥m} |P_k| η^k, with factors in units of 8^m.
  func sumOfTails(_ entry: Int, factors: [Double]) -> UpperBound {
    let base = entry * (orders + 1)
    return UpperBound(
      sumOfProducts: factors.indices.reduce(0) { $0 + factors[$1] * suffixes[base + $1] })
  }

  /// Σ λ_k η^k of the auxiliary series.
  func auxiliaryRounding(_ entry: Int) -> UpperBound {
    guard norm.countsRounding else { return 0 }
    guard let known = series.auxiliary?.errors else { return series.isConstant ? 0 : .infinity }
    let errors = known.errors + entry * known.orders
    return UpperBound(sumOfProducts: (0..<known.orders).reduce(0) { $0 + errors[$1] * norm.powers[$1] })
  }

  /// What F G - P Q adds to the orders that are left out: P (G - Q) + (F - P) Q + (F - P)(G - Q).
  @inline(__always)
  func productError(_ entry: Int, times other: SeriesBounds, _ otherEntry: Int) -> UpperBound {
    size(entry) * other.errors[otherEntry] + errors[entry] * other.bound(otherEntry)
  }
}
