import Learning
import Multiprecision

/// T6: fully observed factorisation relaxes to its target, whatever the depth.
extension Claim {
  static let t6Factorization = Claim(
    id: "t6-factorization", title: "Fully observed factorisation: W relaxes to Y, whatever the depth",
    statement: "W(t) = Y + (W(0) - Y) e^-t, if no layer is a bottleneck.",
    hypotheses: [
      "the Fisher measure is all entries; squared loss",
      "∂W/∂θ has full row rank along the path (no bottleneck)",
    ],
    section: "T6", theorem: "MatrixCompletion.factorization_fully_observed",
    range: .init(
      claimed: "any depth, no bottleneck; any t up to where the Jacobian loses rank",
      tested: "depths 1 to 4; 2×2, 2×3 and 3×3; widths to 4; t ≤ 2")
  ) { settings in
    let shapes = [[2, 2], [2, 2, 2], [3, 4, 2], [3, 3, 3], [2, 2, 3, 2], [2, 2, 2, 2, 2]]
    return try (shapes + shapes.dropLast(3)).enumerated().map { stream, widths in
      let seed = 1 + stream / shapes.count
      var random = RandomInstances(settings, stream: UInt64(600 + stream))
      let model = try DeepLinearModel(widths: widths)
      let target = random.matrix(model.outputCount, model.inputCount, bound: 2)
      let problem = try FactorizationInstances.factorize(
        model, target.map { $0 }, .allEntries, random.parameters(model))
      let name =
        "\(model.outputCount)×\(model.inputCount), widths \(widths.map(String.init).joined(separator: "-")), seed \(seed)"
      let bottleneck = try DeepLinearModel(widths: [model.inputCount, 1, model.outputCount])
      // Of positive numbers: the factors of W = σ u vᵀ then stay positive, so this flow never stops.
      let positive = target.map(\.magnitude)
      let narrow = Solution(
        try FactorizationInstances.factorize(
          bottleneck, positive.map { $0 }, .allEntries,
          random.parameters(bottleneck).map { $0.map(\.magnitude) }), settings.estimated)
      return try .law(name, problem, OnSampleLaw.self, observable: .endToEnd, settings) { _, law in
        let flow = Solution(try problem.with(flow: .gradient), settings)
        let gradientFlow = Instance.Control("so does gradient flow") {
          try flow.measure(.endToEnd)
        } predicted: {
          try law.measure(.endToEnd, at: problem.times, precision: settings.precision)
        }
        // With one layer the Fisher matrix is the identity, and gradient flow is the natural one.
        return (model.depth == 1 ? [] : [gradientFlow]) + [
          .init("so it does through a bottleneck of width 1") {
            try narrow.measure(.endToEnd)
          } predicted: {
            FactorizationInstances.relaxation(
              narrow.problem, to: positive.map { $0 }, precision: settings.precision)
          }
        ]
      }
    }
  }
}
