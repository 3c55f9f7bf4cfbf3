import Integrators
import Multiprecision
import Testing

@testable import Learning

@Suite struct DampedNewtonFlowTests {
  private static let flow = DampedNewtonFlow(
    margins: Matrix(rows: [[0, 1], [1, 3], [1, 4]]), damping: Rational(1, 100))

  /// The fields in t, in log(1 + t) and in double precision, at one state.
  @Test func threeFormsOfTheVelocityAgree() throws {
    let state: [Rational] = [Rational(-3, 2), Rational(5, 4)]
    let clock = Rational(7, 10)
    let plain = try Self.flow.field()
    let inTime = try plain.graph.evaluate(
      plain.velocity, variables: [(plain.state[0], Matrix(column: state.map(\.doubleValue)))], precision: 53)
    let logarithmic = try Self.flow.logarithmicField()
    let inClock = try logarithmic.graph.evaluate(
      logarithmic.velocity,
      variables: [
        (logarithmic.state[0], Matrix(column: state.map(\.doubleValue))),
        (logarithmic.state[1], Matrix(column: [clock.doubleValue])),
      ], precision: 53)
    let double = try Self.flow.velocity(at: state.map(\.doubleValue))
    for i in 0..<2 {
      #expect(abs(inTime[0][i, 0] - double[i]) < 1e-12)
      #expect(abs(inClock[0][i, 0] - Double.exp(0.7) * double[i]) < 1e-12)
    }
    #expect(inClock[1][0, 0] == 1)
  }

  /// Damping bears little of the gradient at first and nearly all in the end.
  @Test func dampingTakesOver() throws {
    let samples = try DoubleRungeKutta().integrate(
      { try Self.flow.velocity(at: $1) }, from: [0, 0], at: [0.1, 100])
    #expect(try Self.flow.dampingShare(at: samples[0].state) < 0.05)
    #expect(try Self.flow.dampingShare(at: samples[1].state) > 0.9)
    #expect(Self.flow.scores(at: [1, 2]) == [2, 7, 9])
  }
}
