import Learning
import Multiprecision

/// T4: the flow's limit direction and the maximum-margin direction.
extension Claim {
  static let t4MaximumMargin = Claim(
    id: "t4-maximum-margin",
    title: "The limit is not the maximum-margin direction, unless the active sets agree",
    statement:
      "The angle between b* and the ℓ2 maximum-margin vector is that of two exact rational vectors: cos² = 1/5, 1/10, "
      + "1/50 (63.43°, 71.57°, 81.87°) in three examples from β(0) = 0; it is 0 where both programmes have the same d "
      + "active constraints.",
    hypotheses: ["logistic loss; the inputs span; the data are strictly separable"],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "strictly separable data that span, any start",
      tested:
        "three rational data sets with N = 3, d = 2; random data with equal active sets, d = 2 and 3; Iris")
  ) { settings in
    let examples: [([[Rational]], Rational)] = [
      ([[0, 1], [1, 3], [1, 4]], Rational(1, 5)),
      ([[0, 1], [1, 6], [1, 4]], Rational(1, 10)),
      ([[2, 2], [6, 5], [6, 6]], Rational(1, 50)),
    ]
    var instances = try examples.enumerated().map { place, example in
      let cosine = settings.constant("t4-maximum-margin: cos² \(place + 1)", example.1)
      return try angle(
        "Z = \(example.0.map { "(\($0[0]),\($0[1]))" }.joined(separator: ", ")): cos² = \(example.1)",
        all(example.0), cosine, settings)
    }
    let one = settings.constant("t4-maximum-margin: cos² with equal active sets", 1)
    for (stream, dimension) in [2, 3].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(530 + stream))
      let rows = try random.equalActiveSets(dimension: dimension)
      instances.append(
        try angle(
          "equal active sets, random, d = \(dimension): cos² = 1", all(rows), one, settings, areEqual: true))
    }
    instances.append(
      try angle("Iris setosa against versicolor, against the exact vectors", Datasets.iris(), nil, settings))
    return instances
  }

  private static func all(_ rows: [[Rational]]) throws -> Dataset {
    try Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: rows.map { _ in 1 }))
  }

  /// cos² of the angle between the direction of β(2t) - β(t) = t b*, widened by both remainders, and the exact
  /// maximum-margin vector.
  private static func angle(
    _ name: String, _ data: Dataset, _ cosineSquared: Rational?, _ settings: CheckSettings,
    areEqual: Bool = false
  ) throws -> Instance {
    let start = (0..<data.inputs.columns).map { _ in Rational(0) }
    let limit = LimitSolution(try .logistic(data, from: start), settings, id: nil)
    let precision = settings.precision
    @Sendable func cosine(_ direction: [Ball]) throws -> Measurement {
      let margin = BallVector(try limit.maximumMargin().point, precision: precision)
      let vector = BallVector(direction)
      let product = vector.dot(margin)
      return Measurement(
        [.init("cos² of the angle", product * product / (vector.dot(vector) * margin.dot(margin)))],
        isRigorous: true)
    }
    @Sendable func exact(_ value: Rational) -> Measurement {
      Measurement([.init("cos² of the angle", Ball(value, precision: precision))], isRigorous: true)
    }
    return Instance(
      name,
      conditions: {
        try limit.conditions { programme in
          let margin = try limit.maximumMargin()
          let (ours, theirs) = (programme.levels[0].rows.sorted(), margin.activeRows.sorted())
          let agrees = ours == theirs && ours.count == start.count
          return [
            programme.separability.kind.condition(.strict),
            Condition(
              areEqual ? "both programmes have the same d active constraints" : "the active sets differ",
              agrees == areEqual ? .certified : .violated, "\(ours) and \(theirs)"),
          ]
        }
      },
      observed: {
        let expansion = try limit.expansion()
        let (early, late) = (try limit.weights(), try expansion.weights(at: 2 * expansion.time))
        let neglected = try expansion.remainder(of: late, at: 2 * expansion.time) - limit.remainder()
        return try cosine(
          zip((late - early).elements, neglected.elements).map { $0.addingError($1.magnitude) })
      },
      predicted: {
        if let cosineSquared { return exact(cosineSquared) }
        return try cosine(limit.expansion().solution.map { Ball($0, precision: precision) })
      },
      controls: areEqual
        ? [
          .init("b* is the sum Σ s_n(0) z_n, the first direction of the gradient") {
            try cosine(limit.expansion().programme.data.gradient(precision: precision).elements)
          }
        ] : [.init("b* is the maximum-margin direction") { exact(1) }])
  }
}

extension RandomInstances {
  /// d independent rows z with z·1 = 1 and a positive combination of them that gives 1, so that b = 1 is the
  /// maximum-margin vector, and further rows that are positive combinations of them with larger margins: g is in
  /// the cone of the first d rows.
  mutating func equalActiveSets(dimension: Int) throws -> [[Rational]] {
    while true {
      var rows = (0..<dimension).map { row in
        (0..<dimension).map { $0 == row ? Rational(1) : number() / 4 }
      }
      rows = rows.map { row in
        let sum = row.reduce(0, +)
        return row.map { $0 / (sum.isZero ? 1 : sum) }
      }
      let matrix = Matrix(rows: rows)
      let ones = Matrix<Rational>(rows: dimension, columns: 1, repeating: 1)
      guard matrix.rank() == dimension, (matrix * ones).elements.allSatisfy({ $0 == 1 }),
        try matrix.transposed().solve(ones).elements.allSatisfy({ $0.signum() > 0 })
      else { continue }
      for _ in 0..<(dimension + 1) {
        let weights = (0..<dimension).map { _ in Rational(integer(below: 4) + 2, 2) }
        rows.append((Matrix(rows: [weights]) * matrix).elements)
      }
      return rows
    }
  }
}
