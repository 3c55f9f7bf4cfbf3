import ComputationGraph
import Multiprecision

/// The series of a workload's first step by each arithmetic: what a step costs at so many digits, and what relaxed sums gain.
struct ExpansionTimes {
  let workload: any Workload
  let digits: Int
  let repetitions: Int

  static let header = """
    | problem | digits | bits | order | classical sums s | automatic s | times faster | on Arb s | times faster |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    """

  /// The best times; every round runs all three, so that load on the machine hits all alike.
  func measure() throws -> String {
    let field = try workload.field()
    let order = Int((Double(digits) * 1.1073).rounded(.up)) + 2
    let bits = Int((Double(digits) * 3.3220).rounded(.up)) + 32
    let start = workload.initial.map { $0.map { BigFloat($0, precision: bits) } }
    func fixedPoint(
      _ sums: FixedPointSeriesArithmetic.CauchySums
    ) throws -> SeriesExpansion<FixedPointSeriesArithmetic> {
      let arithmetic = FixedPointSeriesArithmetic(order: order, precision: bits, sums: sums)
      arithmetic.setScale(workload.scale)
      return try SeriesExpansion(of: field, arithmetic: arithmetic)
    }
    let (classical, automatic) = (try fixedPoint(.classical), try fixedPoint(.automatic))
    let ball = try SeriesExpansion(of: field, arithmetic: BallSeriesArithmetic(order: order, precision: bits))
    var best = (classical: Double.infinity, automatic: Double.infinity, ball: Double.infinity)
    for _ in 0..<repetitions {
      best.classical = min(
        best.classical, try Comparison.seconds { try classical.expand(at: start, order: order) })
      best.automatic = min(
        best.automatic, try Comparison.seconds { try automatic.expand(at: start, order: order) })
      best.ball = min(best.ball, try Comparison.seconds { try ball.expand(at: start, order: order) })
    }
    let cells = [
      workload.name, "\(digits)", "\(bits)", "\(order)", Row.rounded(best.classical, 5),
      Row.rounded(best.automatic, 5),
      Row.rounded(best.classical / best.automatic, 2), Row.rounded(best.ball, 4),
      Row.rounded(best.ball / best.automatic, 1),
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}
