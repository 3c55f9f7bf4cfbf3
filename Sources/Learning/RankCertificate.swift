import ComputationGraph
import Multiprecision

/// The rank of a Jacobian at given parameters, and rows of it that are independent.
///
/// For models that are polynomial in their parameters the rank is that of the kernel J Jᵀ in exact rational
/// arithmetic. For others it is bounded: from below by a pivoted Cholesky factorisation of the kernel in balls,
/// whose pivots are certainly positive; from above by what holds for all parameters, and by the number of columns
/// that a symmetry does not make equal (`Model.tiedParameters`).
struct RankCertificate {
  /// Indices of rows that certainly are independent, in increasing order.
  let rows: [Int]
  /// An upper bound of the rank.
  let upperBound: Int

  /// Whether the rank is certified: `rows` are a basis of the row space.
  var isCertified: Bool { rows.count == upperBound }

  static let leastPrecision = 384
  /// Where exact arithmetic says that there are more pivots, balls are refined up to this precision.
  private static let largestPrecision = 1 << 14

  init(model: any Model, parameters: [Matrix<Rational>], points: OutputPoints) throws {
    let exact = try Self.exactKernel(model, parameters, points)
    let upperBound =
      exact?.rank()
      ?? min(Self.structuralBound(model, points), Set(model.tiedParameters(parameters)).count)
    var precision = Self.leastPrecision
    while true {
      let kernel =
        try exact?.map { Ball($0, precision: precision) }
        ?? Self.kernel(
          model, parameters.map { matrix in matrix.map { Ball($0, precision: precision) } }, points,
          precision: precision)
      let rows = try Self.pivots(kernel, atMost: upperBound)
      guard exact != nil, rows.count < upperBound, precision < Self.largestPrecision else {
        (self.rows, self.upperBound) = (rows, upperBound)
        return
      }
      precision *= 2
    }
  }

  /// The number of points, of parameters, and for models linear in x the dimension of the matrices that W(θ) on the
  /// inputs' span can be: no rank is larger.
  ///
  /// K × q matrices of rank at most r are a variety of dimension r(q + K - r), and the rank of a polynomial map's
  /// derivative is nowhere larger than the dimension of a variety that its values are in.
  static func structuralBound(_ model: any Model, _ points: OutputPoints) -> Int {
    let bound = min(points.count, model.parameterCount)
    guard model.isLinearInInputs else { return bound }
    let K = points.areContrasts ? points.outputCount - 1 : points.outputCount
    let q = points.inputs.rank()
    let r = min(model.largestRank, q, K)
    return min(bound, r * (q + K - r))
  }

  /// A lower bound of the rank at most parameters with the ties of `initial`, which every flow keeps: the rank at
  /// some seeded ones. A rank below it grows as soon as the parameters move.
  static func genericLowerBound(
    _ model: any Model, _ points: OutputPoints, tiedAs initial: [Matrix<Rational>]
  ) throws -> Int {
    let free = try InitialParameters.seeded(seed: 1, scale: 1).matrices(for: model).flatMap(\.elements)
    let parameters = model.matrices(model.tiedParameters(initial).map { free[$0] })
    return try RankCertificate(model: model, parameters: parameters, points: points).rows.count
  }

  /// The hypothesis that the Jacobian at `points` has full row rank along the path.
  static func condition(
    _ name: String, model: any Model, parameters: [Matrix<Rational>], points: OutputPoints
  ) throws -> Condition {
    let structural = structuralBound(model, points)
    guard structural == points.count else {
      return Condition(name, .violated, "the rank is at most \(structural) for \(points.count) rows")
    }
    let rank = try RankCertificate(model: model, parameters: parameters, points: points)
    let found = "rank \(rank.rows.count) of \(points.count) rows at t = 0"
    if rank.rows.count == points.count {
      return Condition(
        name, model.hasConstantJacobian ? .certified : .monitored, "\(found), by positive pivots")
    }
    return Condition(
      name, rank.isCertified ? .violated : .undecided, rank.isCertified ? "\(found), exactly" : found)
  }

  private static func kernel<Scalar: RealScalar>(
    _ model: any Model, _ parameters: [Matrix<Scalar>], _ points: OutputPoints, precision: Int
  ) throws -> Matrix<Scalar> {
    let graph = Graph()
    let variables = model.parameterVariables(in: graph)
    let node = try points.kernel(model, variables, with: points)
    return try graph.evaluate([node], variables: Array(zip(variables, parameters)), precision: precision)[0]
  }

  /// Nil for models that are not polynomial in their parameters.
  private static func exactKernel(
    _ model: any Model, _ parameters: [Matrix<Rational>], _ points: OutputPoints
  ) throws -> Matrix<Rational>? {
    try kernel(
      model, parameters.map { matrix in matrix.map { ExactNumber($0) } }, points, precision: leastPrecision
    ).exact
  }

  /// The `count` rows of the Jacobian at a state that pivoting prefers: a well-conditioned basis of its row
  /// space. Nil if fewer are certainly independent.
  static func basis(
    model: any Model, state: [Matrix<BigFloat>], points: OutputPoints, count: Int
  ) throws -> [Int]? {
    let precision = state.first?.elements.first?.precision ?? leastPrecision
    let kernel = try kernel(
      model, state.map { matrix in matrix.map { Ball($0) } }, points, precision: precision)
    let rows = try pivots(kernel, atMost: count)
    return rows.count == count ? rows : nil
  }

  /// Eliminates with the largest remaining diagonal entry until none is certainly positive.
  ///
  /// - Throws: `CancellationError`.
  static func pivots(_ matrix: Matrix<Ball>, atMost limit: Int) throws(CancellationError) -> [Int] {
    var a = matrix
    var remaining = Array(0..<a.rows)
    var chosen: [Int] = []
    while chosen.count < limit {
      if Task.isCancelled { throw CancellationError() }
      guard let pivot = remaining.max(by: { a[$0, $0].log10UpperMagnitude < a[$1, $1].log10UpperMagnitude }),
        a[pivot, pivot].isPositive
      else { break }
      chosen.append(pivot)
      remaining.removeAll { $0 == pivot }
      for row in remaining {
        let factor = a[row, pivot] / a[pivot, pivot]
        for column in remaining where column >= row {
          a[row, column] = a[row, column] - factor * a[pivot, column]
          a[column, row] = a[row, column]
        }
      }
    }
    return chosen.sorted()
  }
}
