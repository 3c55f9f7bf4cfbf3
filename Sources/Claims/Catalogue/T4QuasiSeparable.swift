import Learning
import Multiprecision

/// T4: separable data with samples that no separating direction can make positive.
extension Claim {
  static let t4QuasiSeparable = Claim(
    id: "t4-quasi-separable",
    title: "Separable, but not strictly: some samples have a finite limit of their own",
    statement:
      "Let N0 be the samples with z_n·b = 0 for every separating b. Their margins converge to those of the "
      + "maximum-likelihood estimate of N0 alone; β(t) = t b* + c + O(e^-δt), where b* minimises g·b subject to "
      + "z_n·b = 0 on N0 and ≥ 1 elsewhere, and c continues that estimate.",
    hypotheses: [
      "logistic loss; the inputs span", "some b separates the data, none of them strictly",
    ],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "any data that span and are separable but not strictly, any start",
      tested: "N from 4 to 12, d from 2 to 5, N0 spanning 1 to 3 dimensions; from β(0) = 0 and random")
  ) { settings in
    var instances = [
      try quasi(
        "Z = (1,0), (-2,0), (1,1), (-1,2), from 0", [[1, 0], [-2, 0], [1, 1], [-1, 2]], [0, 0], settings),
      try quasi(
        "Z = (1,0), (-2,0), (1,1), (-1,2), from (1/2, -1)", [[1, 0], [-2, 0], [1, 1], [-1, 2]],
        [Rational(1, 2), -1], settings),
    ]
    for (stream, (inner, dimension)) in [(1, 3), (2, 4), (3, 5)].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(480 + stream))
      instances.append(
        try quasi(
          "random, N0 of \(inner) dimensions, d = \(dimension), stream \(stream + 1)",
          random.quasiSeparable(inner: inner, dimension: dimension),
          (0..<dimension).map { _ in random.number() }, settings))
    }
    return instances
  }

  private static func quasi(
    _ name: String, _ rows: [[Rational]], _ start: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let data = try Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: rows.map { _ in 1 }))
    let limit = LimitSolution(try .logistic(data, from: start), settings, id: "t4-quasi-separable")
    return Instance(
      name, conditions: { try limit.conditions { [$0.separability.kind.condition(.quasi)] } },
      observed: { try limit.observed() }, predicted: { try limit.predicted() },
      controls: [
        .init("the margins of N0 tend to 0") {
          try limit.predicted(offset: offset(limit.expansion(), keepingEstimate: false))
        },
        .init("the weights along N0 do not move") {
          try limit.predicted(offset: offset(limit.expansion(), keepingEstimate: true))
        },
        .init("β tends to the estimate without growing") {
          try limit.predicted(direction: start.map { _ in 0 })
        },
      ])
  }

  /// c with another part in the span of N0: 0, or β(0)'s.
  private static func offset(_ expansion: LimitExpansion, keepingEstimate keepsStart: Bool) -> [Ball] {
    let precision = expansion.precision
    let q = expansion.programme.levels[0].directions
    let projector = (q * q.moorePenroseInverse()).map { Ball($0, precision: precision) }
    let start = Matrix(
      column: expansion.programme.data.start.map { Ball(keepsStart ? $0 : 0, precision: precision) })
    return (expansion.offset - projector * (expansion.offset - start)).elements
  }
}

extension RandomInstances {
  /// Rows of which some span the first `inner` coordinates without being separable, and the others are separated
  /// by the rest, in coordinates changed by a random invertible matrix.
  mutating func quasiSeparable(inner: Int, dimension: Int) -> [[Rational]] {
    let basis = fullRankMatrix(inner, inner)
    var rows: [[Rational]] = []
    for row in 0..<inner {
      // A row and a multiple of it with the other sign, of another length, so that the estimate is not 0.
      let padded = basis.row(row) + [Rational](repeating: 0, count: dimension - inner)
      let factor = [Rational(-1, 2), Rational(-3, 2), -2][integer(below: 3)]
      rows += [padded, padded.map { factor * $0 }]
    }
    for _ in 0..<(dimension - inner + 3) {
      let outer = (inner..<dimension).map { _ in number().magnitude + Rational(1, 2) }
      rows.append((0..<inner).map { _ in number() } + outer)
    }
    // Rows in which each outer coordinate is large alone, so that all span.
    for column in inner..<dimension {
      rows.append((0..<dimension).map { $0 == column ? 1 : $0 < inner ? number() : Rational(1, 4) })
    }
    let change = fullRankMatrix(dimension, dimension)
    return (Matrix(rows: rows) * change).rowArrays
  }
}

extension Matrix {
  /// The rows as arrays.
  fileprivate var rowArrays: [[Scalar]] { (0..<rows).map { row($0) } }
}
