import Learning
import Multiprecision

/// Five matrices completed by gradient flow and by natural gradient flow with the Fisher matrix of the observed
/// entries, from layers α·1 until the loss is 10^-4: an experiment in double precision, whatever the digits.
struct CompletionExperiment: Sendable {
  let name: String
  let depth: Int
  /// α.
  let scale: Rational
  /// The matrix of an index from 0 to 4.
  let sample: @Sendable (Int) -> CompletionSample

  private static let metrics: [(name: String, metric: CompletionFlow.Metric)] = [
    ("gradient flow", .gradient), ("natural gradient flow, observed entries", .observedEntries),
  ]
  private static let loss = 1e-4

  /// Unobserved entries that stay near zero have error 1; what is said is that the errors' geometric mean is less.
  func instance() -> Instance {
    Instance(
      "\(name), both flows, 5 samples", observed: { try measure() },
      predicted: { entries { .atMost($0) } },
      controls: [
        .init("errors are no less than those of entries that do not move") { entries { .atLeast($0) } }
      ])
  }

  private func measure() throws -> Measurement {
    Measurement(
      try Self.metrics.map { name, metric in
        let errors = try (0..<5).map {
          try sample($0).error(depth: depth, scale: scale.doubleValue, metric: metric, loss: Self.loss)
        }
        return Measurement.Entry(Self.meanLabel(name), FiveSamples(errors.map { .log($0) }).upper)
      }, isRigorous: false)
  }

  /// What is said of the mean logarithm at the upper end of its interval, against the logarithm of 1.
  private func entries(_ side: (Ball) -> Measurement.Bounds) -> Measurement {
    let none = Ball(0, precision: CompletionSample.precision)
    return Measurement(
      Self.metrics.map { name, _ in .init(Self.meanLabel(name), side(none)) }, isRigorous: true)
  }

  private static func meanLabel(_ name: String) -> String { "\(name), mean log error, upper end at 95 %" }
}
