import ComputationGraph
import Learning
import Multiprecision

/// T7: completion through a bottleneck with the Fisher matrix of all entries: unobserved entries move.
extension Claim {
  static let t7Bottleneck = Claim(
    id: "t7-bottleneck",
    title: "Completion through a bottleneck, Fisher over all entries: unobserved entries move",
    statement:
      "With a least width h < min(m, n), W' = -(P_U G + G P_V - P_U G P_V) with G = W - Y on observed entries and 0 on "
      + "the others, whatever the depth. For W = abᵀ (2×2), all ones at first, W11 observed: W12² + W22² = 2 for ever.",
    hypotheses: [
      "the Fisher measure is all entries; squared loss on the observed ones",
      "rank W = h along the path, h the least width",
    ],
    section: "T7", theorem: nil,
    range: .init(
      claimed:
        "any depth, widths with a bottleneck and pattern of observed entries; any t up to where W loses rank",
      tested:
        "depths 2 and 3, bottlenecks 1 and 2, 3×3 and 2×3, a checkerboard observed, t ≤ 1; the 2×2 example to its limit"
    )
  ) { settings in
    let shapes = [[3, 1, 3], [3, 2, 3], [3, 2, 2, 3], [3, 3, 1, 2]]
    return try [exactExample(settings)]
      + shapes.enumerated().map { stream, widths in
        var random = RandomInstances(settings, stream: UInt64(7200 + stream))
        let bottleneck = try BottleneckProblem(widths: widths, &random, times: [0, Rational(1, 4), 1]) {
          ($0 + $1).isMultiple(of: 2)
        }
        let solution = Solution(bottleneck.problem, settings)
        let constrained = bottleneck.constrained(settings)
        let onObserved = Solution(
          try bottleneck.problem.with(flow: .naturalGradient(.observedEntries)), settings)
        return Instance(
          "widths \(widths.map(String.init).joined(separator: "-"))",
          along: solution.integrated, constrained, conditions: { [bottleneck.condition] },
          observed: { try solution.measure(.endToEnd) },
          predicted: { try constrained.measure("W") { $0[0] } },
          controls: [
            .init("observed entries relax and unobserved ones never move, as without a bottleneck") {
              FactorizationInstances.relaxation(
                bottleneck.problem, to: bottleneck.target, precision: settings.precision)
            },
            .init("the path is that of the Fisher matrix of the observed entries") {
              try onObserved.measure(.endToEnd)
            },
          ])
      }
  }

  /// W = abᵀ stays symmetric, W = σ uuᵀ with u at an angle θ to the observed axis; σ sin θ is conserved.
  ///
  /// W11' = (4 - W11) c (2 - c) with c = cos²θ, which is 1/2 at first and grows with W11. So 0 ≤ 4 - W11 ≤ 3 e^(-3t/4), and
  /// the other entries follow from W11 by what is conserved.
  private static func exactExample(_ settings: CheckSettings) throws -> Instance {
    // What is left then is below the digits asked for, and enclosed.
    let late = Rational(settings.workingDigits * 4)
    let problem = try FactorizationInstances.factorize(
      DeepLinearModel(widths: [2, 1, 2]), Matrix(rows: [[4, nil], [nil, nil]]), .allEntries,
      [Matrix(rows: [[1, 1]]), Matrix(column: [1, 1])], times: [0, Rational(1, 2), 2, late])
    let solution = Solution(problem, settings)
    let (square, root) = (
      settings.constant("t7-bottleneck: W12² + W22²", 2), settings.constant("t7-bottleneck: 8 in W22", 8)
    )
    /// W, W12² + W22² and det W; W at the last time only.
    @Sendable func path(_ limit: [Ball]) -> Measurement {
      let invariants = [Ball(square, precision: settings.precision), Ball(0, precision: settings.precision)]
      return Measurement(
        problem.times.flatMap { time in
          (time == late ? limit : []).map { Measurement.Entry("W, t = \(time)", $0) }
            + (time == late ? [] : (0..<4).map { _ in .init("W, t = \(time)", nil) })
            + invariants.map { Measurement.Entry("invariant, t = \(time)", $0) }
        }, isRigorous: true)
    }
    return Instance(
      "W = abᵀ, W11 → 4: limit W22 = √6 - 2", along: solution.integrated,
      conditions: { [Condition("rank W = 1", .monitored, "W11 = 1 at t = 0")] },
      observed: {
        try solution.measure("W, invariants") { parameters in
          let w = try parameters[1].times(parameters[0])
          func entry(_ i: Int, _ j: Int) throws -> Node { try w.slice(rows: i..<i + 1, columns: j..<j + 1) }
          let (w12, w22) = (try entry(0, 1), try entry(1, 1))
          return try .stacked([
            w.reshaped(to: Shape(4, 1)), w12 * w12 + w22 * w22, entry(0, 0) * w22 - w12 * entry(1, 0),
          ])
        }
      },
      predicted: {
        let left = 3 * Ball.exp(Ball(Rational(-3, 4) * late, precision: settings.precision))
        let w11 = Ball(4, precision: settings.precision).addingError(left)
        let w22 = Rational(1, 2) * (.sqrt(w11 * w11 + root) - w11)
        let w12 = Ball.sqrt(w11 * w22)
        return path([w11, w12, w12, w22])
      },
      controls: [
        .init("the limit [[4, 2], [2, 1]] of the Fisher matrix of the observed entry") {
          path([4, 2, 2, 1].map { Ball($0, precision: settings.precision) })
        }
      ])
  }
}
