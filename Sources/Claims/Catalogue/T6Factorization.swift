import Learning
import Multiprecision

/// T6 and T7: deep matrix factorisation, fully observed and with missing entries.
enum FactorizationClaims {
  static let all = [factorization, allEntries, observedEntries]

  static let factorization = Claim(
    id: "t6-factorization", title: "Fully observed factorisation: W relaxes to Y, whatever the depth",
    statement: "W(t) = Y + (W(0) - Y) e^-t, if no layer is a bottleneck.",
    hypotheses: [
      "the Fisher measure is all entries; squared loss",
      "∂W/∂θ has full row rank along the path (no bottleneck)",
    ],
    section: "T6", theorem: "DeepLinear.factorization_relaxes",
    range: "depths 1 to 4; 2×2, 2×3 and 3×3; widths to 4; t ≤ 2"
  ) { settings in
    let widths = [[2, 2], [2, 2, 2], [3, 4, 2], [3, 3, 3], [2, 2, 3, 2], [2, 2, 2, 2, 2]]
    return try widths.enumerated().map { stream, widths in
      var random = RandomInstances(settings, stream: UInt64(600 + stream))
      let model = try DeepLinearModel(widths: widths)
      let target = random.matrix(model.outputCount, model.inputCount, bound: 2)
      let problem = try factorize(model, target.map { $0 }, .allEntries, random.parameters(model))
      let name =
        "\(model.outputCount)×\(model.inputCount), widths \(widths.map(String.init).joined(separator: "-"))"
      let bottleneck = try DeepLinearModel(widths: [model.inputCount, 1, model.outputCount])
      // Of positive numbers: the factors of W = σ u vᵀ then stay positive, so this flow never stops.
      let positive = target.map(\.magnitude)
      let narrow = Solution(
        try factorize(
          bottleneck, positive.map { $0 }, .allEntries,
          random.parameters(bottleneck).map { $0.map(\.magnitude) }),
        settings)
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
            relaxation(narrow.problem, to: positive.map { $0 }, precision: settings.precision)
          }
        ]
      }
    }
  }

  static let allEntries = Claim(
    id: "t7-all-entries", title: "Completion, Fisher over all entries: unobserved entries never move",
    statement:
      "Observed entries relax, W_ij(t) = Y_ij + (W_ij(0) - Y_ij) e^-t; unobserved entries keep their initial value, "
      + "so the error on them never changes.",
    hypotheses: [
      "the Fisher measure is all entries; squared loss", "∂W/∂θ has full row rank along the path",
    ],
    section: "T7", theorem: "MatrixCompletion.completion_unobserved",
    range: "depths 2 and 3; 2×2, 2×3 and 3×3 with 2 to 4 entries unobserved; t ≤ 2"
  ) { settings in
    let widths = [[2, 2, 2], [3, 3, 2], [3, 3, 3], [2, 2, 3, 2]]
    return try widths.enumerated().map { stream, widths in
      var random = RandomInstances(settings, stream: UInt64(700 + stream))
      let model = try DeepLinearModel(widths: widths)
      let truth = random.matrix(model.outputCount, model.inputCount, bound: 2)
      // A checkerboard is observed.
      let observed = Matrix<Rational?>(rows: truth.rows, columns: truth.columns) { i, j in
        (i + j).isMultiple(of: 2) ? truth[i, j] : nil
      }
      let problem = try factorize(model, observed, .allEntries, random.parameters(model))
      let name = "\(truth.rows)×\(truth.columns), widths \(widths.map(String.init).joined(separator: "-"))"
      return try .law(name, problem, OnSampleLaw.self, observable: .endToEnd, settings) { _, law in
        let onObserved = Solution(try problem.with(flow: .naturalGradient(.observedEntries)), settings)
        return [
          .init("so it is with the Fisher matrix of the observed entries") {
            try onObserved.measure(.endToEnd)
          } predicted: {
            try law.measure(.endToEnd, at: problem.times, precision: settings.precision)
          }
        ]
      }
    }
  }

  static let observedEntries = Claim(
    id: "t7-observed-entries",
    title: "Completion, Fisher over observed entries: the others move, by parametrisation",
    statement:
      "With the Fisher matrix of the observed entries and Moore–Penrose inverse the unobserved entries follow exact "
      + "paths that depend on the factorisation: [[f, √f], [√f, 1]], [[c, f], [0, c]], and W22 = W12 W21/W11.",
    hypotheses: ["the Fisher measure is the observed entries, with Moore–Penrose inverse; squared loss"],
    section: "T7", theorem: "CompletionCounterexample.unobserved_entry_moves",
    range: "three rational 2×2 examples, t from 0 to beyond the last digit"
  ) { settings in
    let ones: [Matrix<Rational>] = [Matrix(rows: [[1, 1]]), Matrix(column: [1, 1])]
    let identities: [Matrix<Rational>] = [.identity(2), .identity(2)]
    return [
      try completion(
        "W = abᵀ, W11 → 4: limit [[4, 2], [2, 1]]", [2, 1, 2], Matrix(rows: [[4, nil], [nil, nil]]), ones,
        settings
      ) { w in
        [w[0], .sqrt(w[0]), .sqrt(w[0]), Ball(1, precision: w[0].precision)]
      },
      try completion(
        "W = W2 W1, W12 → 15/8: limit [[5/4, 15/8], [0, 5/4]]", [2, 2, 2],
        Matrix(rows: [[nil, Rational(15, 8)], [nil, nil]]), identities, settings
      ) { w in
        let c = Ball.sqrt(Rational(1, 2) * (1 + .sqrt(1 + w[1] * w[1])))
        return [c, w[1], Ball(0, precision: c.precision), c]
      },
      try completion(
        "W = abᵀ, three entries observed: W22 → 6", [2, 1, 2], Matrix(rows: [[2, 3], [4, nil]]), ones,
        settings
      ) { w in
        [w[0], w[1], w[2], w[1] * w[2] / w[0]]
      },
    ]
  }

  /// `path` gives all entries from the relaxing observed ones (and the initial others), row by row.
  private static func completion(
    _ name: String, _ widths: [Int], _ observed: Matrix<Rational?>, _ initial: [Matrix<Rational>],
    _ settings: CheckSettings, path: @escaping @Sendable ([Ball]) -> [Ball]
  ) throws -> Instance {
    let times: [Rational] = [0, Rational(1, 2), 2, Rational(settings.workingDigits * 5 / 2)]
    let problem = try factorize(
      DeepLinearModel(widths: widths), observed, .observedEntries, initial, times: times)
    let law = try problem.law(OnSampleLaw.self)
    let solution = Solution(problem, settings)
    @Sendable func along(_ path: @Sendable ([Ball]) -> [Ball]) -> Measurement {
      let moved = relaxation(problem, to: observed, precision: settings.precision)
      let size = observed.elements.count
      let entries = stride(from: 0, to: moved.entries.count, by: size).flatMap { first in
        let slice = moved.entries[first..<first + size]
        return zip(slice.map(\.label), path(slice.compactMap(\.ball))).map { Measurement.Entry($0, $1) }
      }
      return Measurement(entries, isRigorous: true)
    }
    return Instance(
      name, conditions: { law.conditions }, observed: { try solution.measure(.endToEnd) },
      predicted: { along(path) },
      controls: [.init("unobserved entries never move") { along { $0 } }])
  }

  /// Y + (W(0) - Y) e^-t on observed entries, W(0) on the others.
  private static func relaxation(_ problem: Problem, to target: Matrix<Rational?>, precision: Int)
    -> Measurement
  {
    let start = problem.model.exactEndToEndMatrix(problem.initial)
    let entries = problem.times.flatMap { time in
      let decay = Ball.exp(Ball(-time, precision: precision))
      let matrix = Matrix<Ball?>(rows: start.rows, columns: start.columns) { i, j in
        guard let y = target[i, j] else { return Ball(start[i, j], precision: precision) }
        return Ball(y, precision: precision) + (start[i, j] - y) * decay
      }
      return Measurement.entries(of: matrix, Observable.endToEnd.rawValue, at: time)
    }
    return Measurement(entries, isRigorous: true)
  }

  private static func factorize(
    _ model: DeepLinearModel, _ matrix: Matrix<Rational?>, _ measure: FisherMeasure,
    _ initial: [Matrix<Rational>],
    times: [Rational] = [0, Rational(1, 2), 2]
  ) throws -> Problem {
    try Problem(
      model: model, data: Dataset(matrix: matrix), likelihood: .gaussian, flow: .naturalGradient(measure),
      initial: initial, times: times)
  }
}
