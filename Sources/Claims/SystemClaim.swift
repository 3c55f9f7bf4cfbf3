import Integrators
import Multiprecision
import Symbolics
import Systems

/// What a user says the solution of a system of formulas is: a formula in t and the indices for some or all of its
/// families, and for a control.
public struct SystemPrediction: Sendable {
  /// By the family's name.
  public let formulas: [String: Expression]
  /// The same made wrong on purpose; nil for the formulas at 11/10 of the time.
  public let control: [String: Expression]?

  public init(_ formulas: [String: Expression], control: [String: Expression]? = nil) {
    (self.formulas, self.control) = (formulas, control)
  }

  /// - Throws: `SystemError` where a formula is for no family of the system, or uses other names than the time and
  ///   the family's indices.
  public func check(for system: EquationSystem) throws(SystemError) {
    for (part, formulas) in [("prediction", formulas), ("prediction.control", control ?? [:])] {
      for (name, formula) in formulas {
        guard let family = system.families.first(where: { $0.name == name }) else {
          let known = system.families.map(\.label).joined(separator: ", ")
          throw SystemError(field: "\(part).\(name)", "is no variable, expected one of \(known)")
        }
        let names = [EquationSystem.time] + family.indices.map(\.name)
        if let unknown = formula.freeVariables.subtracting(names).sorted().first {
          throw SystemError(
            field: "\(part).\(family.label)",
            "found '\(unknown)', expected one of \(names.joined(separator: ", "))")
        }
      }
    }
  }
}

/// The claim that a prediction about a system is right.
public enum SystemClaim {
  /// The prediction against the integrated system, at every sample time and variable of a predicted family.
  ///
  /// - Parameter name: the claim's id is made of it.
  /// - Throws: `SystemError` where the prediction does not fit the system.
  public static func make(
    name: String, system: EquationSystem, prediction: SystemPrediction
  ) throws(SystemError) -> Claim {
    try prediction.check(for: system)
    let times = "t ≤ \(system.times.last?.description ?? "0")"
    let statements = prediction.formulas.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
    return Claim(
      id: Claim.identifier(from: name), title: "Prediction of a system's variables",
      statement: "\(statements.joined(separator: "; ")).",
      hypotheses: ["the solution exists up to the last sample time"], section: "prediction", theorem: nil,
      range: .init(claimed: "this system; \(times)", tested: "this system; \(times)")
    ) { settings in
      let trajectory = IntegratedTrajectory(from: system.initialState, at: system.times, settings) {
        try system.vectorField()
      }
      let later = Expression(Rational(11, 10)) * .variable(EquationSystem.time)
      let control =
        prediction.control
        ?? prediction.formulas.mapValues { $0.substituting([EquationSystem.time: later]) }
      return [
        Instance(
          name, observed: { try system.observed(trajectory, settings) },
          predicted: { try system.predicted(prediction.formulas, settings) },
          controls: [
            .init(prediction.control == nil ? "the formulas at time 11/10 t" : "the control given") {
              try system.predicted(control, settings)
            }
          ])
      ]
    }
  }
}

extension EquationSystem {
  /// Every variable at every sample time, by time and then family.
  fileprivate func observed(_ trajectory: IntegratedTrajectory, _ settings: CheckSettings) throws
    -> Measurement
  {
    let entries = try trajectory.samples().flatMap { sample in
      zip(families, sample.state).flatMap { family, values in
        values.elements.enumerated().map { place, ball in
          Measurement.Entry("\(family.label(of: place)), t = \(sample.time)", ball)
        }
      }
    }
    return try trajectory.measurement(entries)
  }

  /// The formulas' values in the same order; nothing for families without a formula.
  fileprivate func predicted(
    _ formulas: [String: Expression], _ settings: CheckSettings
  ) throws -> Measurement {
    try Measurement.refined(toDigits: settings.workingDigits) { precision in
      let entries = try times.flatMap { time in
        try families.flatMap { family in
          try family.assignments.enumerated().map { place, assignment in
            var values = assignment.mapValues { Expression(Rational($0)) }
            values[Self.time] = Expression(time)
            let ball: Ball? = try formulas[family.name]?.substituting(values)
              .evaluate(variables: [:], precision: precision)
            return Measurement.Entry("\(family.label(of: place)), t = \(time)", ball)
          }
        }
      }
      return Measurement(entries, isRigorous: true)
    }
  }
}
