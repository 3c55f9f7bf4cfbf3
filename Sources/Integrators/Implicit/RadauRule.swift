import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Radau IIA collocation method with s stages on the step [0, 1], of order 2s - 1 at its end.
///
/// With x = 2c - 1 the nodes c_i are the zeros of P_(s-1)(x) - P_s(x), the last of which is 1, and the weights are
/// (1 + x_i)/(2 s² P_(s-1)(x_i)²): exact to degree 2s - 2. A polynomial p of degree s is known by its values at 0 and at
/// the nodes; its slopes there have the Legendre coefficients a_k = (2k + 1) Σ_i b_i P_k(x_i) p'(c_i).
///
/// **Source**: Ehle 1969; Hairer and Wanner, *Solving Ordinary Differential Equations II*, IV.5.
/// **Complexity**: O(s³) operations, once for a run.
struct RadauRule {
  let stages: Int
  let precision: Int
  /// c_1, ..., c_s = 1.
  let nodes: [BigFloat]
  /// p'(c_i) = Σ_j `differences`[i (s + 1) + j] p(c_j), with c_0 = 0; and the same in doubles.
  let differences: BigFloatBuffer
  let doubleDifferences: [Double]
  /// (2k + 1) b_i P_k(x_i) at k·s + i.
  let projection: BigFloatBuffer
  /// Places between neighbours of 0, c_1, ..., c_s: P_k and ∫_0^c P_k there, at place·s + k.
  let controlSlopes: BigFloatBuffer, controlValues: BigFloatBuffer
  /// Bits beyond the precision: differences of nodes near the ends, and their products, lose some.
  private static let guardBits = 64

  /// - Precondition: `stages` ≥ 2.
  init(stages: Int, precision: Int, check: () throws -> Void = {}) throws {
    precondition(stages >= 2, "the method has at least two stages")
    let bits = precision + Self.guardBits + 4 * stages
    let one = BigFloat(1, precision: bits)
    let zeros = try (1...stages).map { number in
      try check()
      return number == stages ? one : Self.zero(number, of: stages, precision: bits)
    }
    self.stages = stages
    self.precision = precision
    let points = [BigFloat(0, precision: bits)] + zeros.map { ($0 + one).scaled(byPowerOfTwo: -1) }
    nodes = points.dropFirst().map { $0.rounded(toPrecision: precision) }
    // Barycentric weights.
    let weights = try points.indices.map { i in
      try check()
      return one
        / points.indices.reduce(one) { $1 == i ? $0 : $0 * (points[i] - points[$1]) }
    }
    var differences: [BigFloat] = []
    for i in 1...stages {
      var row = points.indices.map { j in
        j == i ? BigFloat(0, precision: bits) : weights[j] / weights[i] / (points[i] - points[j])
      }
      row[i] = -row.reduce(BigFloat(0, precision: bits), +)
      differences += row
    }
    self.differences = BigFloatBuffer(differences, precision: precision)
    doubleDifferences = differences.map(\.doubleValue)
    let legendre = zeros.map { Self.legendre($0, upTo: stages) }
    let square = BigFloat(stages * stages, precision: bits)
    projection = BigFloatBuffer(count: stages * stages, precision: precision)
    for (i, (x, values)) in zip(zeros, legendre).enumerated() {
      let last = values[stages - 1]
      let weight = ((one + x) / (square * last * last)).scaled(byPowerOfTwo: -1)
      for k in 0..<stages {
        projection[k * stages + i] = BigFloat(2 * k + 1, precision: bits) * weight * values[k]
      }
    }
    controlSlopes = BigFloatBuffer(count: stages * stages, precision: precision)
    controlValues = BigFloatBuffer(count: stages * stages, precision: precision)
    for place in 0..<stages {
      let middle = (points[place] + points[place + 1]).scaled(byPowerOfTwo: -1)
      let (slopes, values) = Self.rows(at: middle, stages: stages)
      for k in 0..<stages {
        controlSlopes[place * stages + k] = slopes[k]
        controlValues[place * stages + k] = values[k]
      }
    }
  }

  /// P_k(2c - 1), and ∫_0^c P_k(2t - 1) dt = (P_(k+1) - P_(k-1))/(2 (2k + 1)), for k below `stages`.
  static func rows(at c: BigFloat, stages: Int) -> (slopes: [BigFloat], integrals: [BigFloat]) {
    let bits = c.precision
    let p = legendre(c.scaled(byPowerOfTwo: 1) - BigFloat(1, precision: bits), upTo: stages)
    let integrals = (0..<stages).map { k -> BigFloat in
      guard k > 0 else { return c }
      let difference = p[k + 1] - p[k - 1]
      return difference / BigFloat(2 * (2 * k + 1), precision: bits)
    }
    return (Array(p.dropLast()), integrals)
  }

  /// P_0(x), ..., P_last(x).
  static func legendre(_ x: BigFloat, upTo last: Int) -> [BigFloat] {
    var values = [BigFloat(1, precision: x.precision), x]
    for k in stride(from: 1, to: last, by: 1) {
      let next = BigFloat(2 * k + 1, precision: x.precision) * x * values[k]
      values.append(
        (next - BigFloat(k, precision: x.precision) * values[k - 1]) / BigFloat(k + 1, precision: x.precision)
      )
    }
    return Array(values.prefix(last + 1))
  }

  /// The zero of P_(s-1) - P_s that is the `number`th from below, by Newton's method from an asymptotic one.
  private static func zero(_ number: Int, of stages: Int, precision: Int) -> BigFloat {
    let angle = (Double(stages - number) + 0.25) * Double.pi / Double(stages)
    var x = BigFloat(cos(angle), precision: precision)
    let one = BigFloat(1, precision: precision)
    var last = Int.max
    while true {
      let p = legendre(x, upTo: stages)
      // (x² - 1) P_k' = k (x P_k - P_(k-1)).
      func slope(_ k: Int) -> BigFloat {
        let below = k == 0 ? BigFloat(0, precision: precision) : p[k - 1]
        return BigFloat(k, precision: precision) * (x * p[k] - below) / (x * x - one)
      }
      let change = (p[stages - 1] - p[stages]) / (slope(stages - 1) - slope(stages))
      x = x - change
      if change.isZero || change.exponent >= last || change.exponent < -precision { return x }
      last = change.exponent
    }
  }

  /// For a part of the step from `start` on and `width` long: the coefficients of P_k(2(start + width·σ) - 1) as polynomials
  /// of σ, at j·s + k for order j.
  static func powers(start: Rational, width: Rational, stages: Int, precision: Int) -> BigFloatBuffer {
    let bits = precision + guardBits + 4 * stages
    let (head, slope) = (
      BigFloat(2 * start - 1, precision: bits), BigFloat(2 * width, precision: bits)
    )
    let zero = BigFloat(0, precision: bits)
    var polynomials = [[BigFloat(1, precision: bits)], [head, slope]]
    for k in stride(from: 1, to: stages - 1, by: 1) {
      let (last, before) = (polynomials[k], polynomials[k - 1])
      let (a, b, c) = (
        BigFloat(2 * k + 1, precision: bits), BigFloat(k, precision: bits), BigFloat(k + 1, precision: bits)
      )
      polynomials.append(
        (0...k + 1).map { j -> BigFloat in
          let moved: BigFloat = (j <= k ? head * last[j] : zero) + (j > 0 ? slope * last[j - 1] : zero)
          let left: BigFloat = j < k ? b * before[j] : zero
          return (a * moved - left) / c
        })
    }
    let buffer = BigFloatBuffer(count: stages * stages, precision: precision)
    for (k, polynomial) in polynomials.prefix(stages).enumerated() {
      for (j, value) in polynomial.enumerated() { buffer[j * stages + k] = value }
    }
    return buffer
  }
}
