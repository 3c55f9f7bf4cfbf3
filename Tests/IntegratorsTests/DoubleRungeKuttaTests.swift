import Foundation
import Integrators
import Multiprecision
import Testing

/// Double precision against solutions in closed form, and the order of the method.
@Suite struct DoubleRungeKuttaTests {
  /// Counts the evaluations of a field.
  private final class Counter { var count = 0 }

  @Test(arguments: [1e-6, 1e-9, 1e-12]) func errorFollowsTheTolerance(tolerance: Double) throws {
    // y' = -2 t y: y = exp(-t²); the field depends on time.
    let times = [0, 0.5, 1, 2]
    let samples = try DoubleRungeKutta(relativeTolerance: tolerance)
      .integrate({ [-2 * $0 * $1[0]] }, from: [1], at: times)
    #expect(samples.map(\.time) == times)
    for sample in samples {
      #expect(abs(sample.state[0] - exp(-sample.time * sample.time)) < 20 * tolerance)
    }
  }

  @Test func orderIsFive() throws {
    // The steps, hence the evaluations, grow as tolerance^(-1/5): tenfold for five digits.
    func evaluations(_ tolerance: Double) throws -> (count: Int, error: Double) {
      let counter = Counter()
      let samples = try DoubleRungeKutta(relativeTolerance: tolerance).integrate(
        { _, y in
          counter.count += 1
          return [y[1], -y[0]]
        }, from: [1, 0], at: [100])
      return (counter.count, hypot(samples[0].state[0] - cos(100), samples[0].state[1] + sin(100)))
    }
    let (coarse, fine) = (try evaluations(1e-5), try evaluations(1e-10))
    let ratio = Double(fine.count) / Double(coarse.count)
    #expect((8.5...11.5).contains(ratio), "\(ratio)")
    // Over sixteen periods local errors add up.
    #expect(coarse.error < 1e-2 && fine.error < 1e-7, "\(coarse.error), \(fine.error)")
  }

  @Test func endsAtTheEvent() throws {
    // y' = y from 1 reaches 10 at log 10; the sample at 5 lies beyond.
    let samples = try DoubleRungeKutta(relativeTolerance: 1e-11)
      .integrate({ $1 }, from: [1], at: [1, 5]) { 10 - $0[0] }
    #expect(samples.count == 2 && samples[0].time == 1)
    #expect(abs(samples[1].time - log(10)) < 1e-10 && abs(samples[1].state[0] - 10) < 1e-9)
    let before = try DoubleRungeKutta().integrate({ $1 }, from: [11], at: [1]) { 10 - $0[0] }
    #expect(before.map(\.time) == [0])
  }

  @Test func stopsAtASingularity() throws {
    // y' = y² from 1 is 1/(1 - t).
    let error = #expect(throws: IntegrationError.self) {
      try DoubleRungeKutta().integrate({ [$1[0] * $1[0]] }, from: [1], at: [2])
    }
    let time = try #require(error?.time)
    #expect(abs(time - 1) < 1e-6)
  }

  @Test func shortensTheStepWhereTheFieldIsNotDefined() throws {
    // y' = -√y, which is 0 from t = 2 on; beyond 0 it is not defined.
    let samples = try DoubleRungeKutta(relativeTolerance: 1e-8).integrate(
      { _, y in
        guard y[0] >= 0 else { throw LinearAlgebraError.notPositiveDefinite }
        return [-y[0].squareRoot()]
      }, from: [1], at: [1.9])
    #expect(abs(samples[0].state[0] - 0.05 * 0.05) < 1e-7)
  }

  @Test func refusesTimesOutOfOrderAndTooManySteps() {
    #expect(throws: IntegrationError.self) {
      try DoubleRungeKutta().integrate({ $1 }, from: [1], at: [1, 1])
    }
    #expect(throws: IntegrationError.self) {
      try DoubleRungeKutta(budget: .init(steps: 10)).integrate({ $1 }, from: [1], at: [100])
    }
  }
}
