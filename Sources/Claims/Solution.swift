import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// A problem's integrated trajectory, computed when it is first asked for and then kept: an instance and its
/// controls look at the same one.
public final class Solution: Sendable {
  /// The two integrators; they share no code above the arithmetic.
  public enum Integrator: Sendable {
    /// The computation graph's Taylor series, in Arb.
    case taylor
    /// Gauss–Legendre collocation on a directly coded velocity, in MPFR.
    case collocation
  }

  public let problem: Problem
  let integrated: IntegratedTrajectory

  public init(_ problem: Problem, _ settings: CheckSettings, by integrator: Integrator = .taylor) {
    self.problem = problem
    let digits = settings.workingDigits
    switch integrator {
    case .taylor:
      integrated = IntegratedTrajectory(
        settings, digits: digits, certified: { try problem.integrateCertified(digits: digits, budget: $0) },
        estimated: {
          try TaylorIntegrator(digits: digits, budget: $0)
            .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
        })
    case .collocation:
      integrated = IntegratedTrajectory(secondOpinion: settings) {
        try problem.integrateByCollocation(digits: $0, budget: $1)
      }
    }
  }

  /// One of the problem's observables along the trajectory.
  public func measure(_ observable: Observable) throws -> Measurement {
    try measure(observable.rawValue) { try observable.node(problem.observables($0)) }
  }

  /// A function of the parameters along the trajectory.
  ///
  /// - Parameter function: given one variable for each of the model's parameters.
  public func measure(_ name: String, _ function: ([Node]) throws -> Node) throws -> Measurement {
    try integrated.measure(name, function)
  }
}

/// What can be compared along a trajectory.
public enum Observable: String, Sendable {
  case outputs, means, endToEnd

  func node(_ observables: Problem.Observables) throws -> Node {
    switch self {
    case .outputs: return observables.outputs
    case .means: return observables.means
    case .endToEnd:
      guard let node = observables.endToEnd else {
        throw ProblemError(field: "model.kind", "has no end-to-end matrix")
      }
      return node
    }
  }

  func matrix(_ values: ClosedFormValues) -> Matrix<Ball?>? {
    switch self {
    case .outputs: values.outputs
    case .means: values.means
    case .endToEnd: values.endToEnd?.map { $0 }
    }
  }
}

extension ClosedForm {
  /// The law's values of an observable at the given times, as a rigorous measurement.
  public func measure(_ observable: Observable, at times: [Rational], precision: Int) throws -> Measurement {
    let entries = try times.flatMap { time in
      guard let matrix = observable.matrix(try values(at: time, precision: precision)) else {
        throw ProblemError(field: "observable", "the \(name) says nothing about \(observable.rawValue)")
      }
      return Measurement.entries(of: matrix, observable.rawValue, at: time)
    }
    return Measurement(entries, isRigorous: true)
  }
}
