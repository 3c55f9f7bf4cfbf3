import ComputationGraph
import Learning
import Multiprecision

/// T1: the link need not be canonical, and the loss need not be a likelihood.
extension Claim {
  static let t1AnyLink = Claim(
    id: "t1-any-link", title: "The law holds for any link, and for any convex loss in its own metric",
    statement:
      "If the mean is any monotone function of the output, means relax as e^-t as with the canonical link (Fisher, "
      + "not Hessian metric); with a convex loss and the metric ℓ'' it is ℓ'_n that decays as e^-t.",
    hypotheses: [
      "the metric is the Fisher information of the output, or ℓ''",
      "the Jacobian on the training inputs has full row rank along the path",
    ], section: "T1", theorem: "OneParameterFamily.ngf_any_link",
    range: .init(
      claimed:
        "any one-parameter family, any smooth link with slope not 0, any smooth strictly convex loss; any t",
      tested:
        "Bernoulli with complementary log-log link, Poisson with softplus mean, Gaussian with sinh mean; log-cosh "
        + "and exponential loss; deep linear depth 2, N = 3; tanh depth 2, N = 2; "
        + "diagonal depth 2 by collocation, N = 2; t ≤ 1")
  ) { settings in
    var instances: [Instance] = []
    for (stream, link) in [LinkedLoss.Link.complementaryLogLog, .softplus, .hyperbolicSine].enumerated() {
      for (index, (name, model, count)) in try models().enumerated() {
        instances.append(
          try linked(
            "\(link), \(name), N = \(count)", link, model, stream: UInt64(1_200 + 10 * stream + index),
            count: count, settings))
      }
      instances.append(try byCollocation(link, settings))
    }
    for (index, (name, model, count)) in try models().enumerated() {
      instances.append(
        try logCosh("log-cosh loss, \(name)", model, stream: UInt64(1_240 + index), count: count, settings))
      instances.append(
        try exponential(
          "exponential loss, \(name)", model, stream: UInt64(1_250 + index), count: count, settings))
    }
    return instances
  }

  private static func models() throws -> [(String, any Model, Int)] {
    [
      ("deep linear 4-2-1", try DeepLinearModel(widths: [4, 2, 1]), 3),
      ("tanh 2-2-1", try MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh), 2),
    ]
  }

  private static func flow(
    _ model: any Model, _ loss: any SampleLoss, count: Int,
    _ random: inout RandomInstances
  ) throws -> SampleLossFlow {
    try SampleLossFlow(
      model: model, inputs: random.fullRankMatrix(count, model.inputCount), loss: loss,
      initial: random.parameters(model), times: [0, Rational(1, 4), 1])
  }

  private static func family(_ link: LinkedLoss.Link) -> Likelihood {
    switch link {
    case .complementaryLogLog: .bernoulli
    case .softplus, .exponentialScale: .poisson
    case .hyperbolicSine: .gaussian
    }
  }

  private static func linked(
    _ name: String, _ link: LinkedLoss.Link, _ model: any Model, stream: UInt64, count: Int,
    _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let targets = random.targets(family(link), count: count).elements.map { $0 ?? 0 }
    let flow = try flow(model, LinkedLoss(link, targets: targets), count: count, &random)
    return try linked(name, link, flow, targets: targets, settings, by: .taylor)
  }

  /// β = u v of two factors far from 0, on two inputs.
  private static func byCollocation(_ link: LinkedLoss.Link, _ settings: CheckSettings) throws -> Instance {
    let targets: [Rational] = [1, 0]
    let flow = try SampleLossFlow(
      model: DiagonalModel(inputCount: 2, form: .product, depth: 2),
      inputs: Matrix(rows: [[1, Rational(1, 2)], [Rational(-1, 2), 1]]),
      loss: LinkedLoss(link, targets: targets),
      initial: [Matrix(column: [1, Rational(3, 2)]), Matrix(column: [2, Rational(1, 2)])],
      times: [0, Rational(1, 4)])
    return try linked(
      "\(link), diagonal u1∘u2, by collocation", link, flow, targets: targets, settings, by: .collocation)
  }

  private static func linked(
    _ name: String, _ link: LinkedLoss.Link, _ flow: SampleLossFlow, targets: [Rational],
    _ settings: CheckSettings, by integrator: Solution.Integrator
  ) throws -> Instance {
    let (model, family) = (flow.model, family(link))
    let loss = LinkedLoss(link, targets: targets)
    let rate = settings.constant("t1-any-link: 1 in e^-t, \(link)", 1)
    let rates = targets.map { _ in rate }
    let ones = targets.map { _ in Rational(1) }
    let trajectory = SampleLossInstances.trajectory(flow, settings, by: integrator)
    return try SampleLossInstances.relaxing(
      name, flow, targets: targets, rates: rates, settings, by: integrator,
      mean: { try loss.mean($0) }
    ) { relaxed in
      // The canonical family's mean of the output, which would relax if the output were the natural parameter.
      let canonical = Instance.Control("the canonical mean of the output relaxes") {
        try SampleLossInstances.measure("means", trajectory, flow, family.mean)
      } predicted: {
        let start = try model.startingOutputs(
          flow.initial, at: flow.inputs, precision: settings.precision, family.mean)
        return Measurement.series("means", at: flow.times) {
          Relaxation.values(start, to: targets, rates: ones, at: $0)
        }
      }
      // A Gaussian's Hessian is not positive far from the target, so that there is no flow to compare with.
      guard link != .hyperbolicSine else { return [canonical] }
      let hessian = try SampleLossFlow(
        model: model, inputs: flow.inputs, loss: LinkedLoss(link, targets: targets, metric: .hessian),
        initial: flow.initial, times: flow.times)
      let other = SampleLossInstances.trajectory(hessian, settings)
      return [
        canonical,
        .init("so they do with the Hessian for a metric") {
          try SampleLossInstances.measure("means", other, hessian) { try loss.mean($0) }
        } predicted: {
          try relaxed(ones)
        },
      ]
    }
  }

  /// tanh(f - y) decays.
  private static func logCosh(
    _ name: String, _ model: any Model, stream: UInt64, count: Int, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let targets = random.targets(.gaussian, count: count).elements.map { $0 ?? 0 }
    let loss = LogCoshLoss(targets: targets)
    let flow = try flow(model, loss, count: count, &random)
    let rate = settings.constant("t1-any-link: 1 in e^-t, log-cosh", 1)
    let trajectory = SampleLossInstances.trajectory(flow, settings)
    return try SampleLossInstances.relaxing(
      name, flow, targets: targets.map { _ in 0 }, rates: targets.map { _ in rate }, settings,
      mean: { try loss.gradient($0) }
    ) { _ in
      [
        .init("the residual f - y decays") {
          try SampleLossInstances.measure("outputs", trajectory, flow)
        } predicted: {
          let start = try model.startingOutputs(flow.initial, at: flow.inputs, precision: settings.precision)
          return Measurement.series("outputs", at: flow.times) {
            Relaxation.values(start, to: targets, rates: targets.map { _ in 1 }, at: $0)
          }
        }
      ]
    }
  }

  /// ℓ' = -y e^-m decays, so m = m(0) + t.
  private static func exponential(
    _ name: String, _ model: any Model, stream: UInt64, count: Int, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let labels: [Rational] = Array([1, -1, random.integer(below: 2) == 0 ? 1 : -1].prefix(count))
    let flow = try flow(model, ExponentialLoss(labels: labels), count: count, &random)
    let speed = settings.constant("t1-any-link: 1 in m(0) + t", 1)
    let trajectory = SampleLossInstances.trajectory(flow, settings)
    @Sendable func outputs(_ margin: (Ball, Rational) -> Ball) throws -> Measurement {
      let start = try model.startingOutputs(flow.initial, at: flow.inputs, precision: settings.precision)
      return Measurement.series("outputs", at: flow.times) { time in
        zip(start, labels).map { output, label in label * margin(label * output, time) }
      }
    }
    return Instance(
      name, along: trajectory, conditions: { try [flow.rankCondition()] },
      observed: { try SampleLossInstances.measure("outputs", trajectory, flow) },
      predicted: { try outputs { $0 + speed * $1 } },
      controls: [
        .init("margins follow the logistic law") {
          try outputs { margin, time in
            let age = Ball(time, precision: margin.precision)
            return age + .log(.exp(margin) - .expMinusOne(-age))
          }
        }
      ])
  }
}
