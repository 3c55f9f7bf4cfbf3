import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A collocation method with s stages on the step [0, 1]: Gauss–Legendre, of order 2s, or Radau IIA, of order 2s - 1.
///
/// With the zeros x_i of the Legendre polynomial P_s the nodes of Gauss are c_i = (1 + x_i)/2, and the weights
/// b_i = 1/((1 - x_i²) P_s'(x_i)²). Those of Radau have the zeros of Σ_{k<s} (2k+1) P_k = s (P_{s-1} - P_s)/(1 - x), and 1, and
/// b_i = 1/Σ_{k<s} (2k+1) P_k(x_i)². Both sums over the nodes are exact to degree 2s - 2, so P_0, ..., P_{s-1} are orthogonal
/// there. Hence the stages' matrix a_ij = ∫_0^{c_i} ℓ_j:
/// ℓ_j = b_j Σ_k (2k+1) P_k(x_j) P_k and (2k+1) ∫P_k = P_{k+1} - P_{k-1}, with P_{-1} = -1.
///
/// **Source**: Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.7 and IV.5 of
/// volume II. **Complexity**: O(s³) operations, once for an integration.
struct CollocationRule {
  enum Family { case gauss, radau }

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
  /// For Newton's method, of Radau's rules only, in doubles: A⁻¹ at i·s + j, its rows' sums, and the projection and the controls.
  let inverse: [Double], inverseSums: [Double]
  let doubleProjection: [Double], doubleControlValues: [Double], doubleControlIntegrals: [Double]

  /// Bits beyond the precision for the nodes near ±1, where 1 - x² cancels.
  private static let guardBits = 48

  /// - Parameter check: called on the way; what it throws is passed on.
  /// - Precondition: `stages` ≥ 1.
  init(_ family: Family = .gauss, stages: Int, precision: Int, check: () throws -> Void = {}) throws {
    precondition(stages >= 1, "a collocation method has at least one stage")
    let bits = precision + Self.guardBits
    let zeros =
      try family == .gauss
      ? Self.gaussZeros(stages, precision: bits, check: check)
      : Self.radauZeros(stages, precision: bits, check: check)
    let one = BigFloat(1, precision: bits)
    let legendre = zeros.map { Self.legendre($0, upTo: stages) }
    let weights = zip(zeros, legendre).map { x, values in
      if family == .radau { return one / Self.christoffelSum(values.dropLast(), values.dropLast()) }
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
    let ends = [-one] + zeros + (family == .gauss ? [one] : [])
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
    guard family == .radau else {
      (inverse, inverseSums, doubleProjection) = ([], [], [])
      (doubleControlValues, doubleControlIntegrals) = ([], [])
      return
    }
    let inverse = try Self.inverse(of: matrix, size: stages, check: check)
    self.inverse = inverse.map(\.doubleValue)
    inverseSums = (0..<stages).map { row in
      inverse[row * stages..<(row + 1) * stages].reduce(BigFloat(0, precision: precision), +).doubleValue
    }
    func doubles(_ buffer: BigFloatBuffer) -> [Double] { (0..<buffer.count).map { buffer[$0].doubleValue } }
    doubleProjection = doubles(projection)
    (doubleControlValues, doubleControlIntegrals) = (doubles(controlValues), doubles(controlIntegrals))
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
}
