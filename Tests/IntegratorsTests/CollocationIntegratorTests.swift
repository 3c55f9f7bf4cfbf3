import Integrators
import Multiprecision
import Testing

/// Collocation against problems whose solutions are known.
@Suite struct CollocationIntegratorTests {
  private let bits = 1_000

  private func number(_ value: Rational) -> BigFloat { BigFloat(value, precision: bits) }

  /// log10 of the error of a sample's component, relative to max(1, |exact|).
  private func error(of sample: Trajectory.Sample, component: Int = 0, from exact: BigFloat) -> Double {
    (sample.state[0].elements[component] - exact).log10Magnitude - max(0, exact.log10Magnitude)
  }

  @Test(arguments: [5, 6, 20, 50, 100]) func exponential(digits: Int) throws {
    let times: [Rational] = [0, Rational(1, 3), 1, 10]
    let trajectory = try CollocationIntegrator(digits: digits).integrate({ $0 }, from: [number(1)], at: times)
    for (time, sample) in zip(times, trajectory.samples) {
      let error = self.error(of: sample, from: BigFloat.exp(number(time)))
      #expect(sample.time == time)
      #expect(error <= sample.log10Error && sample.log10Error <= -Double(digits), "\(digits) at \(time)")
    }
  }

  @Test(arguments: [Rational(-5), 0, 3]) func logisticMargin(start: Rational) throws {
    // m' = 1 + e^-m: e^m = (1 + e^m(0)) e^t - 1.
    let times: [Rational] = [Rational(1, 10), 2, 30]
    let trajectory = try CollocationIntegrator(digits: 50).integrate(
      { m in m.map { BigFloat(1, precision: $0.precision) + BigFloat.exp(-$0) } },
      from: [number(start)], at: times)
    for (time, sample) in zip(times, trajectory.samples) {
      let one = number(1)
      let exact = BigFloat.log((one + BigFloat.exp(number(start))) * BigFloat.exp(number(time)) - one)
      let error = self.error(of: sample, from: exact)
      #expect(error <= sample.log10Error && sample.log10Error <= -50, "m(0) = \(start) at \(time)")
    }
  }

  @Test func harmonicOscillatorOverManyPeriods() throws {
    let pi = BigFloat.pi(precision: bits)
    let trajectory = try CollocationIntegrator(digits: 40).integrate(
      { [$0[1], -$0[0]] }, from: [number(1), number(0)], at: [200])
    // cos 200 and sin 200 from the exponential series at 200 - 64π.
    let angle = number(200) - BigFloat(64, precision: bits) * pi
    var (term, cosine, sine) = (number(1), number(0), number(0))
    for k in 0..<400 {
      switch k % 4 {
      case 0: cosine += term
      case 1: sine += term
      case 2: cosine -= term
      default: sine -= term
      }
      term = term * angle / BigFloat(k + 1, precision: bits)
    }
    let sample = trajectory.samples[0]
    #expect(error(of: sample, component: 0, from: cosine) <= -40)
    #expect(error(of: sample, component: 1, from: -sine) <= -40)
    // The method conserves quadratic invariants, but for rounding and the unfinished iteration.
    let energy = sample.state[0].elements.reduce(-number(1)) { $0 + $1 * $1 }
    #expect(energy.log10Magnitude <= -40)
  }

  @Test func denseSampleTimesAreHitExactly() throws {
    let times = (0...40).map { Rational($0, 7) }
    let trajectory = try CollocationIntegrator(digits: 30).integrate(
      { y in y.map { -$0 } }, from: [number(1)], at: times)
    #expect(trajectory.samples.map(\.time) == times)
    for sample in trajectory.samples {
      #expect(error(of: sample, from: BigFloat.exp(number(-sample.time))) <= -30, "\(sample.time)")
    }
  }

  @Test func largeAndSmallStatesTogether() throws {
    // The accuracy is relative to the largest component, 10^2.2 here.
    let trajectory = try CollocationIntegrator(digits: 40).integrate(
      { [$0[0], -$0[1]] }, from: [number(1), number(Rational(1, 1_000_000_007))], at: [5])
    #expect(error(of: trajectory.samples[0], component: 0, from: BigFloat.exp(number(5))) <= -40)
    let small = BigFloat.exp(number(-5)) / number(1_000_000_007)
    #expect(error(of: trajectory.samples[0], component: 1, from: small) <= -37.8)
  }

  @Test func constantAndEmptyStates() throws {
    let integrator = CollocationIntegrator(digits: 20)
    let still = try integrator.integrate(
      { y in y.map { BigFloat(0, precision: $0.precision) } }, from: [number(3)], at: [0, 1_000_000])
    #expect(still.samples.allSatisfy { $0.state[0][0, 0] == number(3) })
    let empty = try integrator.integrate({ $0 }, from: [], at: [1])
    #expect(empty.samples[0].state[0].elements.isEmpty)
    #expect(try integrator.integrate({ $0 }, from: [number(1)], at: []).samples.isEmpty)
  }
}
