import Learning
import Multiprecision

/// T2: the linear model on separable data with N ≤ d: the weights move along X⁺y, and the direction error is
/// known exactly.
extension Claim {
  static let t2LimitDirection = Claim(
    id: "t2-limit-direction", title: "Linear model, N ≤ d: the limit direction is X⁺y",
    statement:
      "β(t) = β(0) + X⁺(f(t) - f(0)); the direction tends to w = X⁺y, in general not the maximum-margin one, with "
      + "tan∠(β, w) = |P c| / (t |w| + c·ŵ) up to e^-t; from β(0) = 0, β(t) = log(2e^t - 1) X⁺y at all times.",
    hypotheses: ["the model is linear with logistic loss", "the inputs are linearly independent"],
    section: "T2", theorem: "LimitDirection.limit_direction",
    range: .init(
      claimed: "any N ≤ d independent inputs, any start; all t, and the limit",
      tested:
        "N from 2 to 3, d from 3 to 5, 2 seeds; digits 0 against 1 with N = 51, d = 64; t ≤ 3, limits by balls"
    )
  ) { settings in
    var instances: [Instance] = []
    for seed in 1...2 {
      var random = RandomInstances(settings, stream: UInt64(200 + seed))
      let problem = try logistic(
        inputs: random.fullRankMatrix(3, 5), targets: random.targets(.bernoulli, count: 3),
        initial: random.matrix(1, 5), times: [0, 1, 3])
      instances.append(try trajectory("N = 3, d = 5, seed \(seed)", problem, settings))
      instances.append(try directionError("direction error, N = 3, d = 5, seed \(seed)", problem, settings))
    }
    instances.append(try maximumMarginContrast(settings))
    instances.append(try digitsFromZero(settings))
    return instances
  }

  /// A time at which the remainder e^-t is far below the radii of balls of the given precision.
  private static func lateTime(precision: Int) -> Rational { Rational(Int(Double(precision) * 0.7) + 30) }

  private static func logistic(
    inputs: Matrix<Rational>, targets: Matrix<Rational?>, initial: Matrix<Rational>, times: [Rational]
  ) throws -> Problem {
    try Problem(
      model: DeepLinearModel(widths: [inputs.columns, 1]), data: Dataset(inputs: inputs, targets: targets),
      likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs), initial: [initial], times: times)
  }

  /// The integrated weights against the closed form.
  private static func trajectory(_ name: String, _ problem: Problem, _ settings: CheckSettings) throws
    -> Instance
  {
    try .law(name, problem, LinearModelLaw.self, observable: .endToEnd, settings) { _, law in
      [
        .init("the part of β(0) outside the inputs' span fades") {
          let inverse = law.pseudoInverse
          let inputs = problem.data.inputs
          let start = problem.initial[0]
          let outside = start - (inverse * (inputs * start.transposed())).transposed()
          return try law.measure(.endToEnd, at: problem.times, precision: settings.precision)
            .map { $1 - Ball(outside.elements[$0 % outside.elements.count], precision: settings.precision) }
        }
      ]
    }
  }

  /// At a time where e^-t is below the digits: the angle to X⁺y against its formula, both in balls, the neglected
  /// part included.
  private static func directionError(_ name: String, _ problem: Problem, _ settings: CheckSettings) throws
    -> Instance
  {
    let law = try problem.law(LinearModelLaw.self)
    let precision = settings.precision
    let time = lateTime(precision: precision)
    let direction = BallVector(limit(of: law, problem), precision: precision)
    let constant = offset(of: law, problem, at: time, precision: precision, withSoftplus: true)
    @Sendable func formula(_ offset: BallVector) -> Measurement {
      let across = offset.orthogonal(to: direction).norm
      let along = Ball(time, precision: precision) * direction.norm + offset.dot(direction.unit)
      return Measurement([.init("tan of the angle, t = \(time)", across / along)], isRigorous: true)
    }
    return Instance(
      name, conditions: { law.conditions },
      observed: {
        let weights = try BallVector(weights(law, at: time, precision: precision))
        let across = weights.orthogonal(to: direction).norm
        let along = weights.dot(direction.unit)
        return Measurement([.init("tan of the angle, t = \(time)", across / along)], isRigorous: true)
      },
      predicted: { formula(constant) },
      controls: [
        .init("the error is that of β(0)'s part outside the span alone") {
          formula(offset(of: law, problem, at: time, precision: precision, withSoftplus: false))
        }
      ])
  }

  /// X = [[4, 1, 0], [1, 1, 0]], y = (1, 1): X⁺y = (0, 1, 0), maximum margin (1/2, 1/2, 0).
  private static func maximumMarginContrast(_ settings: CheckSettings) throws -> Instance {
    let problem = try logistic(
      inputs: Matrix(rows: [[4, 1, 0], [1, 1, 0]]), targets: Matrix(column: [1, 1]),
      initial: Matrix(rows: [[1, -1, Rational(1, 2)]]), times: [0, 1])
    let law = try problem.law(LinearModelLaw.self)
    let precision = settings.precision
    let time = lateTime(precision: precision)
    @Sendable func unit(_ vector: [Rational]) -> Measurement {
      BallVector(vector, precision: precision).unit.measurement("limit direction")
    }
    return Instance(
      "X = [[4, 1, 0], [1, 1, 0]]: limit direction", conditions: { law.conditions },
      observed: {
        // β(2t) - β(t) = t w + X⁺(what the margins at 2t and t neglect).
        let late = BallVector(try weights(law, at: 2 * time, precision: precision))
        let early = BallVector(try weights(law, at: time, precision: precision))
        let error = Ball(2, precision: precision) * neglected(at: time, precision: precision)
        let inverse = law.pseudoInverse
        let widened = zip((late - early).entries, 0..<inverse.rows).map { entry, row in
          let gain = inverse.row(row).reduce(0) { $0 + $1.magnitude }
          return entry.addingError(Ball(gain, precision: precision) * error)
        }
        return BallVector(widened).unit.measurement("limit direction")
      },
      predicted: { unit(limit(of: law, problem)) },
      controls: [.init("the limit is the maximum-margin direction") { unit([1, 1, 0]) }])
  }

  /// Handwritten digits, from β(0) = 0.
  private static func digitsFromZero(_ settings: CheckSettings) throws -> Instance {
    let data = try Datasets.digits01()
    let d = data.inputs.columns
    let problem = try logistic(
      inputs: data.inputs, targets: data.targets, initial: Matrix(rows: 1, columns: d, repeating: 0),
      times: [0, Rational(1, 2), 1])
    let law = try problem.law(LinearModelLaw.self)
    // A certificate of 64 weights and 51 samples takes half a minute.
    let solution = Solution(problem, settings.rigour == .required ? settings : settings.estimated)
    let direction = limit(of: law, problem)
    let precision = settings.precision
    @Sendable func along(_ scale: @Sendable (Ball) -> Ball) -> Measurement {
      let entries = problem.times.flatMap { time in
        let factor = scale(Ball(time, precision: precision))
        return Measurement.entries(
          of: Matrix(
            rows: 1, columns: d, elements: direction.map { factor * Ball($0, precision: precision) }),
          "endToEnd", at: time)
      }
      return Measurement(entries, isRigorous: true)
    }
    return Instance(
      "digits 0 against 1, N = \(data.count), d = \(d), from 0", conditions: { law.conditions },
      observed: { try solution.measure(.endToEnd) },
      predicted: {
        let (two, one) = (
          settings.constant("t2-limit-direction: 2 before e^t", 2),
          settings.constant("t2-limit-direction: 1 after 2 e^t", 1)
        )
        // log(2e^t - 1) = t + log(2 - e^-t)
        return along { t in t + .log(-(one * .exp(-t)) + two) }
      },
      controls: [.init("β(t) = t X⁺y") { along { $0 } }])
  }

  /// X⁺y with labels ±1.
  private static func limit(of law: LinearModelLaw, _ problem: Problem) -> [Rational] {
    let labels = problem.data.targets.map { ($0 ?? 0) * 2 - 1 }
    return (law.pseudoInverse * labels).elements
  }

  /// c = (1 - X⁺X) β(0) + X⁺(y ∘ softplus(m(0))), with or without the second term, widened by what β(t) - t X⁺y
  /// may differ from it at `time`.
  private static func offset(
    of law: LinearModelLaw, _ problem: Problem, at time: Rational, precision: Int, withSoftplus: Bool
  ) -> BallVector {
    let start = problem.initial[0].transposed()
    let inverse = law.pseudoInverse
    let outside = start - inverse * (problem.data.inputs * start)
    let base = BallVector(outside.elements, precision: precision)
    guard withSoftplus else { return base }
    let outputs = problem.data.inputs * start
    let pushes = Matrix(
      rows: outputs.rows, columns: 1,
      elements: zip(outputs.elements, problem.data.targets.elements).map { output, target in
        let label = Ball((target ?? 0) * 2 - 1, precision: precision)
        let push = Ball.softplus(label * Ball(output, precision: precision))
        return label * push.addingError(neglected(at: time, precision: precision))
      })
    return base + BallVector((inverse.map { Ball($0, precision: precision) } * pushes).elements)
  }

  /// A margin is t + softplus(m(0)) + log(1 - e^-t s(0)); the last term is within 2e^-t for t ≥ log 2.
  private static func neglected(at time: Rational, precision: Int) -> Ball {
    Ball(2, precision: precision) * .exp(Ball(-time, precision: precision))
  }

  private static func weights(_ law: LinearModelLaw, at time: Rational, precision: Int) throws -> [Ball] {
    try law.values(at: time, precision: precision).endToEnd?.elements ?? []
  }
}
