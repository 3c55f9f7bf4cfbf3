import Learning
import Multiprecision

/// T7: from a small start, two factors and the Fisher matrix of the observed entries end near the least nuclear norm.
extension Claim {
  static let t7NuclearNorm = Claim(
    id: "t7-nuclear-norm",
    title: "Small start, two factors, Fisher over observed entries: near the least nuclear norm",
    statement:
      "From layers α·1 the limit's nuclear norm exceeds the least one among matrices with the observed entries by a "
      + "relative amount that falls with α from 10^-1 to 10^-4, where it is below 1/20 (zeros elsewhere exceed it by more). "
      + "Seen, not proved.",
    hypotheses: [
      "two square layers α·1 at first; the Fisher measure is the observed entries, with Moore–Penrose inverse"
    ],
    section: "T7", theorem: nil,
    range: .init(
      claimed: "a numerical observation for small α; the lower bound on the least nuclear norm is proved",
      tested:
        "8×8 of rank 2, 40 entries observed, 3 samples, α = 10^-1 to 10^-4; in double precision whatever the digits"
    )
  ) { settings in
    (0..<3).map { index in
      let runs = Lazy {
        try NuclearNormRuns(
          CompletionSample(
            size: 8, rank: 2, observedCount: 40, seed: settings.seed &* 0x1_0000 &+ UInt64(7400 + index)))
      }
      return Instance(
        "8×8 of rank 2, 40 observed, sample \(index + 1)",
        observed: { try runs.value().excesses() },
        predicted: { NuclearNormRuns.bounds() },
        controls: [
          .init("so does the limit of the Fisher matrix of all entries, zeros elsewhere") {
            try runs.value().ofZeros()
          } predicted: {
            NuclearNormRuns.bounds()
          }
        ])
    }
  }
}
