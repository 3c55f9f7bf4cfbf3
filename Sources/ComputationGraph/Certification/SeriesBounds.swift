#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What is known of one matrix of series on a step: the norms of its stored polynomials P, and bounds of ‖F - P‖ for
/// the functions F that they stand for, entry by entry.
///
/// The norm is ‖f‖ = Σ |f_k| η^k, where η is the step as a fraction of the scale: it bounds |f| on the step, and
/// ‖fg‖ ≤ ‖f‖‖g‖. F is what the operations give in exact arithmetic of the state's stored polynomials.
///
/// All numbers are upper bounds in double precision. They are sums and products of numbers that are not negative, so
/// each is right to one part in 2^30, which `outwards` adds.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
final class SeriesBounds {
  let series: FixedPointSeries
  /// η^k.
  let powers: [Double]
  /// Coefficients of each entry.
  let orders: Int
  /// As many of them were computed, if it is the result of an operation: the state's have one more.
  let kept: Int
  /// |P_k| η^k, coefficient k of entry e at e·orders + k.
  let weighted: [Double]
  /// Σ_{k≥m} |P_k| η^k at e·(orders + 1) + m.
  let suffixes: [Double]
  /// Σ |P_k| (8η)^k, and Σ k |P_k| (8η)^k: what orders m and more of products amount to is at most 8^-m times the product
  /// of these.
  let wideNorms: [Double], wideEulerNorms: [Double]
  /// For each entry Σ λ_k η^k and Σ k λ_k η^k, with the rounding errors λ_k of `RunningErrors`.
  let rounding: [Double], weightedRounding: [Double]
  /// ‖F - P‖ for each entry, once it is known.
  var errors: [Double] = []

  /// - Parameter powers: η^k.
  init?(of series: FixedPointSeries, powers: [Double]) {
    guard let known = series.errors else { return nil }
    let orders = known.orders
    (self.series, self.powers) = (series, powers)
    self.orders = orders
    kept = series.isConstant ? 1 : orders - 1
    var weighted = [Double](repeating: 0, count: known.entries * orders)
    var suffixes = [Double](repeating: 0, count: known.entries * (orders + 1))
    var rounding = [Double](repeating: 0, count: known.entries)
    var weightedRounding = rounding, wideNorms = rounding, wideEulerNorms = rounding
    for entry in 0..<known.entries {
      let (values, errors) = (known.values + entry * orders, known.errors + entry * orders)
      var (sum, first, second) = (0.0, 0.0, 0.0)
      var (wide, wideEuler, widening) = (0.0, 0.0, 1.0)
      for k in 0..<orders {
        let size = abs(values[k]) * powers[k] * widening
        wide += size
        wideEuler += Double(k) * size
        widening *= 8
      }
      (wideNorms[entry], wideEulerNorms[entry]) = (wide, wideEuler)
      for k in stride(from: orders - 1, through: 0, by: -1) {
        let size = abs(values[k]) * powers[k] + (values[k] == 0 ? 0 : 0x1p-1000)
        weighted[entry * orders + k] = size
        sum += size
        suffixes[entry * (orders + 1) + k] = sum
        let error = errors[k] * powers[k]
        first += error
        second += Double(k) * error
      }
      (rounding[entry], weightedRounding[entry]) = (first, second)
    }
    (self.weighted, self.suffixes) = (weighted, suffixes)
    (self.wideNorms, self.wideEulerNorms) = (wideNorms, wideEulerNorms)
    (self.rounding, self.weightedRounding) = (rounding, weightedRounding)
  }

  var entries: Int { rounding.count }

  /// ‖P‖.
  @inline(__always) func norm(_ entry: Int) -> Double { suffixes[entry * (orders + 1)] }

  /// Whether doubles hold what is left out beside these norms.
  var isInRange: Bool { (0..<entries).allSatisfy { norm($0) < 0x1p400 } }

  /// ‖F‖.
  @inline(__always) func bound(_ entry: Int) -> Double { norm(entry) + errors[entry] }

  /// Σ_{k≥m} |P_k| η^k.
  @inline(__always) func tail(_ entry: Int, from m: Int) -> Double {
    m < orders ? suffixes[entry * (orders + 1) + m] : 0
  }

  /// P_0, to one part in 2^48.
  func head(_ entry: Int) -> Double { coefficient(entry, 0) }

  /// The coefficients of orders from m on of the product of two entries: Σ_{j+k≥m} |P_j||Q_k| η^(j+k). With
  /// `isEuler`, of that of t P' and Q.
  func excess(_ entry: Int, times other: SeriesBounds, _ otherEntry: Int, from m: Int, isEuler: Bool = false)
    -> Double
  {
    let base = otherEntry * (other.orders + 1)
    var sum = 0.0
    weighted.withUnsafeBufferPointer { mine in
      other.suffixes.withUnsafeBufferPointer { suffixes in
        for j in max(0, m - other.orders + 1)..<max(orders, m - other.orders + 1) {
          let term = mine[entry * orders + j] * suffixes[base + max(0, m - j)]
          sum += isEuler ? Double(j) * term : term
        }
      }
    }
    return sum
  }

  /// ‖P - P_0‖.
  func rise(_ entry: Int) -> Double { tail(entry, from: 1) }

  /// Σ j |P_j| η^j.
  func eulerNorm(_ entry: Int) -> Double {
    (0..<orders).reduce(0) { $0 + Double($1) * weighted[entry * orders + $1] }
  }

  /// P_k η^k, to one part in 2^36 for small k.
  func coefficient(_ entry: Int, _ k: Int) -> Double {
    series.errors.map { $0.values[entry * orders + k] * powers[k] } ?? .nan
  }

  /// What F G - P Q adds to the orders that are left out: P (G - Q) + (F - P) Q + (F - P)(G - Q).
  @inline(__always)
  func productError(_ entry: Int, times other: SeriesBounds, _ otherEntry: Int) -> Double {
    norm(entry) * other.errors[otherEntry] + errors[entry] * other.bound(otherEntry)
  }
}

/// A bound with room for the roundings of its own computation.
@inline(__always) func outwards(_ bound: Double) -> Double { bound * (1 + 0x1p-30) + 0x1p-1000 }
