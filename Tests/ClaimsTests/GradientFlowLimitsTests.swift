import Integrators
import Learning
import Multiprecision
import Testing

@testable import Claims

/// The helpers behind T5's claims: exact limits, and the bounds that are proved from a state of the flow.
@Suite struct GradientFlowLimitsTests {
  private static let precision = 192

  private func ball(_ value: Rational) -> Ball { Ball(value, precision: Self.precision) }

  @Test func maximumMarginOfKnownData() throws {
    let limit = try MaximumMarginLimit(margins: Matrix(rows: [[3, 1], [3, -2], [4, 1]]))
    #expect(limit.direction == [Rational(1, 3), 0])
    #expect(limit.multipliers == [Rational(2, 27), Rational(1, 27), 0])
    #expect(limit.support == [0, 1] && limit.others == [2])
    #expect(limit.slacks == [0, 0, Rational(1, 3)])
    // λ = 2/9, the other eigenvalue is 1.
    #expect(limit.eigenvalueBound <= Rational(2, 9) && limit.eigenvalueBound > Rational(221, 1000))
    #expect(limit.conditions.map(\.status) == [.certified, .certified])
    #expect(throws: ProblemError.self) { try MaximumMarginLimit(margins: Matrix(rows: [[1, 0], [-1, 0]])) }
    let degenerate = try MaximumMarginLimit(margins: Matrix(rows: [[1, 0], [1, 3], [4, -1]]))
    #expect(degenerate.conditions.map(\.status) == [.certified, .violated])
  }

  /// The bound proved at one time holds later, and is not far above the truth.
  @Test func approachBoundHoldsLater() throws {
    let margins = Matrix<Rational>(rows: [[3, 1], [3, -2], [4, 1]])
    let limit = try MaximumMarginLimit(margins: margins)
    let times: [Rational] = [2, 60, 80, 120]
    let flow = try LogTimeWeights(
      margins: margins, start: [0, 1], at: times, CheckSettings(rigour: .estimated), digits: 25)
    #expect(throws: LinearAlgebraError.self) {
      try limit.approach(flow.weights(0), at: times[0], precision: Self.precision)
    }
    let approach = try limit.approach(flow.weights(1), at: times[1], precision: Self.precision)
    for index in [1, 2, 3] {
      let deviation = try limit.deviation(flow.weights(index), at: times[index], precision: Self.precision)
      let bound = approach.bound(at: times[index])
      #expect(Ball.certainlyLessOrEqual(deviation.norm, bound + ball(Rational(1, 1_000_000_000_000_000_000))))
      #expect(deviation.norm.log10LowerMagnitude > bound.log10UpperMagnitude - 4)
    }
  }

  /// The exact one-sample flow against the integrated one: with q from the integration, β is what it is there, and
  /// the enclosed log-time contains the time.
  @Test(arguments: [false, true]) func oneSampleFlowIsTheFlow(isCubic: Bool) throws {
    let sample: [Rational] = [1, Rational(4, 5)]
    let start: [Rational] = isCubic ? [1, Rational(1, 2)] : [Rational(1, 2), Rational(1, 2)]
    let zeros: [Rational] = [0, 0]
    let path: DualGradientFlow.Path =
      isCubic ? .powers(depth: 3, u: start, v: zeros) : .squares(u: start, v: start)
    let dual = try DualGradientFlow(
      inputs: Matrix(rows: [sample]), targets: [1], likelihood: .bernoulli, path: path, clock: .logarithm)
    let exact = OneSampleFlow(
      sample: sample, coordinates: isCubic ? .cubes(start: start) : .squares(start: start[0]))
    let trajectory = dual.integrated(at: [5, 40], CheckSettings(rigour: .estimated), digits: 25)
    let observed = try dual.measureEndToEnd(trajectory).entries.compactMap(\.ball)
    for (index, state) in try trajectory.samples().enumerated() {
      let q = try Rational(exactly: state.state[0][0, 0].doubleValue)
      let moment = exact.moment(at: q, precision: Self.precision)
      // q has a double's digits: β has them up to its slope.
      for i in 0..<2 {
        let gap = (moment.weights[i] - observed[2 * index + i]) / (1 + moment.weights[i].magnitude)
        #expect(gap.log10UpperMagnitude < -10)
      }
      #expect(moment.logTime.contains(state.time), "log t = \(state.time), \(moment.logTime)")
      #expect(moment.logTime.log10Radius < 1)
    }
    if isCubic {
      #expect(exact.dual(whereInverse: Rational(1, 10), ofCoordinate: 0) == Rational(3, 10))
    } else {
      #expect(exact.dual(whereInverse: 1, ofCoordinate: 0) == nil)
    }
  }

  /// Newton's method and the fixed-point argument enclose the same end point; the ℓ1 solution is apart from it.
  @Test func smallStartsAreEnclosedTwice() throws {
    let limit = try SmallStart(Matrix(rows: [[1, 0, Rational(1, 3)], [0, 2, Rational(1, 2)]]), [1, 3])
    #expect(limit.solution == [1, Rational(3, 2), 0] && limit.others == [2])
    #expect(limit.kappa == Rational(7, 12) && limit.rate == Rational(5, 6))
    for exponent in [4, 12, 30] {
      let start = try Rational(10).power(-exponent)
      let newton = try limit.endPoint(start, precision: Self.precision)
      let fixed = try limit.enclosure(start, precision: Self.precision)
      for (i, (a, b)) in zip(newton, fixed).enumerated() {
        #expect(a.overlaps(b), "α = 10^-\(exponent), β[\(i)]: \(a), \(b)")
        if exponent == 4 { #expect(!a.contains(limit.solution[i])) }
      }
    }
  }

  @Test func degenerateInterpolationIsRefused() {
    // The ℓ1 solution is not unique, has fewer than N entries, or there is none.
    #expect(throws: ProblemError.self) { try SmallStart(Matrix(rows: [[1, 1]]), [1]) }
    #expect(throws: ProblemError.self) { try SmallStart(Matrix(rows: [[1, 0, 2], [0, 1, 2]]), [2, 2]) }
    #expect(throws: ProblemError.self) { try SmallStart(Matrix(rows: [[1, 2], [1, 2]]), [1, 2]) }
  }
}
