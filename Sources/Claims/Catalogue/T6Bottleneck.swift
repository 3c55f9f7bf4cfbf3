import Learning
import Multiprecision

/// T6: through a bottleneck natural gradient flow is the Riemannian gradient flow on matrices of bounded rank.
extension Claim {
  static let t6Bottleneck = Claim(
    id: "t6-bottleneck", title: "Factorisation through a bottleneck: Riemannian gradient flow at fixed rank",
    statement:
      "With a least width h < min(m, n) and rank W = h, W' = -(P_U G + G P_V - P_U G P_V) with G = W - Y: the "
      + "projection of -G on the tangent space of the matrices of rank h, whatever the depth.",
    hypotheses: [
      "the Fisher measure is all entries; squared loss", "rank W = h along the path, h the least width",
    ],
    section: "T6", theorem: nil,
    range: .init(
      claimed: "any depth and widths with a bottleneck; any t up to where W loses rank",
      tested: "depths 2 and 3, bottlenecks 1 and 2, 2×3 to 4×4, one instance by collocation; t ≤ 1")
  ) { settings in
    let overlap = settings.constant("t6-bottleneck: coefficient of P_U G P_V", 1)
    let shapes: [([Int], Solution.Integrator)] = [
      ([3, 1, 3], .taylor), ([3, 2, 3], .taylor), ([4, 2, 4], .taylor), ([3, 2, 2, 3], .taylor),
      ([3, 3, 1, 2], .taylor), ([2, 1, 3], .collocation),
    ]
    return try shapes.enumerated().map { stream, shape in
      let (widths, integrator) = shape
      var random = RandomInstances(settings, stream: UInt64(6200 + stream))
      let bottleneck = try BottleneckProblem(widths: widths, &random, times: [0, Rational(1, 4), 1]) { _, _ in
        true
      }
      let solution = Solution(bottleneck.problem, settings, by: integrator)
      let name = "widths \(widths.map(String.init).joined(separator: "-"))"
      return Instance(
        integrator == .collocation ? "\(name), by collocation" : name,
        along: solution.integrated, conditions: { [bottleneck.condition] },
        observed: { try solution.measure(.endToEnd) },
        predicted: { try bottleneck.constrained(overlap: overlap, settings).measure("W") { $0[0] } },
        controls: [
          .init("W relaxes to Y, as without a bottleneck") {
            FactorizationInstances.relaxation(
              bottleneck.problem, to: bottleneck.target, precision: settings.precision)
          },
          .init("W' = -(P_U G + G P_V), both projections added") {
            try bottleneck.constrained(overlap: 0, settings).measure("W") { $0[0] }
          },
        ])
    }
  }
}
