import CFLINT

/// A real number known up to a radius (Arb): midpoint ± radius.
///
/// Every operation encloses: if each operand contains a real number, the result contains the result of the
/// operation on those numbers. The working precision, in bits, travels in the value; a result is computed with
/// the larger one of its operands. Where a function is undefined on part of a ball the result is not finite
/// (`isFinite` is false) and contains every number. A value type: copies share storage until one is written.
public struct Ball: @unchecked Sendable {
  private var storage: BallStorage
  /// The working precision in bits.
  public private(set) var precision: Int

  /// A new ball, zero before `body` writes it.
  package init(precision: Int, writing body: (UnsafeMutablePointer<arb_struct>) -> Void) {
    Precision.check(precision)
    self.precision = precision
    storage = .make()
    storage.withUnsafeMutablePointerToElements(body)
  }

  /// Reads the ball; the pointer is valid during `body` only and nothing may be written through it.
  package func withPointer<Result>(_ body: (UnsafeMutablePointer<arb_struct>) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { body($0) }
  }

  /// Writes the ball in place, after copying it when it is shared; the precision becomes at least `precision`.
  package mutating func withUniquePointer(
    precision: Int, _ body: (UnsafeMutablePointer<arb_struct>, _ precision: Int) -> Void
  ) {
    Precision.check(precision)
    if !isKnownUniquelyReferenced(&storage) {
      let copy = Ball(precision: self.precision) { fresh in withPointer { arb_set(fresh, $0) } }
      self = copy
    }
    self.precision = max(self.precision, precision)
    storage.withUnsafeMutablePointerToElements { body($0, self.precision) }
  }

  /// The same ball with another working precision: the midpoint is rounded to it, and the radius covers that.
  public func withPrecision(_ precision: Int) -> Ball {
    Ball(precision: precision) { result in withPointer { arb_set_round(result, $0, precision) } }
  }

  /// The same set of numbers, exactly, for operations at another working precision.
  public func workingPrecision(_ precision: Int) -> Ball {
    Precision.check(precision)
    var copy = self
    copy.precision = precision
    return copy
  }
}
