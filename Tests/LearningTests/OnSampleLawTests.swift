import Multiprecision
import Testing

@testable import Learning

/// The on-sample law's values, for linear models at unit inputs, whose weights are their outputs.
@Suite struct OnSampleLawTests {
  private static let precision = 256
  /// A label or target, or the mean of two samples, for each family.
  private static let cases: [(likelihood: Likelihood, target: Rational)] = [
    (.gaussian, Rational(-7, 3)), (.bernoulli, 0), (.bernoulli, 1), (.bernoulli, Rational(1, 2)),
    (.poisson, 0), (.poisson, 3), (.poisson, Rational(1, 2)),
  ]

  /// One input, two samples of targets whose mean is `target`.
  static func law(_ likelihood: Likelihood, _ target: Rational, start: Rational) throws -> OnSampleLaw {
    let pair = target.isInteger || likelihood == .gaussian ? [target, target] : [0, 1]
    let problem = try Problem(
      model: DeepLinearModel(widths: [1, 1]),
      data: Dataset(inputs: Matrix(rows: [[1], [1]]), targets: Matrix(column: pair)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [[start]])],
      times: [1])
    return try #require(problem.closedForms().compactMap { $0 as? OnSampleLaw }.first)
  }

  /// Logit and mean of the first sample.
  private func values(
    _ law: OnSampleLaw, at time: Rational, precision: Int = precision
  ) throws -> (output: Ball, mean: Ball) {
    let values = try law.values(at: time, precision: precision)
    return (try #require(values.outputs?[0, 0]), try #require(values.means?[0, 0]))
  }

  /// The law written out another way, at a precision that its cancellations cannot exhaust.
  private func reference(
    _ likelihood: Likelihood, _ y: Rational, start: Rational, time: Rational, precision: Int
  ) -> (output: Ball, mean: Ball) {
    let (f, t) = (Ball(start, precision: precision), Ball(time, precision: precision))
    let target = Ball(y, precision: precision)
    let initial: Ball =
      switch likelihood {
      case .gaussian, .categorical: f
      case .poisson: .exp(f)
      case .bernoulli: .logistic(f)
      }
    let mean = target + (initial - target) / .exp(t)
    switch likelihood {
    case .gaussian, .categorical: return (mean, mean)
    case .poisson: return (.log(mean), mean)
    case .bernoulli:
      // Margins: t + softplus(m) + log(1 - e^-t σ(-m)).
      if y == 1 { return (t + .softplus(f) + .log(onePlus: -(.exp(-t) * .logistic(-f))), mean) }
      if y.isZero { return (-(t + .softplus(-f) + .log(onePlus: -(.exp(-t) * .logistic(f)))), mean) }
      return (.log(mean) - .log(Ball(1, precision: precision) - mean), mean)
    }
  }

  private static let starts: [Rational] = [
    0, 1, -1, Rational(17, 5), Rational(-17, 5), 40, -40, 1000, -1000, Rational(1, 1_000_000_007),
  ]

  @Test func startIsTheInitialValueExactly() throws {
    for (likelihood, target) in Self.cases {
      for start in Self.starts {
        let law = try Self.law(likelihood, target, start: start)
        let initial = try law.problem.initialOutputs(at: Matrix(rows: [[1]]), precision: Self.precision)[0, 0]
        let found = try values(law, at: 0)
        #expect(found.output.isIdentical(to: initial), "\(likelihood), y = \(target), f(0) = \(start)")
        #expect(found.mean.isIdentical(to: likelihood.mean(initial)))
      }
    }
  }

  /// Times from tiny to huge, logits of either sign: 256 bits lose at most 20.
  @Test(arguments: ["1e-30", "1/1000", "1/2", "3", "50", "1e4", "1e6"])
  func noDigitsAreLost(time: String) throws {
    let time = try Rational(parsing: time)
    // e^-(1000 + 1e6) next to 1 needs 1.5 million bits; where the mean is the target to every digit, few do.
    let bits = time > 1000 ? 20_000 : 4000
    for (likelihood, target) in Self.cases {
      for start in Self.starts where time < 100_000 || likelihood != .poisson || !target.isZero {
        let found = try values(Self.law(likelihood, target, start: start), at: time)
        let expected = reference(likelihood, target, start: start, time: time, precision: bits)
        let name = "\(likelihood), y = \(target), f(0) = \(start), t = \(time): \(found)"
        #expect(found.mean.overlaps(expected.mean), "\(name)")
        #expect(found.mean.log10RelativeRadius < -71, "\(name)")
        #expect(found.output.overlaps(expected.output), "\(name)")
        #expect(found.output.log10RelativeRadius < -71, "\(name)")
      }
    }
  }

  @Test func poissonCountZeroFallsForEver() throws {
    let law = try Self.law(.poisson, 0, start: Rational(1, 3))
    #expect(try values(law, at: 1_000_000).output.contains(Rational(1, 3) - 1_000_000))
  }

  @Test func precisionsOverlap() throws {
    for (likelihood, target) in Self.cases {
      for time in [Rational(1, 7), 3, 200] {
        let law = try Self.law(likelihood, target, start: Rational(-3, 7))
        let (rough, fine) = (
          try values(law, at: time, precision: 64), try values(law, at: time, precision: 1024)
        )
        #expect(rough.output.contains(fine.output) && rough.mean.contains(fine.mean))
        #expect(fine.output.log10RelativeRadius < -300 && fine.mean.log10RelativeRadius < -300)
      }
    }
  }

  /// Flowing for t₁, then for t₂ from there, is flowing for t₁ + t₂.
  @Test func restartInTheMiddle() throws {
    for (likelihood, target) in Self.cases {
      for start in Self.starts.dropLast() {
        let law = try Self.law(likelihood, target, start: start)
        let (first, second) = (Rational(2, 7), Rational(5, 3))
        let initial = Matrix(rows: [[Ball(start, precision: Self.precision)]])
        func flow(_ outputs: Matrix<Ball>, _ time: Rational) throws -> Matrix<Ball> {
          try law.groupValues(outputs, at: time, precision: Self.precision).outputs.map { try #require($0) }
        }
        let restarted = try flow(flow(initial, first), second)
        let direct = try flow(initial, first + second)
        #expect(agree(restarted, direct, digits: 70), "\(likelihood), \(target), \(start): \(restarted)")
      }
    }
  }

  /// Central differences: μ' = -(μ - y), and f' = μ'/A''(f) with A'' from the family.
  @Test func differentialEquationHolds() throws {
    let (precision, step) = (640, try Rational(10).power(-40))
    let twice = Ball(2 * step, precision: precision)
    for (likelihood, target) in Self.cases {
      for time in [Rational(1, 3), 2, 9] {
        let law = try Self.law(likelihood, target, start: Rational(-3, 7))
        let (before, now, after) = (
          try values(law, at: time - step, precision: precision),
          try values(law, at: time, precision: precision),
          try values(law, at: time + step, precision: precision)
        )
        let meanSpeed = (after.mean - before.mean) / twice
        let outputSpeed = (after.output - before.output) / twice
        let residual = meanSpeed + now.mean - Ball(target, precision: precision)
        let one = Ball(1, precision: precision)
        let variance: Ball =
          switch likelihood {
          case .gaussian, .categorical: one
          case .poisson: now.mean
          case .bernoulli: now.mean * (one - now.mean)
          }
        let name = "\(likelihood), y = \(target), t = \(time)"
        #expect(residual.log10UpperMagnitude < -75, "\(name): \(residual)")
        #expect((variance * outputSpeed - meanSpeed).log10UpperMagnitude < -75, "\(name)")
      }
    }
  }
}
