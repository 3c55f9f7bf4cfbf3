import ComputationGraph
import Multiprecision

/// An initial-value problem of learning: model, data, likelihood, flow, initial parameters and times.
///
/// Time is flow time, dimensionless. All numbers are exact.
public struct Problem: Sendable {
  public let model: any Model
  public let data: Dataset
  public let likelihood: Likelihood
  public let flow: Flow
  public let initial: [Matrix<Rational>]
  /// Sample times: increasing, not negative.
  public let times: [Rational]
  public let normalisation: Normalisation

  /// - Throws: `ProblemError` naming the field where the parts do not fit together.
  public init(
    model: any Model, data: Dataset, likelihood: Likelihood, flow: Flow, initial: [Matrix<Rational>],
    times: [Rational], normalisation: Normalisation = .sum
  ) throws(ProblemError) {
    self.model = model
    self.data = data
    self.likelihood = likelihood
    self.flow = flow
    self.initial = initial
    self.times = times
    self.normalisation = normalisation
    try checkShapes()
    try checkTargets()
    try checkFlow()
    try checkTimes()
  }

  /// The same problem at other times.
  public func at(_ times: [Rational]) throws(ProblemError) -> Problem {
    try Problem(
      model: model, data: data, likelihood: likelihood, flow: flow, initial: initial, times: times,
      normalisation: normalisation)
  }

  private func checkShapes() throws(ProblemError) {
    guard data.inputs.columns == model.inputCount else {
      throw ProblemError(
        field: "data.inputs",
        "found inputs of \(data.inputs.columns) entries, the model takes \(model.inputCount)")
    }
    guard data.targets.columns == model.outputCount else {
      throw ProblemError(
        field: "data.targets",
        "found \(data.targets.columns) a sample, the model has \(model.outputCount) outputs")
    }
    let shapes = initial.map(\.shape)
    guard shapes == model.parameterShapes else {
      throw ProblemError(
        field: "initial.parameters",
        "found shapes \(shapes.map(\.description).joined(separator: ", ")), expected "
          + zip(model.parameterNames, model.parameterShapes).map { "\($0) \($1)" }.joined(separator: ", "))
    }
  }

  private func checkTargets() throws(ProblemError) {
    if likelihood == .categorical, model.outputCount < 2 {
      throw ProblemError(
        field: "likelihood", "categorical needs at least 2 outputs, the model has \(model.outputCount)")
    }
    for sample in 0..<data.count {
      let row = data.targets.row(sample)
      if likelihood == .categorical {
        guard row.allSatisfy({ $0 == 0 || $0 == 1 }), row.filter({ $0 == 1 }).count == 1 else {
          throw ProblemError(field: "data.targets[\(sample)]", "expected one class of \(model.outputCount)")
        }
      }
      for case let target? in row {
        let (isValid, expected): (Bool, String) =
          switch likelihood {
          case .gaussian, .categorical: (true, "")
          case .bernoulli: (target == 0 || target == 1, "0 or 1 (or -1 and +1)")
          case .poisson: (target.isInteger && target.signum() >= 0, "a count 0, 1, 2, ...")
          }
        guard isValid else {
          throw ProblemError(field: "data.targets[\(sample)]", "found \(target), expected \(expected)")
        }
      }
    }
  }

  private func checkFlow() throws(ProblemError) {
    guard case .naturalGradient(let measure, let damping) = flow else { return }
    guard damping.signum() >= 0 else {
      throw ProblemError(field: "flow.damping", "found \(damping), expected 0 or a positive number")
    }
    switch measure {
    case .trainingInputs, .allEntries, .observedEntries: break
    case .inputs(let inputs, let weights):
      guard inputs.columns == model.inputCount, inputs.rows > 0 else {
        throw ProblemError(
          field: "flow.fisher.inputs",
          "found \(inputs.rows)×\(inputs.columns), expected rows of \(model.inputCount)")
      }
      guard weights.count == inputs.rows, weights.allSatisfy({ $0.signum() > 0 }) else {
        throw ProblemError(
          field: "flow.fisher.weights", "expected \(inputs.rows) positive numbers, one for each input")
      }
    case .secondMoment(let moment):
      let d = model.inputCount
      guard moment.rows == d, moment.columns == d, moment == moment.transposed() else {
        throw ProblemError(field: "flow.fisher.secondMoment", "expected a symmetric \(d)×\(d) matrix")
      }
      guard moment.isPositiveDefinite else {
        throw ProblemError(field: "flow.fisher.secondMoment", "expected a positive definite matrix")
      }
      guard likelihood.hasConstantVariance, model.isLinearInInputs else {
        throw ProblemError(
          field: "flow.fisher.secondMoment",
          "decides the Fisher matrix for gaussian likelihood and models linear in x only")
      }
    }
  }

  private func checkTimes() throws(ProblemError) {
    guard !times.isEmpty else { throw ProblemError(field: "times", "found none, expected at least one") }
    if let negative = times.first(where: { $0.signum() < 0 }) {
      throw ProblemError(field: "times", "found \(negative), expected times from 0 on")
    }
    if let (earlier, later) = zip(times, times.dropFirst()).first(where: { $0 >= $1 }) {
      throw ProblemError(field: "times", "found \(later) after \(earlier), expected increasing times")
    }
  }
}
