import Multiprecision
import Testing

@Suite struct PowerSeriesTests {
  /// Against repeated exact products.
  @Test(arguments: [0, 1, 2, 7]) func powersAreProducts(exponent: Int) {
    let base: [Rational] = [Rational(1, 3), -2, 0, Rational(5, 7)]
    let count = 6
    var exact: [Rational] = [1] + [Rational](repeating: 0, count: count - 1)
    for _ in 0..<exponent {
      exact = (0..<count).map { n in
        (0...n).reduce(Rational(0)) { $1 < base.count ? $0 + base[$1] * exact[n - $1] : $0 }
      }
    }
    let balls = Ball.powerSeries(
      base.map { Ball($0, precision: 128) }, toThe: exponent, count: count, precision: 128)
    #expect(balls.count == count)
    for (ball, number) in zip(balls, exact) {
      #expect(ball.contains(number) && ball.log10Radius < -30, "\(ball) for \(number)")
    }
  }
}
