import ComputationGraph
import Multiprecision

/// The solution of a problem, or observables of it, as a function of time, enclosed in balls.
public protocol ClosedForm: Sendable {
  /// The law's name: `on-sample law`.
  var name: String { get }
  /// The section of the theory document that states and proves it: `T1`.
  var section: String { get }
  /// What the law supposes, with what is known of it for this problem.
  var conditions: [Condition] { get }

  /// The observables that the law determines, at a time ≥ 0.
  ///
  /// Error bound: rigorous balls. They enclose the exact values wherever the conditions hold.
  func values(at time: Rational, precision: Int) throws -> ClosedFormValues
}

/// What a closed form says about a moment; nil where it says nothing.
public struct ClosedFormValues: Sendable {
  /// N × K, in input order: logits.
  public var outputs: Matrix<Ball?>?
  /// N × K, in input order: mean parameters.
  public var means: Matrix<Ball?>?
  /// K × d.
  public var endToEnd: Matrix<Ball>?

  public init(outputs: Matrix<Ball?>? = nil, means: Matrix<Ball?>? = nil, endToEnd: Matrix<Ball>? = nil) {
    (self.outputs, self.means, self.endToEnd) = (outputs, means, endToEnd)
  }
}

/// A hypothesis of a statement, and what is known of it for a problem.
public struct Condition: Sendable, Equatable {
  public enum Status: String, Sendable {
    /// Proved for this problem at all times: by exact arithmetic or by balls.
    case certified
    /// Proved at time 0; along the path the integration monitors it and stops with an error where it fails.
    case monitored
    /// Certainly false.
    case violated
    /// Neither proved nor disproved.
    case undecided
  }

  public let name: String
  public let status: Status
  /// What certifies or refutes it: `rank 3 of 3 rows, by pivots`.
  public let detail: String

  public init(_ name: String, _ status: Status, _ detail: String) {
    self.name = name
    self.status = status
    self.detail = detail
  }

  public var holds: Bool { status == .certified || status == .monitored }
}

extension Problem {
  /// Every closed form whose kind of problem this is. Conditions may be violated: a caller looks at them.
  public func closedForms() throws -> [any ClosedForm] {
    guard case .naturalGradient(_, let damping) = flow, damping.isZero else { return [] }
    var forms: [any ClosedForm] = []
    let gradient = try NaturalGradient(problem: self)
    if let law = try OnSampleLaw(problem: self, gradient: gradient) {
      forms.append(law)
      if let linear = try LinearModelLaw(problem: self, gradient: gradient, onSample: law) {
        forms.append(linear)
      }
      if let law = try BregmanLaw(problem: self, gradient: gradient, onSample: law) { forms.append(law) }
    }
    if let law = try GradientLaw(problem: self, gradient: gradient) { forms.append(law) }
    return forms
  }

  /// The model's outputs at the rows of `inputs` for the initial parameters, in balls: rows × K.
  func initialOutputs(at inputs: Matrix<Rational>, precision: Int) throws -> Matrix<Ball> {
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let outputs = try model.outputs(parameters, inputs: graph.constant(inputs))
    return try graph.evaluate(
      [outputs], variables: zip(parameters, initial).map { ($0, $1.map { Ball($0, precision: precision) }) },
      precision: precision)[0]
  }
}

extension Problem {
  /// What invariance to the parametrisation supposes: the measure's inputs span, and ∂β/∂θ has full row rank.
  public func invarianceConditions() throws -> [Condition] {
    let gradient = try NaturalGradient(problem: self)
    let units = try gradient.unitPoints
    return [
      Condition(
        "the Fisher measure's inputs span", gradient.spans ? .certified : .violated,
        "\(model.inputCount) dimensions, exactly"),
      try RankCertificate.condition(
        "∂β/∂θ has full row rank", model: model, parameters: initial, points: units),
    ]
  }
}
