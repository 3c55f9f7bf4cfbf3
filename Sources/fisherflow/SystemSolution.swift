import ArgumentParser
import Integrators
import Multiprecision
import ProblemFiles
import Reporting
import Systems

/// The solution of a system of formulas at its times, by integration; radii are proved or the integrator's estimates.
struct SystemSolution {
  struct Sample {
    let time: Rational
    /// For each family its variables.
    let values: [[Ball]]
  }

  let system: EquationSystem
  let method: SolveMethod
  let digits: Int
  let isCertified: Bool
  let samples: [Sample]
  let work: IntegrationWork

  /// - Throws: `ValidationError` for methods that systems do not have; `IntegrationError`; `InputError`;
  ///   `CancellationError`.
  init(
    _ file: SystemFile, _ method: SolveMethod, digits: Int, mustCertify: Bool,
    progress: @escaping (Double, Double) -> Void
  ) throws {
    guard method != .closedForm else { throw ValidationError("--method: a system has no closed form here.") }
    let system = file.system
    let used = method == .auto ? SolveMethod.taylor : method
    let end = system.times.last?.doubleValue ?? 0
    self.system = system
    self.method = used
    self.digits = digits
    isCertified = mustCertify
    func run(digits: Int) throws -> (samples: [Sample], work: IntegrationWork) {
      let report: (Double) -> Void = { progress($0, end) }
      if mustCertify {
        let trajectory = try CertifiedIntegrator(digits: digits)
          .integrate(system.vectorField(), from: system.initialState, at: system.times, progress: report)
        let samples = trajectory.samples.map {
          Sample(time: $0.time, values: Self.values(of: $0.state, system))
        }
        return (samples, IntegrationWork(trajectory))
      }
      let trajectory =
        used == .collocation
        ? try system.integrateByCollocation(digits: digits, progress: report)
        : try TaylorIntegrator(digits: digits)
          .integrate(system.vectorField(), from: system.initialState, at: system.times, progress: report)
      let precision = trajectory.statistics.precision + 32
      let samples = trajectory.samples.map { Self.sample($0, system, precision) }
      return (samples, IntegrationWork(trajectory))
    }
    do {
      (samples, work) = try DigitLoop.run(digits: digits) { workingDigits in
        let run = try run(digits: workingDigits)
        return (run, run.samples.map { $0.values.joined().worstExcess(digits: digits) }.max() ?? 0)
      }
    } catch let error as SystemError {
      throw file.inputError(error)
    }
  }

  private static func sample(_ sample: Trajectory.Sample, _ system: EquationSystem, _ precision: Int)
    -> Sample
  {
    let state =
      sample.time.isZero
      ? system.initialState.map { $0.map { Ball($0, precision: precision) } }
      : sample.balls(precision: precision)
    return Sample(time: sample.time, values: values(of: state, system))
  }

  /// The families' variables, without the time.
  private static func values(of state: [Matrix<Ball>], _ system: EquationSystem) -> [[Ball]] {
    state.prefix(system.families.count).map(\.elements)
  }

  var document: JSONValue {
    [
      "method": .string(method.rawValue), "digits": .integer(digits), "certified": .boolean(isCertified),
      "samples": .array(
        samples.map { sample in
          [
            "t": .string("\(sample.time)"), "variables": variables(sample),
            "radius": .string(sample.values.joined().decimalRadius(digits: digits)),
          ]
        }),
    ]
  }

  /// A number for each scalar, a list for each indexed family, the last index fastest.
  private func variables(_ sample: Sample) -> JSONValue {
    .object(
      zip(system.families, sample.values).map { family, balls in
        let numbers = balls.map { JSONValue.string($0.decimal(digits: digits)) }
        return .init(family.name, family.indices.isEmpty ? numbers[0] : .array(numbers))
      })
  }

  /// Columns: t, the variables by name, radius, certified.
  var csv: String {
    let names = system.families.flatMap { family in
      (0..<family.count).map { family.label(of: $0).replacing(",", with: "][") }
    }
    let rows = samples.map { sample in
      ["\(sample.time)"] + sample.values.joined().map { $0.decimal(digits: digits) }
        + [sample.values.joined().decimalRadius(digits: digits), "\(isCertified)"]
    }
    return ([["t"] + names + ["radius", "certified"]] + rows).map { $0.joined(separator: ",") + "\n" }
      .joined()
  }
}
