import Learning
import Multiprecision
import Programmes

/// T5: an active row whose multiplier is zero.
extension Claim {
  static let t5DegenerateSupport = Claim(
    id: "t5-degenerate-support", title: "A support vector without force: β drifts as (1/3) log log t",
    statement:
      "For Z = (1,0), (1,3), (4,-1) the maximum margin ŵ = (1,0) has the active row (1,3) with multiplier 0. Then "
      + "β - ŵ log t does not converge: β_2 = (1/3) log(9 log t) + O(log log t/log t).",
    hypotheses: ["gradient flow of the linear model with logistic loss", "an active row of multiplier 0"],
    section: "T5", theorem: nil,
    range: .init(
      claimed: "this data set, any start; t → ∞",
      tested: "two starts; log t from 20, where a proved bound takes over, to 10 000")
  ) { settings in
    try [drift("from 0", [0, 0], settings), drift("from (1, 1)", [1, 1], settings)]
  }

  private static func drift(_ name: String, _ start: [Rational], _ settings: CheckSettings) throws -> Instance
  {
    let margins = Matrix<Rational>(rows: [[1, 0], [1, 3], [4, -1]])
    let times: [Rational] = [20, 1_000, 10_000]
    let flow = try LogTimeWeights(margins: margins, start: start, at: times, settings, digits: 20)
    let precision = settings.precision
    /// Bounds for x = e^(3β_2), made into bounds for β_2.
    @Sendable func predicted(_ height: @Sendable (_ x: Ball, _ start: Ball) -> Ball) throws -> Measurement {
      let weights = try flow.weights(0)
      let drift = DegenerateDrift(weights: weights, time: times[0], precision: precision)
      let entries = try times.dropFirst().map { s in
        let (low, high) = try drift.bounds(at: s)
        return Measurement.Entry(
          "β_2, log t = \(s)", .between(height(low, weights[1]), height(high, weights[1])))
      }
      return try flow.measurement(entries)
    }
    return Instance(
      name,
      conditions: {
        let programme = LeastNormProgramme(subjectTo: try LinearConstraints(margins, atLeast: [1, 1, 1]))
        let optimum = try programme.solve().optimum
        let isDegenerate = optimum?.activeRows == [0, 1] && optimum?.support == [0]
        return [
          Condition(
            "the row (1,3) is active with multiplier 0", isDegenerate ? .certified : .violated,
            "ŵ = \(optimum?.point ?? []), by an exact programme")
        ]
      },
      observed: {
        let entries = try times.indices.dropFirst().map { index in
          Measurement.Entry("β_2, log t = \(times[index])", try flow.weights(index)[1])
        }
        return try flow.measurement(entries)
      },
      predicted: { try predicted { x, _ in Rational(1, 3) * .log(x) } },
      controls: [
        .init("β - ŵ log t converges") { try predicted { _, start in start } },
        .init("it drifts as (1/2) log log t") { try predicted { x, _ in Rational(1, 2) * .log(x) } },
        .init("it drifts as log log t") { try predicted { x, _ in .log(x) } },
      ])
  }
}

/// What β(s₁) proves about β_2 at later s = log(1 + t), for Z = (1,0), (1,3), (4,-1).
///
/// With a_n = e^(s - softplus(m_n)), x = e^(3β_2) and v = e^(s-β_1): a_1 = v/(1 + e^-m_1), a_2 = v/(x (1 + e^-m_2)), and
///
///     (x + log x + 9 log v)' = 9 + 9η - (39 + 3x) a_3,   0 ≤ η ≤ v e^-m_1.
///
/// v tends to x/(1 + x): it stays below max(v(s₁), 1 + 2e^-s₁) and above min(v(s₁), (1 - 4a_3)/(1 + 1/x(s₁))), as x does
/// not fall. With v ≤ 2, η adds at most 36 e^-s₁; a_3 ≤ 16 e^-3s x^(1/3) and x ≤ x(s₁) + 18 (s - s₁) take away at most
/// 16 e^-3s₁ (93 + 3x(s₁))(19 + x(s₁)).
private struct DegenerateDrift {
  let weights: [Ball]
  let time: Rational
  let precision: Int

  /// Bounds of x(s).
  ///
  /// - Throws: `LinearAlgebraError.undecided` where the state is too early for them.
  func bounds(at s: Rational) throws -> (low: Ball, high: Ball) {
    func ball(_ value: Rational) -> Ball { Ball(value, precision: precision) }
    let (x, v) = (Ball.exp(3 * weights[1]), Ball.exp(ball(time) - weights[0]))
    let early = Ball.exp(ball(-time))
    let third = 16 * early * early * early
    let lost = third * (93 + 3 * x) * (19 + x)
    guard Ball.certainlyLess(v, ball(2)), Ball.certainlyLess(ball(1), x) else {
      throw LinearAlgebraError.undecided
    }
    let highest = Self.larger(v, 1 + 2 * early)
    let lowest = Self.smaller(v, (1 - 4 * third * (1 + x)) * x / (1 + x))
    let base = x + .log(x) + 9 * .log(v) + 9 * (s - time)
    let upper = base - 9 * .log(lowest) + 36 * early
    let lower = base - 9 * .log(highest) - lost
    let low = lower - .log(upper)
    return (low, upper - .log(low))
  }

  private static func larger(_ a: Ball, _ b: Ball) -> Ball { Ball.certainlyLess(a, b) ? b : a.union(b) }
  private static func smaller(_ a: Ball, _ b: Ball) -> Ball { Ball.certainlyLess(a, b) ? a : a.union(b) }
}
