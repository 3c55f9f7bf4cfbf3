import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Gauss–Legendre collocation method with s stages on the step [0, 1], of order 2s.
///
/// With the zeros x_i of the Legendre polynomial P_s, the nodes are c_i = (1 + x_i)/2, the weights
/// b_i = 1/((1 - x_i²) P_s'(x_i)²), and the stages' matrix a_ij = ∫_0^{c_i} ℓ_j, from the discrete
/// orthogonality of P_0, ..., P_{s-1} at the nodes:
/// ℓ_j = b_j Σ_k (2k+1) P_k(x_j) P_k and (2k+1) ∫P_k = P_{k+1} - P_{k-1}, with P_{-1} = -1.
///
/// **Source**: Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.7 and IV.5 of
/// volume II. **Complexity**: O(s³) operations, once for an integration.
struct CollocationRule {
  let stages: Int
  let precision: Int
  /// c_i in (0, 1), increasing.
  let nodes: [BigFloat]
  /// b_i.
  let weights: BigFloatBuffer
  /// a_ij at i·s + j.
  let matrix: BigFloatBuffer
  /// (2k+1) b_j P_k(x_j) at k·s + j: values at the nodes to Legendre coefficients on the step.
  let projection: BigFloatBuffer
  /// Places between the nodes and at the ends, and how many: P_k and ∫_0^c P_k there, at place·s + k.
  let controlCount: Int
  let controlValues: BigFloatBuffer, controlIntegrals: BigFloatBuffer

  /// Bits beyond the precision for the nodes near ±1, where 1 - x² cancels.
  private static let guardBits = 48

  /// - Parameter check: called on the way; what it throws is passed on.
  /// - Precondition: `stages` ≥ 1.
  init(stages: Int, precision: Int, check: () throws -> Void = {}) throws {
    precondition(stages >= 1, "a collocation method has at least one stage")
    let bits = precision + Self.guardBits
    let half = try (0..<stages / 2).map {
      try check()
      return Self.zero($0, of: stages, precision: bits)
    }
    let middle = stages % 2 == 1 ? [BigFloat(0, precision: bits)] : []
    let zeros = half.map { -$0 } + middle + half.reversed()
    let one = BigFloat(1, precision: bits)
    let legendre = zeros.map { Self.legendre($0, upTo: stages) }
    let weights = zip(zeros, legendre).map { x, values in
      let slope = Self.slope(values, x, stages)
      return one / ((one - x * x) * slope * slope)
    }

    let values = BigFloatBuffer(legendre.flatMap { $0.dropLast() }, precision: bits)
    let integrals = BigFloatBuffer(count: stages * stages, precision: bits)
    let matrix = BigFloatBuffer(count: stages * stages, precision: precision)
    let projection = BigFloatBuffer(count: stages * stages, precision: precision)
    for (i, p) in legendre.enumerated() {
      try check()
      for k in 0..<stages {
        let below = k == 0 ? -one : p[k - 1]
        integrals[i * stages + k] = (p[k + 1] - below).scaled(byPowerOfTwo: -1)
      }
      let row = i * stages..<(i + 1) * stages
      for j in 0..<stages {
        matrix[i * stages + j] = weights[j] * integrals.dot(row, values, at: j * stages)
        projection[i * stages + j] = BigFloat(2 * i + 1, precision: bits) * weights[j] * legendre[j][i]
      }
    }
    self.stages = stages
    self.precision = precision
    let ends = [-one] + zeros + [one]
    // The ends too: what changes between the last stage and the end is seen by no stage, of this step or the next.
    let between = zip(ends, ends.dropFirst()).map { ($0 + $1).scaled(byPowerOfTwo: -1) }
    let places = [-one] + between + [one]
    controlCount = places.count
    controlValues = BigFloatBuffer(count: places.count * stages, precision: precision)
    controlIntegrals = BigFloatBuffer(count: places.count * stages, precision: precision)
    for (place, x) in places.enumerated() {
      let p = Self.legendre(x, upTo: stages)
      for k in 0..<stages {
        let below = k == 0 ? -one : p[k - 1]
        controlValues[place * stages + k] = p[k]
        controlIntegrals[place * stages + k] =
          (p[k + 1] - below) / BigFloat(2 * (2 * k + 1), precision: bits)
      }
    }
    self.weights = BigFloatBuffer(weights, precision: precision)
    self.matrix = matrix
    self.projection = projection
    nodes = zeros.map { (one + $0).scaled(byPowerOfTwo: -1).rounded(toPrecision: precision) }
  }

  /// P_0(x), ..., P_degree(x), from (k+1) P_{k+1} = (2k+1) x P_k - k P_{k-1}.
  static func legendre(_ x: BigFloat, upTo degree: Int) -> [BigFloat] {
    let bits = x.precision
    var values = [BigFloat(1, precision: bits), x]
    for k in stride(from: 1, to: degree, by: 1) {
      let (a, b) = (BigFloat(2 * k + 1, precision: bits), BigFloat(k, precision: bits))
      values.append((a * x * values[k] - b * values[k - 1]) / BigFloat(k + 1, precision: bits))
    }
    return Array(values.prefix(degree + 1))
  }

  /// P_s'(x) = s (x P_s - P_{s-1})/(x² - 1), inside (-1, 1).
  private static func slope(_ values: [BigFloat], _ x: BigFloat, _ degree: Int) -> BigFloat {
    let factor = BigFloat(degree, precision: x.precision)
    let one = BigFloat(1, precision: x.precision)
    return factor * (x * values[degree] - values[degree - 1]) / (x * x - one)
  }

  /// The zero number `index` of P_s, from the largest on, by Newton's method from cos(π (i + 3/4)/(s + 1/2)).
  private static func zero(_ index: Int, of degree: Int, precision: Int) -> BigFloat {
    let angle = Double.pi * (Double(index) + 0.75) / (Double(degree) + 0.5)
    var x = BigFloat(cos(angle), precision: precision)
    while true {
      let values = legendre(x, upTo: degree)
      let correction = values[degree] / slope(values, x, degree)
      x -= correction
      // Newton's method doubles the digits: after a correction of half of them, all are right.
      if correction.isZero || correction.exponent < -precision * 3 / 5 { return x }
    }
  }
}
