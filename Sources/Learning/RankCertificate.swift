import ComputationGraph
import Multiprecision

/// Rows of a Jacobian that certainly are independent, by a pivoted Cholesky factorisation of the kernel J Jᵀ
/// in balls: each pivot's ball is positive.
struct RankCertificate {
  /// Indices of independent rows, in increasing order: a certified lower bound of the rank.
  let rows: [Int]
  /// An upper bound of the rank that holds whatever the parameters: the number of points, of parameters, of
  /// end-to-end entries that the inputs see.
  let upperBound: Int
  /// log10 of the largest squared distance of a remaining row from the span of `rows`, relative to the largest
  /// squared length of a row: an upper bound.
  let log10Remainder: Double

  /// Whether the rank is certified: lower and upper bound agree.
  var isCertified: Bool { rows.count == upperBound }

  private static let precision = 384
  /// Below this a remainder counts as none: the rows then are taken to depend on the basis.
  private static let log10Negligible = -40.0
  /// Above this a remainder at a later state shows that the rank has grown.
  private static let log10Growth = -16.0

  /// Whether the remaining rows depend on the basis as far as the precision shows.
  var remainderIsNegligible: Bool { log10Remainder < Self.log10Negligible }

  /// The hypothesis that a Jacobian of `rows` rows has full row rank along the path.
  func condition(_ name: String, rows count: Int, isConstant: Bool) -> Condition {
    let found = "rank \(rows.count) of \(count) rows at t = 0"
    if rows.count == count {
      return Condition(name, isConstant ? .certified : .monitored, "\(found), by positive pivots")
    }
    if upperBound < count {
      return Condition(name, .violated, "the rank is at most \(upperBound) for \(count) rows")
    }
    return Condition(name, .undecided, found)
  }

  init(model: any Model, parameters: [Matrix<Rational>], points: OutputPoints) throws {
    let precision = Self.precision
    let kernel = try Self.kernel(
      model, parameters.map { matrix in matrix.map { Ball($0, precision: precision) } }, points)
    let inputRank = points.inputs.rank()
    let K = points.areContrasts ? points.outputCount - 1 : points.outputCount
    upperBound = min(
      points.count, model.parameterCount, model.isLinearInInputs ? inputRank * K : points.count)
    (rows, log10Remainder) = Self.pivots(kernel, atMost: upperBound)
  }

  private static func kernel(
    _ model: any Model, _ parameters: [Matrix<Ball>], _ points: OutputPoints
  ) throws -> Matrix<Ball> {
    let graph = Graph()
    let variables = model.parameterVariables(in: graph)
    let node = try points.kernel(model, variables, with: points)
    return try graph.evaluate([node], variables: Array(zip(variables, parameters)), precision: precision)[0]
  }

  /// The `count` rows of the Jacobian at a state that pivoting prefers: a well-conditioned basis of its row
  /// space. Nil if fewer are certainly independent.
  static func basis(
    model: any Model, state: [Matrix<BigFloat>], points: OutputPoints, count: Int
  ) throws -> [Int]? {
    let kernel = try kernel(model, state.map { matrix in matrix.map { Ball($0) } }, points)
    let rows = pivots(kernel, atMost: count).rows
    return rows.count == count ? rows : nil
  }

  /// Whether the Jacobian at a state has more than `count` independent rows, well above rounding.
  static func exceeds(
    count: Int, model: any Model, state: [Matrix<BigFloat>], points: OutputPoints
  ) throws -> Bool {
    let kernel = try kernel(model, state.map { matrix in matrix.map { Ball($0) } }, points)
    return pivots(kernel, atMost: count).log10Remainder > log10Growth
  }

  /// Eliminates with the largest remaining diagonal entry until none is certainly positive.
  private static func pivots(
    _ matrix: Matrix<Ball>, atMost limit: Int
  ) -> (rows: [Int], log10Remainder: Double) {
    var a = matrix
    var remaining = Array(0..<a.rows)
    var chosen: [Int] = []
    func log10Largest(_ rows: [Int]) -> Double {
      rows.map { a[$0, $0].log10UpperMagnitude }.max() ?? -.infinity
    }
    let log10Size = log10Largest(remaining)
    while chosen.count < limit {
      guard let pivot = remaining.max(by: { a[$0, $0].doubleValue < a[$1, $1].doubleValue }),
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
    let remainder = log10Largest(remaining)
    return (chosen.sorted(), remainder == -.infinity ? remainder : remainder - log10Size)
  }
}
