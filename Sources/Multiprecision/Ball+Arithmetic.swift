import CFLINT

extension Ball {
  public static func + (left: Ball, right: Ball) -> Ball { combine(left, right, arb_add) }

  public static func - (left: Ball, right: Ball) -> Ball { combine(left, right, arb_sub) }

  public static func * (left: Ball, right: Ball) -> Ball { combine(left, right, arb_mul) }

  /// The quotient; not finite when the divisor contains zero.
  public static func / (left: Ball, right: Ball) -> Ball { combine(left, right, arb_div) }

  public static prefix func - (value: Ball) -> Ball {
    Ball(precision: value.precision) { result in value.withPointer { arb_neg(result, $0) } }
  }

  public static func += (left: inout Ball, right: Ball) { left.update(right, arb_add) }

  public static func -= (left: inout Ball, right: Ball) { left.update(right, arb_sub) }

  public static func *= (left: inout Ball, right: Ball) { left.update(right, arb_mul) }

  public static func /= (left: inout Ball, right: Ball) { left.update(right, arb_div) }

  /// self + a·b. Allocates nothing when the storage is unshared.
  public mutating func addProduct(_ a: Ball, _ b: Ball) {
    withUniquePointer(precision: max(a.precision, b.precision)) { sum, precision in
      a.withPointer { x in b.withPointer { arb_addmul(sum, x, $0, precision) } }
    }
  }

  /// self - a·b. Allocates nothing when the storage is unshared.
  public mutating func subtractProduct(_ a: Ball, _ b: Ball) {
    withUniquePointer(precision: max(a.precision, b.precision)) { sum, precision in
      a.withPointer { x in b.withPointer { arb_submul(sum, x, $0, precision) } }
    }
  }

  /// The absolute values of the numbers in the ball.
  public var magnitude: Ball {
    Ball(precision: precision) { result in withPointer { arb_abs(result, $0) } }
  }

  /// The square: never negative, and tighter than `x * x` when the ball is wide.
  public func squared() -> Ball {
    Ball(precision: precision) { result in
      withPointer { arb_sqr(result, $0, precision) }
    }
  }

  /// The ball times a power of two, exactly.
  public func scaled(byPowerOfTwo power: Int) -> Ball {
    Ball(precision: precision) { result in withPointer { arb_mul_2exp_si(result, $0, power) } }
  }

  /// A ball that contains both balls and all between them.
  public func union(_ other: Ball) -> Ball { Ball.combine(self, other, arb_union) }

  /// A ball that contains the numbers the two balls share; nil when they share none.
  public func intersection(_ other: Ball) -> Ball? {
    var isNonempty = false
    let shared = Ball.combine(self, other) { result, a, b, precision in
      isNonempty = arb_intersection(result, a, b, precision) != 0
    }
    return isNonempty ? shared : nil
  }

  /// The ball widened by the largest magnitude in `error`.
  public func addingError(_ error: Ball) -> Ball {
    Ball(precision: precision) { result in
      withPointer { arb_set(result, $0) }
      error.withPointer { arb_add_error(result, $0) }
    }
  }

  typealias UnaryFunction = (UnsafeMutablePointer<arb_struct>?, UnsafePointer<arb_struct>?, Int) -> Void

  typealias BinaryFunction = (
    UnsafeMutablePointer<arb_struct>?, UnsafePointer<arb_struct>?, UnsafePointer<arb_struct>?, Int
  ) -> Void

  @inline(__always)
  func mapped(_ function: UnaryFunction) -> Ball {
    Ball(precision: precision) { result in withPointer { function(result, $0, precision) } }
  }

  @inline(__always)
  static func combine(_ a: Ball, _ b: Ball, _ function: BinaryFunction) -> Ball {
    let precision = max(a.precision, b.precision)
    return Ball(precision: precision) { result in
      a.withPointer { x in b.withPointer { function(result, x, $0, precision) } }
    }
  }

  @inline(__always)
  private mutating func update(_ other: Ball, _ function: BinaryFunction) {
    withUniquePointer(precision: other.precision) { result, precision in
      other.withPointer { function(result, result, $0, precision) }
    }
  }
}
