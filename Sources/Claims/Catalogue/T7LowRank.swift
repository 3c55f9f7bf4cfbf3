import Learning
import Multiprecision

/// T7: random matrices of low rank, completed by gradient flow and by natural gradient flow with either measure.
extension Claim {
  static let t7LowRank = Claim(
    id: "t7-low-rank", title: "Low-rank completion: only the Fisher matrix of all entries recovers nothing",
    statement:
      "For random matrices of rank 1 and 2 the relative error on unobserved entries is below 1/2 in the geometric mean "
      + "(upper end of its 95 % interval over 5 samples), and below 0.9 in each, under gradient flow and "
      + "under natural gradient flow with the Fisher matrix of the observed entries, with two factors and with three; "
      + "with the Fisher matrix of all entries it stays 1.000.",
    hypotheses: [
      "20×20, Gaussian factors, ‖Y‖ = 20; 50 % (rank 1) or 60 % (rank 2) observed; small multiples of the identity "
        + "at first; runs end at loss 10^-4",
      "for the Fisher matrix of all entries: its law, for as long as the flow exists",
    ],
    section: "T7", theorem: "MatrixCompletion.completion_test_error",
    range: .init(
      claimed: "an experiment: these sizes, ranks and starts; small errors are seen, not proved",
      tested: "5 seeds each for ranks 1 and 2, depths 2 and 3, in double precision whatever the digits")
  ) { settings in
    let rows = [(1, 2), (1, 3), (2, 2), (2, 3)].map {
      LowRankMatrices(rank: $0, depth: $1, settings: settings)
    }
    return rows.map { $0.experiment().instance() } + rows.prefix(2).map { $0.frozen() }
  }
}

/// One row of the table of T7.
private struct LowRankMatrices: Sendable {
  let rank: Int
  let depth: Int
  let settings: CheckSettings

  private static let size = 20

  private var observedCount: Int { rank == 1 ? 200 : 240 }
  private var scale: Rational { depth == 2 ? Rational(1, 1000) : Rational(1, 20) }
  private var name: String { "rank \(rank), depth \(depth), layers \(scale)·1" }

  private func sample(_ index: Int) -> CompletionSample {
    CompletionSample(
      size: Self.size, rank: rank, observedCount: observedCount,
      seed: settings.seed &* 0x1_0000 &+ UInt64(7300 + 10 * rank + index))
  }

  func experiment() -> CompletionExperiment {
    CompletionExperiment(name: name, depth: depth, scale: scale, smallError: Rational(1, 2), sample: sample)
  }

  /// The Fisher matrix of all entries: unobserved entries keep their start α^L·1, so by the triangle inequality
  /// the error is 1 up to ‖W(0)‖/‖Y‖ on them.
  func frozen() -> Instance {
    let start = (1..<depth).reduce(scale) { product, _ in product * scale }
    @Sendable func norms(_ entry: (_ initial: Rational, _ target: Rational) -> Rational) throws -> [Ball] {
      try (0..<5).map { index in
        let sample = sample(index)
        let isObserved = Set(sample.observed)
        var sum: Rational = 0
        for (place, target) in sample.target.elements.enumerated() where !isObserved.contains(place) {
          let initial = place / Self.size == place % Self.size ? start : 0
          let number = entry(initial, try Rational(exactly: target))
          sum += number * number
        }
        return Ball.sqrt(Ball(sum, precision: settings.precision))
      }
    }
    @Sendable func entries(_ bounds: [Measurement.Bounds]) -> Measurement {
      Measurement(bounds.enumerated().map { .init("error of sample \($0 + 1)", $1) }, isRigorous: true)
    }
    return Instance(
      "\(name), Fisher matrix of all entries, 5 samples",
      observed: {
        let errors = zip(try norms { $0 - $1 }, try norms { $1 }).map { $0 / $1 }
        return Measurement(
          errors.enumerated().map { .init("error of sample \($0 + 1)", $1) }, isRigorous: true)
      },
      predicted: {
        entries(
          zip(try norms { initial, _ in initial }, try norms { $1 }).map { start, norm in
            .between(1 + -(start / norm), 1 + start / norm)
          })
      },
      controls: [
        .init("the unobserved entries are recovered") {
          let half = Ball(Rational(1, 2), precision: settings.precision)
          return entries(.init(repeating: .atMost(half), count: 5))
        }
      ])
  }
}
