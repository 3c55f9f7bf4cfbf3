import ComputationGraph
import Learning
import Multiprecision

/// T4: other coordinates of the inputs change nothing of the function, on spanning data.
extension Claim {
  static let t4AffineCovariance = Claim(
    id: "t4-affine-covariance",
    title: "Affine maps of the inputs change nothing of the function, if they span",
    statement:
      "With inputs that span, X → XT (T invertible; with a bias, x → Ax + s) leaves the function f(t) on the whole "
      + "space as it is when the start is the same function; with N ≤ d inputs only the training margins stay. "
      + "Gradient flow is not covariant.",
    hypotheses: [
      "logistic loss; the Fisher measure is the training inputs", "∂β/∂θ has full row rank along the path",
    ],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "any model linear in x and any invertible affine map; all t",
      tested:
        "linear, deep linear 3-2-1; N from 2 to 9, d = 3, random maps, 2 streams; Iris with bias, standardised to mean 0 "
        + "and other units; t ≤ 2")
  ) { settings in
    var instances: [Instance] = []
    for stream in 0..<2 {
      var random = RandomInstances(settings, stream: UInt64(500 + stream))
      let data = try Dataset(
        inputs: random.fullRankMatrix(8, 3), targets: random.targets(.bernoulli, count: 8))
      let model = try DeepLinearModel(widths: stream == 0 ? [3, 1] : [3, 2, 1])
      instances.append(
        try spanning(
          "\(stream == 0 ? "linear" : "deep linear 3-2-1"), X → XT, N = 8, d = 3", model, data,
          random.parameters(model), random.fullRankMatrix(3, 3), [0, Rational(1, 2), 2], settings,
          points: random.matrix(3, 3, bound: 2)))
      let biased = try Dataset(
        inputs: random.fullRankMatrix(8, 2), targets: random.targets(.bernoulli, count: 8)
      ).withBias()
      instances.append(
        try spanning(
          "linear, x → Ax + s with bias, N = 8, d = 2, stream \(stream + 1)",
          DeepLinearModel(widths: [3, 1]),
          biased, [random.matrix(1, 3)], affine(random.fullRankMatrix(2, 2), [random.number(bound: 3), 1]),
          [0, Rational(1, 2), 2], settings,
          points: Dataset(
            inputs: random.matrix(3, 2, bound: 2), targets: Matrix(column: [1, 0, 1])
          ).withBias().inputs))
    }
    let iris = try Datasets.iris()
    let means = (0..<4).map { column in iris.inputs.column(column).reduce(0, +) / 100 }
    let scales: [Rational] = [Rational(8, 5), 2, Rational(2, 3), Rational(7, 4)]
    let standardising = affine(
      Matrix(rows: 4, columns: 4) { $0 == $1 ? scales[$0] : 0 }, zip(means, scales).map { -$0 * $1 })
    let biased = try iris.withBias()
    instances.append(
      try spanning(
        "Iris with bias, standardised", DeepLinearModel(widths: [5, 1]), biased,
        [Matrix(rows: 1, columns: 5, repeating: 0)], standardising, [0, Rational(1, 2)], settings,
        points: Matrix(rows: [[5, 3, 2, 1, 1], [0, 0, 0, 0, 1], [7, 1, 3, 3, 1]])))
    var random = RandomInstances(settings, stream: 510)
    instances.append(try few("N = 2, d = 3: training margins only", &random, settings))
    return instances
  }

  /// The map (x, 1) → (Ax + s, 1) on rows.
  private static func affine(_ matrix: Matrix<Rational>, _ shift: [Rational]) -> Matrix<Rational> {
    let d = matrix.rows
    return Matrix(rows: d + 1, columns: d + 1) { row, column in
      row < d ? (column < d ? matrix[row, column] : 0) : column < d ? shift[column] : 1
    }
  }

  /// The same start as a function of other inputs: W_1 x = (W_1 T⁻ᵀ)(Tᵀ x).
  private static func transformed(
    _ model: any Model, _ data: Dataset, _ initial: [Matrix<Rational>], by map: Matrix<Rational>,
    _ flow: Flow, _ times: [Rational]
  ) throws -> Problem {
    let first = initial[0] * (try map.inverse().transposed())
    return try Problem(
      model: model, data: Dataset(inputs: data.inputs * map, targets: data.targets), likelihood: .bernoulli,
      flow: flow, initial: [first] + initial.dropFirst(), times: times)
  }

  private static func original(
    _ model: any Model, _ data: Dataset, _ initial: [Matrix<Rational>], _ flow: Flow, _ times: [Rational]
  ) throws -> Problem {
    try Problem(
      model: model, data: data, likelihood: .bernoulli, flow: flow, initial: initial, times: times)
  }

  /// The function at the rows of `points` along a trajectory.
  private static func function(_ solution: Solution, at points: Matrix<Rational>) throws -> Measurement {
    let model = solution.problem.model
    return try solution.measure("f") { try model.outputs($0, inputs: $0[0].graph.constant(points)) }
  }

  /// The integrated flow in other coordinates against the certified zero of the gradient law in the first ones.
  private static func spanning(
    _ name: String, _ model: any Model, _ data: Dataset, _ initial: [Matrix<Rational>],
    _ map: Matrix<Rational>, _ times: [Rational], _ settings: CheckSettings, points: Matrix<Rational>
  ) throws -> Instance {
    let flow = Flow.naturalGradient(.trainingInputs)
    let first = try original(model, data, initial, flow, times)
    let law = try first.law(GradientLaw.self)
    let moved = Solution(try transformed(model, data, initial, by: map, flow, times), settings)
    let gradientTimes: [Rational] = [0, Rational(1, 100)]
    let gradient = (
      Solution(try original(model, data, initial, .gradient, gradientTimes), settings),
      Solution(try transformed(model, data, initial, by: map, .gradient, gradientTimes), settings)
    )
    let precision = settings.precision
    return Instance(
      name, along: moved.integrated, conditions: { law.conditions },
      observed: { try function(moved, at: points * map) },
      predicted: {
        let exact = points.map { Ball($0, precision: precision) }
        return Measurement(
          try times.flatMap { time in
            let weights = try law.endToEnd(at: time, precision: precision)
            return Measurement.entries(of: (exact * weights.transposed()).map { $0 }, "f", at: time)
          }, isRigorous: true)
      },
      controls: [
        .init("gradient flow is as covariant") {
          try function(gradient.1, at: points * map)
        } predicted: {
          try function(gradient.0, at: points)
        }
      ])
  }

  /// N ≤ d: margins follow the on-sample law in any coordinates; the function elsewhere does not.
  private static func few(
    _ name: String, _ random: inout RandomInstances, _ settings: CheckSettings
  ) throws -> Instance {
    let data = try Dataset(
      inputs: random.fullRankMatrix(2, 3), targets: random.targets(.bernoulli, count: 2))
    let (initial, map) = ([random.matrix(1, 3)], random.fullRankMatrix(3, 3))
    let points = random.matrix(2, 3, bound: 2)
    let times: [Rational] = [0, Rational(1, 2), 2]
    let model = try DeepLinearModel(widths: [3, 1])
    let flow = Flow.naturalGradient(.trainingInputs)
    let law = try original(model, data, initial, flow, times).law(LinearModelLaw.self)
    let moved = Solution(try transformed(model, data, initial, by: map, flow, times), settings)
    let precision = settings.precision
    return Instance(
      name, conditions: { law.conditions }, observed: { try moved.measure(.outputs) },
      predicted: { try law.measure(.outputs, at: times, precision: precision) },
      controls: [
        .init("the function stays elsewhere, too") {
          try function(moved, at: points * map)
        } predicted: {
          let exact = points.map { Ball($0, precision: precision) }
          return try law.measure(.endToEnd, at: times, precision: precision).rows(of: 3).flatMap { weights in
            (exact * Matrix(column: weights)).elements
          }
        }
      ])
  }
}

extension Measurement {
  /// Its numbers in rows of a length.
  fileprivate func rows(of length: Int) -> Rows { Rows(measurement: self, length: length) }

  fileprivate struct Rows {
    let measurement: Measurement
    let length: Int

    /// Each row replaced by other numbers.
    func flatMap(_ transform: ([Ball]) -> [Ball]) -> Measurement {
      let balls = measurement.entries.compactMap(\.ball)
      let results = stride(from: 0, to: balls.count, by: length).flatMap {
        transform(Array(balls[$0..<min($0 + length, balls.count)]))
      }
      return Measurement(
        results.enumerated().map { .init("f[\($0)]", $1) }, isRigorous: measurement.isRigorous)
    }
  }
}
