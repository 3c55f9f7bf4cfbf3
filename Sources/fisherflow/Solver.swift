import ArgumentParser
import Integrators
import Learning
import Multiprecision
import ProblemFiles

/// Solves a problem by the method asked for.
struct Solver {
  static let digitsRange = TaylorIntegrator.digitsRange

  let file: ProblemFile
  let digits: Int
  let mustCertify: Bool
  /// Called with the flow time reached and the last one.
  let progress: (Double, Double) -> Void

  var problem: Problem { file.problem }

  /// - Throws: `ValidationError` where the method cannot certify; `InputError`; `IntegrationError`;
  ///   `CancellationError`.
  func solve(_ method: SolveMethod) throws -> Solution {
    do {
      switch method {
      case .auto: return try solveByBestMethod()
      case .closedForm: return try solveByClosedForm()
      case .taylor, .collocation: return try integrate(method)
      }
    } catch let error as ProblemError {
      throw file.inputError(error)
    }
  }

  /// The closed form if it gives every number, or, where the result must be certified, if it is; else the Taylor
  /// method.
  private func solveByBestMethod() throws -> Solution {
    let form = try ClosedFormSolution(problem: problem)
    let isUsed = mustCertify ? form.isCertified : try form.holds && form.isComplete()
    if isUsed { return try form.solution(digits: digits) }
    return try integrate(.taylor)
  }

  private func solveByClosedForm() throws -> Solution {
    let form = try ClosedFormSolution(problem: problem)
    guard form.holds else {
      throw file.inputError(ProblemError(field: "flow", "has no closed form: \(form.shortcoming)"))
    }
    guard form.isCertified || !mustCertify else {
      throw ValidationError(
        "--certified: the closed form is not certified for this problem: \(form.shortcoming)")
    }
    return try form.solution(digits: digits)
  }

  private func integrate(_ method: SolveMethod) throws -> Solution {
    let end = problem.times.last?.doubleValue ?? 0
    let progress = self.progress
    return try IntegratedSolution(problem: problem, method: method, digits: digits, isCertified: mustCertify)
      .solution { progress($0, end) }
  }
}
