import ComputationGraph
import Learning
import Multiprecision

/// What the claims on other losses and metrics than an exponential family's share.
enum SampleLossInstances {
  /// The integrated flow of a loss in its metric.
  static func trajectory(
    _ flow: SampleLossFlow, _ settings: CheckSettings, by integrator: Solution.Integrator = .taylor
  ) -> IntegratedTrajectory {
    switch integrator {
    case .taylor:
      IntegratedTrajectory(from: flow.initial, at: flow.times, settings) { try flow.vectorField() }
    case .collocation:
      IntegratedTrajectory(secondOpinion: settings) {
        try flow.integrateByCollocation(digits: $0, budget: $1)
      }
    }
  }

  /// A function of the training outputs that relaxes exponentially, against its closed form.
  ///
  /// - Parameter controls: given the relaxation with other rates.
  static func relaxing(
    _ name: String, _ flow: SampleLossFlow, targets: [Rational], rates: [Rational], _ settings: CheckSettings,
    by integrator: Solution.Integrator = .taylor, mean: @escaping @Sendable (Node) throws -> Node,
    controls: (@escaping @Sendable ([Rational]) throws -> Measurement) throws -> [Instance.Control]
  ) rethrows -> Instance {
    let trajectory = trajectory(flow, settings, by: integrator)
    @Sendable func relaxed(_ rates: [Rational]) throws -> Measurement {
      let start = try flow.model.startingOutputs(
        flow.initial, at: flow.inputs, precision: settings.precision, mean)
      return Measurement.series("means", at: flow.times) {
        Relaxation.values(start, to: targets, rates: rates, at: $0)
      }
    }
    return Instance(
      name, along: trajectory, conditions: { try [flow.rankCondition()] },
      observed: { try measure("means", trajectory, flow, mean) }, predicted: { try relaxed(rates) },
      controls: try controls(relaxed))
  }

  /// A function of the training outputs along the flow.
  static func measure(
    _ name: String, _ trajectory: IntegratedTrajectory, _ flow: SampleLossFlow,
    _ function: (Node) throws -> Node = { $0 }
  ) throws -> Measurement {
    try trajectory.measure(name) {
      try function(flow.model.outputs($0, inputs: $0[0].graph.constant(flow.inputs)))
    }
  }
}
