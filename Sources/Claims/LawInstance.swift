import Learning
import Multiprecision

extension Instance {
  /// A trajectory of `problem` against one of the closed forms that it carries.
  ///
  /// - Parameter controls: given the solution and the law.
  static func law<Law: ClosedForm>(
    _ name: String, _ problem: Problem, _ lawType: Law.Type, observable: Observable,
    _ settings: CheckSettings, by integrator: Solution.Integrator = .taylor,
    controls: (Solution, Law) throws -> [Control]
  ) throws -> Instance {
    let law = try problem.law(lawType)
    let solution = Solution(problem, settings, by: integrator)
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: { try solution.measure(observable) },
      predicted: { try law.measure(observable, at: problem.times, precision: settings.precision) },
      controls: try controls(solution, law))
  }
}

extension Problem {
  /// The closed form of a type that this problem carries.
  ///
  /// - Throws: `ProblemError` if it carries none.
  func law<Law: ClosedForm>(_ type: Law.Type) throws -> Law {
    for case let law as Law in try closedForms() { return law }
    throw ProblemError(field: "problem", "carries no closed form of type \(type)")
  }
}

extension Measurement {
  /// The same labels with each number replaced.
  func map(_ transform: (Int, Ball) throws -> Ball?) rethrows -> Measurement {
    Measurement(
      try entries.enumerated().map { index, entry in
        Entry(entry.label, try entry.ball.flatMap { try transform(index, $0) })
      }, isRigorous: isRigorous, why: whyEstimated)
  }
}
