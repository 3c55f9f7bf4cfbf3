import Learning
import Multiprecision

/// T7: random matrices of low rank, completed by gradient flow and by natural gradient flow with the Fisher matrix of the
/// observed entries.
extension Claim {
  static let t7LowRank = Claim(
    id: "t7-low-rank",
    title: "Low-rank completion: the Fisher matrix of the observed entries recovers, as gradient flow does",
    statement:
      "For random matrices of rank 1 and 2 the geometric mean of the relative errors on unobserved entries is below 1, "
      + "where entries that do not move leave it, under gradient flow and under natural gradient flow with the Fisher "
      + "matrix of the observed entries, with two factors and with three (upper end of its 95 % interval over 5 samples).",
    hypotheses: [
      "20×20, Gaussian factors, ‖Y‖ = 20; 50 % (rank 1) or 60 % (rank 2) observed; small multiples of the identity "
        + "at first; runs end at loss 10^-4"
    ],
    section: "T7", theorem: nil,
    range: .init(
      claimed: "an experiment: these sizes, ranks and starts; small errors are seen, not proved",
      tested: "5 seeds each for ranks 1 and 2, depths 2 and 3, in double precision whatever the digits")
  ) { settings in
    [(1, 2), (1, 3), (2, 2), (2, 3)].map {
      LowRankMatrices(rank: $0, depth: $1, settings: settings).experiment().instance()
    }
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
    CompletionExperiment(name: name, depth: depth, scale: scale, sample: sample)
  }
}
