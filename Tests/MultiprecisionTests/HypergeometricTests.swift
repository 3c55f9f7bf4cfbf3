import Multiprecision
import Testing

/// ₂F₁ and the inverse tangent: elementary cases, Euler's transformation, members of balls.
@Suite struct HypergeometricTests {
  private static let precision = 300

  private func ball(_ value: Rational) -> Ball { Ball(value, precision: Self.precision) }
  private func agree(_ left: Ball, _ right: Ball) -> Bool {
    left.overlaps(right) && (left - right).log10UpperMagnitude < -75 + max(0, right.log10UpperMagnitude)
  }

  private static let arguments: [Rational] = [
    Rational(-7, 2), Rational(-1), Rational(-3, 10), Rational(1, 1_000_000), Rational(1, 2), Rational(9, 10),
    Rational(999, 1000),
  ]

  @Test(arguments: arguments) func logarithmInverseTangentAndPower(x: Rational) {
    // log(1 - x) = -x F(1, 1; 2; x): the confluent case a = b, c - a - b = 0.
    #expect(agree(.log(onePlus: ball(-x)), -(ball(x) * .hypergeometric2F1(1, 1, 2, ball(x)))))
    // arctan z = z F(1/2, 1; 3/2; -z²).
    let square = -x * x
    let arctangent = Ball.arctan(ball(x))
    #expect(
      agree(arctangent, ball(x) * .hypergeometric2F1(Rational(1, 2), 1, Rational(3, 2), ball(square))))
    // tan π/4 = 1, and an odd function.
    #expect(agree(.arctan(ball(1)), Ball.pi(precision: Self.precision).scaled(byPowerOfTwo: -2)))
    #expect(agree(.arctan(ball(-x)), -arctangent))
    // (1 - x)^-a = F(a, b; b; x).
    let power = Ball.hypergeometric2F1(Rational(2, 3), Rational(5, 7), Rational(5, 7), ball(x))
    #expect(agree(power, .pow(ball(1 - x), Rational(-2, 3))))
  }

  @Test(arguments: arguments) func transformationOfEuler(x: Rational) {
    // F(a, b; c; x) = (1 - x)^(c - a - b) F(c - a, c - b; c; x); the last has c - a - b = 0 and c - b = 1.
    let parameters: [(Rational, Rational, Rational)] = [
      (Rational(1, 3), Rational(-5, 4), Rational(7, 5)), (2, Rational(1, 2), Rational(9, 4)),
      (1, Rational(-1, 3), Rational(2, 3)),
    ]
    for (a, b, c) in parameters {
      let right = Ball.pow(ball(1 - x), c - a - b) * .hypergeometric2F1(c - a, c - b, c, ball(x))
      let value = Ball.hypergeometric2F1(a, b, c, ball(x))
      #expect(agree(value, right), "\(a), \(b), \(c): \(value), \(right)")
    }
  }

  @Test func containsValuesOfMembersAndIsNotFiniteFromOneOn() {
    let wide = Ball(midpoint: Rational(1, 2), radius: Rational(1, 10), precision: 100)
    let value = Ball.hypergeometric2F1(1, Rational(-1, 3), Rational(2, 3), wide)
    for member in [Rational(2, 5), Rational(1, 2), Rational(3, 5)] {
      #expect(value.contains(Ball.hypergeometric2F1(1, Rational(-1, 3), Rational(2, 3), ball(member))))
    }
    for outside in [Ball(1, precision: 100), Ball(midpoint: 1, radius: Rational(1, 10), precision: 100)] {
      #expect(!Ball.hypergeometric2F1(1, Rational(1, 2), 2, outside).isFinite)
    }
  }
}
