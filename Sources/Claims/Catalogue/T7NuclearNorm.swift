import Learning
import Multiprecision

/// T7: from a small start, two factors and the Fisher matrix of the observed entries often end near the least nuclear norm.
extension Claim {
  static let t7NuclearNorm = Claim(
    id: "t7-nuclear-norm",
    title: "Small start, two factors, Fisher over observed entries: nearer to the least nuclear norm",
    statement:
      "On random matrices the limit's nuclear norm exceeds the least one among matrices with the observed entries by less "
      + "from layers 10^-4·1 than from 10^-1·1, and by less than zeros on the other entries do, in the mean of 5 samples "
      + "(lower ends of 95 % intervals). Seen, not proved, and false for some data.",
    hypotheses: [
      "two square layers α·1 at first; the Fisher measure is the observed entries, with Moore–Penrose inverse"
    ],
    section: "T7", theorem: nil,
    range: .init(
      claimed: "a numerical observation for small α; the lower bound on the least nuclear norm is proved",
      tested:
        "8×8 of rank 2, 40 entries observed, 5 samples, α = 10^-1 and 10^-4; in double precision whatever the digits"
    )
  ) { settings in
    let runs = Lazy {
      try (0..<5).map { index in
        try NuclearNormRuns(
          CompletionSample(
            size: 8, rank: 2, observedCount: 40, seed: settings.seed &* 0x1_0000 &+ UInt64(7400 + index)))
      }
    }
    return [
      Instance(
        "8×8 of rank 2, 40 observed, 5 samples", observed: { try NuclearNormRuns.measure(runs.value()) },
        predicted: { NuclearNormRuns.bounds() },
        controls: [
          .init("the start's size does not matter") { NuclearNormRuns.bounds(isFalling: false) },
          .init("the limit is no nearer than zeros, the limit of the Fisher matrix of all entries") {
            NuclearNormRuns.bounds(isNearerThanZeros: false)
          },
        ])
    ]
  }
}
