/// Bounds of what rounding does to each coefficient of a fixed-point series: running error analysis, one number for
/// each entry and order.
///
/// The error of a coefficient is its distance from what its recurrence gives in exact arithmetic *from the stored
/// coefficients it reads*. So errors do not propagate here: that is the matter of `SeriesBounds`. Those of order k are
/// in units of that order (`ErrorUnits`).
///
/// Underflow: each operation adds some units of its result's last digit, none of them below 2^-1000, and that is more than
/// what underflows in its other terms.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
final class RunningErrors {
  let entries: Int
  let orders: Int
  private let isConstant: Bool
  /// Bounds for coefficients that are being worked on: the head, and those of even and of odd order.
  private let pending: UnsafeMutablePointer<Double>
  /// What was committed, entry by entry: coefficient k of entry e is at e·orders + k.
  let values: UnsafeMutablePointer<Double>
  let errors: UnsafeMutablePointer<Double>

  init(entries: Int, orders: Int, isConstant: Bool) {
    (self.entries, self.isConstant) = (entries, isConstant)
    self.orders = isConstant ? 1 : orders
    func zeros(_ count: Int) -> UnsafeMutablePointer<Double> {
      let memory = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
      memory.initialize(repeating: 0, count: count)
      return memory
    }
    pending = zeros(3 * entries)
    values = zeros(self.orders * entries)
    errors = zeros(self.orders * entries)
  }

  deinit {
    pending.deallocate()
    values.deallocate()
    errors.deallocate()
  }

  /// The bounds of the coefficient of order k that is being worked on: 0 once it is committed.
  @inline(__always) func current(_ k: Int) -> UnsafeMutablePointer<Double> {
    pending + (k == 0 || isConstant ? 0 : (1 + k & 1) * entries)
  }

  /// The error of an entry of the head, committed or not.
  @inline(__always) func ofHead(_ entry: Int) -> Double { pending[entry] + errors[entry * orders] }

  /// Coefficient k has the given values, to within one part in 2^48, and becomes what others read.
  @inline(__always) func commit(_ k: Int, value: (Int) -> Double) {
    let current = current(k)
    for entry in 0..<entries {
      values[entry * orders + k] = value(entry)
      errors[entry * orders + k] = current[entry]
      current[entry] = 0
    }
  }
}
