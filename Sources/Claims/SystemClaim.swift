import Integrators
import Multiprecision
import Symbolics
import Systems

/// What a user says the solution of a system of formulas is: a formula in t and the indices for some or all of its
/// families, or a range of such, and for a control.
public struct SystemPrediction: Sendable {
  /// A family's variables are said to be equal to a formula, or to differ from it by another one at most.
  public struct Statement: Sendable {
    public let middle: Expression
    /// Nil for an equality.
    public let radius: Expression?

    public init(_ middle: Expression, within radius: Expression? = nil) {
      (self.middle, self.radius) = (middle, radius)
    }

    /// Made wrong: at another time, or for a range moved by twice its width.
    var control: Statement {
      guard let radius else { return Statement(middle.substituting([EquationSystem.time: Self.later])) }
      return Statement(middle + 4 * radius, within: radius)
    }

    private static let later = Expression(Rational(11, 10)) * .variable(EquationSystem.time)

    fileprivate var freeVariables: Set<String> {
      middle.freeVariables.union(radius?.freeVariables ?? [])
    }
  }

  /// By the family's name.
  public let statements: [String: Statement]
  /// The same made wrong on purpose; nil for formulas at 11/10 of the time, and ranges moved by twice their width.
  public let control: [String: Statement]?

  public init(_ statements: [String: Statement], control: [String: Statement]? = nil) {
    (self.statements, self.control) = (statements, control)
  }

  /// - Throws: `SystemError` where a formula is for no family of the system, or uses other names than the time and
  ///   the family's indices, or where the system has ranges and a prediction has none.
  public func check(for system: EquationSystem) throws(SystemError) {
    for (part, statements) in [("prediction", statements), ("prediction.control", control ?? [:])] {
      for (name, statement) in statements {
        guard let family = system.families.first(where: { $0.name == name }) else {
          let known = system.families.map(\.label).joined(separator: ", ")
          throw SystemError(field: "\(part).\(name)", "is no variable, expected one of \(known)")
        }
        let names = [EquationSystem.time] + family.indices.map(\.name)
        if let unknown = statement.freeVariables.subtracting(names).sorted().first {
          throw SystemError(
            field: "\(part).\(family.label)",
            "found '\(unknown)', expected one of \(names.joined(separator: ", "))")
        }
        guard statement.radius != nil || system.initialBox.isPoint else {
          throw SystemError(
            field: "\(part).\(family.label)",
            "found a formula, expected a range [lower, upper]: the system has ranges, so its solutions are many"
          )
        }
      }
    }
  }
}

extension SystemPrediction {
  /// What the control is where none is given.
  fileprivate var controlName: String {
    let ranges = statements.values.count { $0.radius != nil }
    let moved = "the ranges moved by twice their width"
    let later = "the formulas at time 11/10 t"
    return ranges == 0 ? later : ranges == statements.count ? moved : "\(later), \(moved)"
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
    let statements = prediction.statements.sorted { $0.key < $1.key }.map { name, statement in
      statement.radius.map { "|\(name) - (\(statement.middle))| ≤ \($0)" } ?? "\(name) = \(statement.middle)"
    }
    return Claim(
      id: Claim.identifier(from: name), title: "Prediction of a system's variables",
      statement: "\(statements.joined(separator: "; ")).",
      hypotheses: ["the solution exists up to the last sample time"], section: "prediction", theorem: nil,
      range: .init(claimed: "this system; \(times)", tested: "this system; \(times)")
    ) { settings in
      let trajectory = IntegratedTrajectory(from: system.initialBox, at: system.times, settings) {
        try system.vectorField()
      }
      let control = prediction.control ?? prediction.statements.mapValues(\.control)
      return [
        Instance(
          name, observed: { try system.observed(trajectory, settings) },
          predicted: { try system.predicted(prediction.statements, settings) },
          controls: [
            .init(prediction.control == nil ? prediction.controlName : "the control given") {
              try system.predicted(control, settings)
            }
          ])
      ]
    }
  }
}

extension EquationSystem {
  /// Every variable at every sample time, by time and then family; constants are none.
  fileprivate func observed(_ trajectory: IntegratedTrajectory, _ settings: CheckSettings) throws
    -> Measurement
  {
    let entries = try trajectory.samples().flatMap { sample in
      zip(families, sample.state).filter { !$0.0.isConstant }.flatMap { family, values in
        values.elements.enumerated().map { place, ball in
          Measurement.Entry("\(family.label(of: place)), t = \(sample.time)", ball)
        }
      }
    }
    return try trajectory.measurement(entries)
  }

  /// The formulas' values or ranges in the same order; nothing for families without a formula.
  fileprivate func predicted(
    _ statements: [String: SystemPrediction.Statement], _ settings: CheckSettings
  ) throws -> Measurement {
    try Measurement.refined(toDigits: settings.workingDigits) { precision in
      let entries = try times.flatMap { time in
        try families.filter { !$0.isConstant }.flatMap { family in
          try family.assignments.enumerated().map { place, assignment in
            var values = assignment.mapValues { Expression(Rational($0)) }
            values[Self.time] = Expression(time)
            let label = "\(family.label(of: place)), t = \(time)"
            func value(_ formula: Expression) throws -> Ball {
              try formula.substituting(values).evaluate(variables: [:], precision: precision)
            }
            guard let statement = statements[family.name] else { return Measurement.Entry(label, nil) }
            let middle = try value(statement.middle)
            guard let radius = try statement.radius.map(value) else {
              return Measurement.Entry(label, middle)
            }
            return Measurement.Entry(label, .between(middle - radius, middle + radius))
          }
        }
      }
      return Measurement(entries, isRigorous: true)
    }
  }
}
