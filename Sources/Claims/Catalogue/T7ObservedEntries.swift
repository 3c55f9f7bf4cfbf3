import Learning
import Multiprecision

/// T7: completion with the Fisher matrix of the observed entries: the others move, by parametrisation.
extension Claim {
  static let t7ObservedEntries = Claim(
    id: "t7-observed-entries",
    title: "Completion, Fisher over observed entries: the others move, by parametrisation",
    statement:
      "With the Fisher matrix of the observed entries and Moore–Penrose inverse the unobserved entries follow exact "
      + "paths that depend on the factorisation: [[f, √f], [√f, 1]], [[c, f], [0, c]], and W22 = W12 W21/W11.",
    hypotheses: ["the Fisher measure is the observed entries, with Moore–Penrose inverse; squared loss"],
    section: "T7", theorem: "CompletionCounterexample.unobserved_entry_moves",
    range: .init(
      claimed: "the three examples, all t",
      tested: "three rational 2×2 examples, t from 0 to beyond the last digit")
  ) { settings in
    let ones: [Matrix<Rational>] = [Matrix(rows: [[1, 1]]), Matrix(column: [1, 1])]
    let (half, one) = (
      settings.constant("t7-observed-entries: 1/2 under the root", Rational(1, 2)),
      settings.constant("t7-observed-entries: 1 under the inner root", 1)
    )
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
        let c = Ball.sqrt(half * (1 + .sqrt(w[1] * w[1] + one)))
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
    let problem = try FactorizationInstances.factorize(
      DeepLinearModel(widths: widths), observed, .observedEntries, initial, times: times)
    let law = try problem.law(OnSampleLaw.self)
    let solution = Solution(problem, settings)
    @Sendable func along(_ path: @Sendable ([Ball]) -> [Ball]) -> Measurement {
      let moved = FactorizationInstances.relaxation(
        problem, to: observed, rate: settings.constant("t7-observed-entries: rate", 1),
        precision: settings.precision)
      let size = observed.elements.count
      let entries = stride(from: 0, to: moved.entries.count, by: size).flatMap { first in
        let slice = moved.entries[first..<first + size]
        return zip(slice.map(\.label), path(slice.compactMap(\.ball))).map { Measurement.Entry($0, $1) }
      }
      return Measurement(entries, isRigorous: true)
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: { try solution.measure(.endToEnd) },
      predicted: { along(path) },
      controls: [.init("unobserved entries never move") { along { $0 } }])
  }
}
