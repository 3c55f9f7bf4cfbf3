import Foundation
import Multiprecision
import Testing

/// Integrals over the real line whose values are known.
@Suite struct BallIntegralTests {
  /// A few units in the last place for each of the 0.1·precision² terms or fewer.
  private func radiusBound(_ precision: Int) -> Double {
    -0.30103 * Double(precision) + log10(Double(precision * precision))
  }

  private static func ball(_ value: Rational, _ precision: Int) -> Ball { Ball(value, precision: precision) }

  /// 1/cosh z is analytic in |Im z| < π/2; for |y| ≤ 1 < π/3, |cosh z|² = (cosh 2x + cos 2y)/2 ≥ (cosh 2x - 1/2)/2 ≥
  /// cosh²x/4, so that the integral of the modulus is at most 2π < 7.
  private static func sech(_ precision: Int, shift: Ball) -> Ball.Integrand {
    .init(
      isEven: shift.isZero, strip: ball(1, precision), stripBound: ball(7, precision),
      tail: (Ball.exp(shift.magnitude) * ball(2, precision), ball(1, precision))
    ) { x in
      let y = x - shift
      return ball(2, precision) / (Ball.exp(y) + Ball.exp(-y))
    }
  }

  @Test(arguments: [64, 200, 700]) func hyperbolicSecant(precision: Int) {
    for shift in [Ball(0, precision: precision), Ball(Rational(1, 3), precision: precision)] {
      let value = Ball.integral(Self.sech(precision, shift: shift), precision: precision)
      #expect(value.overlaps(.pi(precision: precision)))
      #expect(value.log10Radius < radiusBound(precision))
    }
  }

  /// e^-x² with the bound √π e^(y²) at y = 2.
  @Test(arguments: [64, 300]) func gaussian(precision: Int) {
    let value = Ball.integral(
      .init(
        isEven: true, strip: Self.ball(2, precision), stripBound: Self.ball(100, precision),
        tail: (Self.ball(2, precision), Self.ball(1, precision))
      ) { Ball.exp(-$0.squared()) }, precision: precision)
    #expect(value.overlaps(.sqrt(.pi(precision: precision))))
    #expect(value.log10Radius < radiusBound(precision))
  }

  /// The bounds are used: a larger one gives a finer step, none gives nothing.
  @Test func bounds() {
    var asked = [0, 0]
    for (index, bound) in [2, 200].map({ Ball.exp(Self.ball($0, 64)) }).enumerated() {
      _ = Ball.integral(
        .init(
          isEven: true, strip: Self.ball(2, 64), stripBound: bound,
          tail: (Self.ball(2, 64), Self.ball(1, 64))
        ) {
          asked[index] += 1
          return Ball.exp(-$0.squared())
        }, precision: 64)
    }
    #expect(asked[1] > asked[0])
    let none = Ball.integral(
      .init(
        isEven: true, strip: .everything(precision: 64), stripBound: Self.ball(1, 64),
        tail: (Self.ball(2, 64), Self.ball(1, 64))
      ) { $0 }, precision: 64)
    #expect(!none.isFinite)
  }
}
