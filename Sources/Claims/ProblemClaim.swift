import Learning
import Multiprecision

/// The claim that a problem follows the closed forms that it carries.
public enum ProblemClaim {
  /// One instance for each closed form: the strongest observable that it determines (the end-to-end matrix, else
  /// outputs, else means) against the integrated trajectory, with the law at 11/10 of the time as its control.
  /// A problem without a closed form gives an instance that is not applicable and names the hypothesis it lacks.
  ///
  /// - Parameter name: the claim's id is made of it.
  /// - Throws: what finding the closed forms throws, `ProblemError` above all.
  public static func make(name: String, problem: Problem) throws -> Claim {
    let laws = try problem.closedForms()
    let hypotheses = laws.flatMap { law in law.conditions.map { "\(law.name): \($0.name)" } }
    return Claim(
      id: Claim.identifier(from: name), title: "The problem follows its closed forms",
      statement: laws.isEmpty
        ? "No closed form is known."
        : "The solution is that of the \(laws.map(\.name).joined(separator: ", ")).",
      hypotheses: laws.isEmpty ? [problem.missingHypothesis.name] : hypotheses,
      section: laws.isEmpty ? "none" : laws.map(\.section).joined(separator: ", "), theorem: nil,
      range: problem.range, mustApply: 1
    ) { settings in
      let solution = Solution(problem, settings)
      if laws.isEmpty { return [.withoutLaw(name, solution, problem.missingHypothesis)] }
      return laws.map { .closedForm($0, name, solution, settings) }
    }
  }
}

extension Instance {
  fileprivate static func closedForm(
    _ law: any ClosedForm, _ name: String, _ solution: Solution, _ settings: CheckSettings
  ) -> Instance {
    let problem = solution.problem
    let observable = law.strongestObservable
    let later = problem.times.map { Rational(11, 10) * $0 }
    return Instance(
      "\(name), \(law.name)", along: solution.integrated, conditions: { law.conditions },
      observed: { try solution.measure(observable) },
      predicted: { try law.measure(observable, at: problem.times, precision: settings.precision) },
      controls: [
        .init("the law at time 11/10 t") {
          try law.measure(observable, at: later, precision: settings.precision)
        }
      ])
  }

  /// An instance whose missing hypothesis is all there is to say.
  fileprivate static func withoutLaw(_ name: String, _ solution: Solution, _ missing: Condition) -> Instance {
    Instance(
      name, conditions: { [missing] }, observed: { try solution.measure(.outputs) },
      predicted: { Measurement([], isRigorous: true) }, controls: [])
  }
}

extension ClosedForm {
  /// The strongest observable of which the law gives every entry, or else some. Where a condition fails there may be none; it does
  /// not matter then, because the conditions are looked at first.
  fileprivate var strongestObservable: Observable {
    let values = try? values(at: 0, precision: 64)
    let strongest: [Observable] = [.endToEnd, .outputs, .means]
    func entries(_ observable: Observable) -> [Ball?] {
      values.flatMap { observable.matrix($0) }?.elements ?? []
    }
    return strongest.first { !entries($0).isEmpty && entries($0).allSatisfy { $0 != nil } }
      ?? strongest.first { entries($0).contains { $0 != nil } } ?? .means
  }
}

extension Problem {
  /// The first hypothesis of the closed forms that this problem, which carries none, does not fulfil.
  fileprivate var missingHypothesis: Condition {
    switch flow {
    case .gradient:
      Condition("natural gradient flow", .violated, "no closed form is known for gradient flow")
    case .naturalGradient(_, let damping) where !damping.isZero:
      Condition("no damping", .violated, "flow.damping is \(damping)")
    case .naturalGradient:
      Condition(
        "the Fisher measure contains the training inputs", .violated,
        "no closed form is known for this model, likelihood and Fisher measure")
    }
  }
}
