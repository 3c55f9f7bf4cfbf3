import Learning
import Multiprecision

/// T4: more than d constraints active at the limit's programme.
extension Claim {
  static let t4Degenerate = Claim(
    id: "t4-degenerate", title: "More than d active constraints: c minimises a sum of exponentials",
    statement:
      "If b* is unique with more than d active constraints, β(t) = t b* + c + O(e^-δt) with "
      + "c = argmin Σ_active e^(-z_n·c) + g·c; α_n = e^(-z_n·c) is the dual solution of largest entropy, not a vertex.",
    hypotheses: [
      "logistic loss; the inputs span; the data are strictly separable",
      "the programme's solution is unique, with more than d active constraints",
    ],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "strictly separable data that span, any start, where the programme's solution is unique",
      tested:
        "N from 3 to 9, d from 2 to 4, with 1 to 3 active constraints too many; from β(0) = 0 and random; a sample "
        + "that occurs twice")
  ) { settings in
    let half = Rational(1, 2)
    var instances = [
      try degenerate(
        "Z = (1,0), (0,1), (1/2,1/2), from 0", [[1, 0], [0, 1], [half, half]], [0, 0], settings),
      try degenerate(
        "Z = (1,0), (0,1), (1/2,1/2), (3,1), from (1/2, -1)", [[1, 0], [0, 1], [half, half], [3, 1]],
        [half, -1], settings),
      try degenerate(
        "Z = (2,-1), (2,-1), (-1,2), (4,4), from 0", [[2, -1], [2, -1], [-1, 2], [4, 4]], [0, 0], settings),
    ]
    for (stream, (active, others, dimension)) in [(5, 3, 3), (6, 3, 4), (6, 2, 3)].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(460 + stream))
      instances.append(
        try degenerate(
          "random, \(active) active, N = \(active + others), d = \(dimension), stream \(stream + 1)",
          random.rowsOnAFacet(active: active, others: others, dimension: dimension),
          (0..<dimension).map { _ in stream == 0 ? 0 : random.number() }, settings))
    }
    return instances
  }

  private static func degenerate(
    _ name: String, _ rows: [[Rational]], _ start: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let data = try Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: rows.map { _ in 1 }))
    let limit = LimitSolution(try .logistic(data, from: start), settings, id: "t4-degenerate")
    return Instance(
      name,
      conditions: {
        try limit.conditions {
          [
            $0.separability.kind.condition(.strict),
            $0.uniqueness(active: >, "more than d active constraints"),
          ]
        }
      },
      observed: { try limit.observed() }, predicted: { try limit.predicted() },
      controls: [
        .init("z_n·c = -log α_n for d active constraints with a vertex of the dual") {
          try limit.predicted(offset: offsetOfVertex(limit.expansion()))
        }
      ])
  }

  /// Of d active rows with a positive solution of Σ α_n z_n = g, the c with z_n·c = -log α_n.
  private static func offsetOfVertex(_ expansion: LimitExpansion) throws -> [Ball] {
    let data = expansion.programme.data
    let active = expansion.programme.levels.flatMap(\.rows)
    let gradient = data.gradient(precision: expansion.precision)
    for choice in active.choices(of: data.dimension) {
      let rows = Matrix(rows: choice.map { data.rows.row($0) })
      guard let inverse = try? rows.transposed().inverse() else { continue }
      let dual = (inverse.map { Ball($0, precision: expansion.precision) } * gradient).elements
      guard dual.allSatisfy(\.isPositive) else { continue }
      return try Ball.solve(
        rows.map { Ball($0, precision: expansion.precision) }, Matrix(column: dual.map { -Ball.log($0) })
      ).elements
    }
    throw ProblemError(field: "data", "found no vertex with positive multipliers")
  }
}

extension [Int] {
  /// All subsets of a size, in lexicographic order.
  func choices(of size: Int) -> [[Int]] {
    guard size > 0 else { return [[]] }
    return indices.flatMap { place in
      Array(self[(place + 1)...]).choices(of: size - 1).map { [self[place]] + $0 }
    }
  }
}

extension RandomInstances {
  /// Rows z with z·b = 1 on the active ones and more on the others, for a random b: d independent rows, weighted
  /// means of them, and positive combinations of them, so that g is inside the active rows' cone.
  mutating func rowsOnAFacet(active: Int, others: Int, dimension: Int) -> [[Rational]] {
    let normal = fullRankMatrix(1, dimension, bound: 2).elements
    let vertices = independentRows(on: normal, count: dimension)
    var rows = vertices
    while rows.count < active {
      let weights = (0..<dimension).map { _ in Rational(integer(below: 4) + 1) }
      let total = weights.reduce(0, +)
      rows.append(
        (0..<dimension).map { column in
          zip(weights, vertices).reduce(Rational(0)) { $0 + $1.0 * $1.1[column] } / total
        })
    }
    while rows.count < active + others {
      let weights = (0..<dimension).map { _ in Rational(integer(below: 4) + 1, 2) }
      rows.append(
        (0..<dimension).map { column in
          zip(weights, vertices).reduce(Rational(0)) { $0 + $1.0 * $1.1[column] }
        })
    }
    return rows
  }

  /// Independent rows z with z·normal = 1.
  private mutating func independentRows(on normal: [Rational], count: Int) -> [[Rational]] {
    while true {
      let candidates = (0..<count).map { _ in (0..<normal.count).map { _ in number(bound: 2) } }
      let scores = candidates.map { row in zip(row, normal).map { $0 * $1 }.reduce(0, +) }
      guard scores.allSatisfy({ !$0.isZero }) else { continue }
      let rows = zip(candidates, scores).map { row, score in row.map { $0 / score } }
      if Matrix(rows: rows).rank() == count { return rows }
    }
  }
}
