import Multiprecision

/// Balls as bounds: only their upper ends count.
extension Ball {
  /// The upper end, as an exact number.
  var ceiling: Ball {
    isFinite ? Ball(upperBound).withPrecision(precision) : self
  }

  /// The Euclidean norm of a vector: a bound.
  static func euclideanNorm(_ vector: some Sequence<Ball>) -> Ball {
    .sqrt(
      vector.reduce(Ball(0, precision: TaylorModel.boundPrecision)) { sum, entry in
        let size = entry.magnitude.withPrecision(TaylorModel.boundPrecision).ceiling
        return sum + size * size
      })
  }

  /// The ball where all of it is positive, else everything: what follows is then not finite.
  var ifPositive: Ball { isPositive ? self : .everything(precision: precision) }

  /// A bound of both.
  static func greater(_ a: Ball, _ b: Ball) -> Ball {
    guard a.isFinite, b.isFinite else { return .everything(precision: a.precision) }
    return a.upperBound < b.upperBound ? b : a
  }

  /// The one with the smaller lower end; everything if one is not finite.
  static func lesserEnd(_ a: Ball, _ b: Ball) -> Ball {
    guard a.isFinite, b.isFinite else { return .everything(precision: a.precision) }
    return a.lowerBound < b.lowerBound ? a : b
  }
}

func - (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) - right }
func - (left: Ball, right: Int) -> Ball { left - Ball(right, precision: left.precision) }
