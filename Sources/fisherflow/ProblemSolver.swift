import ArgumentParser
import Integrators
import Learning
import ProblemFiles

/// Solves a learning problem: by its closed form where that is proved to hold and gives every number, else by integration.
struct ProblemSolver {
  let file: ProblemFile
  let integration: Solver<ProblemFile>

  private var digits: Int { integration.digits }
  private var rigour: Rigour { integration.rigour }

  /// - Throws: `ValidationError` where the method cannot certify; `InputError`; `IntegrationError`;
  ///   `CancellationError`.
  func solve(_ method: SolveMethod) throws -> Solution {
    do {
      switch method {
      case .auto: return try solveByBestMethod()
      case .closedForm: return try solveByClosedForm()
      case .taylor, .collocation: return try integration.integrate(method)
      }
    } catch let error as ProblemError {
      throw file.inputError(error)
    }
  }

  private func solveByBestMethod() throws -> Solution {
    let form = try ClosedFormSolution(file)
    let isComplete = try form.holds && form.isComplete()
    let isProof = isComplete && form.isCertified
    if isProof || (rigour == .estimated && isComplete) { return try form.solution(digits: digits) }
    let integrated: Solution
    do {
      integrated = try integration.integrate(.taylor)
    } catch is CancellationError {
      throw CancellationError()
    } catch  where rigour == .required && form.isCertified {
      // What is proved of some numbers is better than nothing.
      return try form.solution(digits: digits)
    }
    // Where the flow stops, a law whose hypothesis is not proved has nothing to say of later times.
    if integrated.isCertified || integrated.stop != nil || !isComplete { return integrated }
    return try form.solution(digits: digits)
  }

  private func solveByClosedForm() throws -> Solution {
    let form = try ClosedFormSolution(file)
    guard form.holds else {
      throw file.inputError(ProblemError(field: "flow", "has no closed form: \(form.shortcoming)"))
    }
    guard form.isCertified || rigour != .required else {
      throw ValidationError(
        "--certified: the closed form is not certified for this problem: \(form.shortcoming)")
    }
    return try form.solution(digits: digits)
  }
}
