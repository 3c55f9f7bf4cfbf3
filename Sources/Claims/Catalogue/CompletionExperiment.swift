import Learning
import Multiprecision

/// Five matrices completed by gradient flow and by natural gradient flow with the Fisher matrix of the observed
/// entries, from layers α·1 until the loss is 10^-4: an experiment in double precision, whatever the digits.
struct CompletionExperiment: Sendable {
  let name: String
  let depth: Int
  /// α.
  let scale: Rational
  /// What is said of the errors' geometric mean; where unobserved entries stay near zero an error is 1.
  let smallError: Rational
  /// The matrix of an index from 0 to 4.
  let sample: @Sendable (Int) -> CompletionSample

  private static let metrics: [(name: String, metric: CompletionFlow.Metric)] = [
    ("gradient flow", .gradient), ("natural gradient flow, observed entries", .observedEntries),
  ]
  private static let loss = 1e-4
  /// What is said of each error.
  private static let largestError = Rational(9, 10)
  /// With the Fisher matrix of all entries errors are 1, up to the start.
  private static let noRecovery = Rational(99, 100)

  func instance() -> Instance {
    Instance(
      "\(name), both flows, 5 samples", observed: { try measure() },
      predicted: { entries(Self.largestError, mean: smallError) { .atMost($0) } },
      controls: [
        .init("unobserved entries stay, as with the Fisher matrix of all entries") {
          entries(Self.noRecovery, mean: Self.noRecovery) { .atLeast($0) }
        }
      ])
  }

  private func measure() throws -> Measurement {
    Measurement(
      try Self.metrics.flatMap { name, metric in
        let errors = try (0..<5).map {
          try sample($0).error(depth: depth, scale: scale.doubleValue, metric: metric, loss: Self.loss)
        }
        return errors.enumerated().map { Measurement.Entry("\(name), error of sample \($0 + 1)", $1) }
          + [.init(Self.meanLabel(name), FiveSamples(errors.map { .log($0) }).upper)]
      }, isRigorous: false)
  }

  /// A bound of every error, and one of the mean of their logarithms at the upper end of its interval.
  private func entries(
    _ error: Rational, mean: Rational, _ side: (Ball) -> Measurement.Bounds
  ) -> Measurement {
    let (error, mean) = (
      Ball(error, precision: CompletionSample.precision), Ball(mean, precision: CompletionSample.precision)
    )
    return Measurement(
      Self.metrics.flatMap { name, _ in
        (0..<5).map { .init("\(name), error of sample \($0 + 1)", side(error)) }
          + [.init(Self.meanLabel(name), side(.log(mean)))]
      }, isRigorous: true)
  }

  private static func meanLabel(_ name: String) -> String { "\(name), mean log error, upper end at 95 %" }
}
