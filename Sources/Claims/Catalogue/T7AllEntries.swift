import Learning
import Multiprecision

/// T7: completion with the Fisher matrix of all entries: unobserved entries never move.
extension Claim {
  static let t7AllEntries = Claim(
    id: "t7-all-entries", title: "Completion, Fisher over all entries: unobserved entries never move",
    statement:
      "Observed entries relax, W_ij(t) = Y_ij + (W_ij(0) - Y_ij) e^-t; unobserved entries keep their initial value, "
      + "so the error on them never changes.",
    hypotheses: [
      "the Fisher measure is all entries; squared loss", "∂W/∂θ has full row rank along the path",
    ],
    section: "T7", theorem: "MatrixCompletion.deep_completion",
    range: .init(
      claimed:
        "any depth, no bottleneck, any pattern of observed entries; any t up to where the Jacobian loses rank",
      tested: "depths 1 to 4; 2×2, 2×3 and 3×3 with 2 to 4 entries unobserved; t ≤ 2")
  ) { settings in
    let shapes = [[2, 3], [2, 2, 2], [3, 3, 2], [3, 3, 3], [2, 2, 3, 2], [2, 2, 2, 2, 2]]
    return try (shapes + shapes.prefix(3)).enumerated().map { stream, widths in
      let seed = 1 + stream / shapes.count
      var random = RandomInstances(settings, stream: UInt64(700 + stream))
      let model = try DeepLinearModel(widths: widths)
      let truth = random.matrix(model.outputCount, model.inputCount, bound: 2)
      // A checkerboard is observed.
      let observed = Matrix<Rational?>(rows: truth.rows, columns: truth.columns) { i, j in
        (i + j).isMultiple(of: 2) ? truth[i, j] : nil
      }
      let problem = try FactorizationInstances.factorize(
        model, observed, .allEntries, random.parameters(model))
      let name =
        "\(truth.rows)×\(truth.columns), widths \(widths.map(String.init).joined(separator: "-")), seed \(seed)"
      return try .law(name, problem, OnSampleLaw.self, observable: .endToEnd, settings) { _, law in
        let onObserved = Solution(
          try problem.with(flow: .naturalGradient(.observedEntries)), settings)
        let otherMeasure = Instance.Control("so it is with the Fisher matrix of the observed entries") {
          try onObserved.measure(.endToEnd)
        } predicted: {
          try law.measure(.endToEnd, at: problem.times, precision: settings.precision)
        }
        // With one factor the entries are the parameters, and either measure leaves the others alone.
        return (model.depth == 1 ? [] : [otherMeasure]) + [
          .init("unobserved entries relax to 0") {
            FactorizationInstances.relaxation(
              problem, to: observed.map { $0 ?? 0 }, precision: settings.precision)
          }
        ]
      }
    }
  }
}
