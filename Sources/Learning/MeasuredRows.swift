import ComputationGraph
import Multiprecision

/// The rows of one weighted least-squares problem of `EndToEndSystem`, and the basis in which it is solved.
struct MeasuredRows {
  /// Where the rows are among all measured directions, and where the unknowns are among β's entries.
  private let places: [Int]
  let unknowns: [Int]
  /// The rows, n × unknowns; Fisher weights w and sample counts v, zero where a row is not in the measure or not trained.
  private let rows: Matrix<Rational>
  private let weights: [Rational], counts: [Rational]
  private let log2Weights: [Double]
  private var basis: WeightedBasis
  /// Places in the basis whose variances are near each other's: each group divides by that of its first.
  private var groups: [[Int]]

  /// Nil where the measured rows have less than full column rank.
  init?(
    rows: Matrix<Rational>, places: [Int], weights: [Rational], counts: [Rational], unknowns: [Int]
  ) {
    let measured = weights.indices.filter { weights[$0].signum() > 0 }
    guard let basis = WeightedBasis(of: rows, candidates: measured) else { return nil }
    (self.rows, self.places, self.weights, self.counts) = (rows, places, weights, counts)
    (self.unknowns, self.basis) = (unknowns, basis)
    log2Weights = weights.map(WeightedBasis.log2Magnitude)
    groups = [Array(basis.rows.indices)]
  }

  /// Takes another basis or other groups, if a row exceeds one by `limit` bits or a group spreads by so many more than where
  /// groups are made; whether it did.
  mutating func adapt(to log2Variances: [Double], limit: Double) -> Bool {
    let sizes = log2Weights.indices.map { log2Weights[$0] + log2Variances[places[$0]] }
    let isExchanged = basis.improve(log2Weights: sizes, limit: limit)
    let variances = basis.rows.map { log2Variances[places[$0]] }
    let spread = groups.map { group in
      let values = group.map { variances[$0] }
      return (values.max() ?? 0) - (values.min() ?? 0)
    }
    guard isExchanged || spread.contains(where: { $0 > limit + Self.groupBits }) else { return false }
    groups = Self.groups(variances)
    return true
  }

  /// Indices by falling value, a new group where one is more than `groupBits` below the group's first.
  private static func groups(_ values: [Double]) -> [[Int]] {
    var groups: [[Int]] = []
    for index in values.indices.sorted(by: { values[$0] > values[$1] }) {
      if let first = groups.last?.first, values[first] - values[index] <= groupBits {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
    }
    return groups
  }

  private static let groupBits = 6.0

  /// The part of M⁻¹ ∇_β L that these rows determine, unknowns × 1.
  ///
  /// - Parameters:
  ///   - logVariances: of all measured directions.
  ///   - residuals: of the training inputs' directions, which come first among all.
  func solution(logVariances: Node, residuals: Node) throws -> Node {
    let graph = logVariances.graph
    let c = basis.coordinates
    let measured = weights.indices.filter { !weights[$0].isZero }
    let trained = counts.indices.filter { !counts[$0].isZero }
    let directions = graph.constant(Matrix(rows: measured.map(c.row)))
    var (matrices, rightHandSides): ([Node], [Node]) = ([], [])
    for group in groups {
      let reference = try logVariances.select(rows: [places[basis.rows[group[0]]]])
      /// (v or w)_n (V_n/V) c_ni/w_i for the group's places i and the rows n where one of them is not 0.
      func scaled(_ rows: [Int], _ factors: [Rational]) throws -> (rows: [Int], matrix: Node)? {
        let used = rows.filter { n in group.contains { !c[n, $0].isZero } }
        if used.isEmpty { return nil }
        let values = try logVariances.select(rows: used.map { places[$0] })
        let ratios = try (values - reference.broadcast(to: values.shape)).exp().transposed()
        let constants = graph.constant(
          Matrix<Rational>(rows: group.count, columns: used.count) { i, n in
            c[used[n], group[i]] * factors[used[n]] / weights[basis.rows[group[i]]]
          })
        return (used, try constants * ratios.broadcast(to: constants.shape))
      }
      guard let left = try scaled(measured, weights) else { throw LinearAlgebraError.singular }
      let place = Dictionary(uniqueKeysWithValues: measured.enumerated().map { ($1, $0) })
      matrices.append(
        try left.matrix.times(directions.select(rows: left.rows.compactMap { place[$0] })))
      if let right = try scaled(trained, counts) {
        rightHandSides.append(
          try right.matrix.times(residuals.select(rows: right.rows.map { places[$0] })))
      } else {
        rightHandSides.append(graph.zero(Shape(group.count, 1)))
      }
    }
    let along = try Node.stacked(matrices).solving(Node.stacked(rightHandSides))
    // The group's order of equations does not matter; the unknowns are in the basis' order.
    let chosen = Matrix(rows: basis.rows.map(rows.row))
    return try graph.constant(chosen.inverse()).times(along)
  }
}
