import Multiprecision

extension Trajectory.Sample {
  /// The state in balls whose radius is the estimated error: rigorous only as far as the estimate is. At time 0 the radius
  /// is what rounding the start to its precision may have left out.
  public func balls(precision: Int) -> [Matrix<Ball>] {
    if time.isZero {
      return state.map { matrix in
        matrix.map { value in
          Ball(midpoint: value, radius: value.magnitude.scaled(byPowerOfTwo: -value.precision)).withPrecision(
            precision)
        }
      }
    }
    let size = state.flatMap(\.elements).map(\.log10Magnitude).max() ?? 0
    let radius = Ball.powerOfTen(log10Error + max(0, size), precision: 64)
    return state.map { matrix in
      matrix.map { Ball(midpoint: Ball($0, precision: precision), radius: radius) }
    }
  }
}

extension Ball {
  /// 10^exponent; for -∞ it is 0, for an exponent that is otherwise not finite everything.
  static func powerOfTen(_ exponent: Double, precision: Int) -> Ball {
    if exponent == -.infinity { return Ball(0, precision: precision) }
    guard exponent.isFinite, let rational = try? Rational(exactly: exponent) else {
      return .everything(precision: precision)
    }
    return .exp(Ball(rational, precision: precision) * .log(Ball(10, precision: precision)))
  }
}
