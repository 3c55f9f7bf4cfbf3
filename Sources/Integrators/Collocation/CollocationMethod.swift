import Multiprecision

/// The constants of a collocation run: the rule and the tolerances that its digits ask for.
struct CollocationMethod {
  /// Bits beyond the digits asked for: for the roundings of the steps' sums and of the field.
  static let guardBits = 48
  /// Each step's error, against the digits asked for: 10^-2.
  static let spareDigits = 2.0

  /// Bits of implicit steps beyond those of others, for the Jacobians' difference quotients and for rounding over long steps.
  static let radauBits = 64

  let rule: CollocationRule
  /// Down to 10^-this of max(1, |state|) a component's error is relative to its own size; with 0, to max(1, |state|).
  let scaleDigits: Double
  /// log10 of the error allowed in a step, relative to the component's scale.
  let log10Tolerance: Double
  /// log2 of the last change allowed in the fixed-point iteration, likewise.
  let log2IterationTolerance: Int
  /// A step that takes more sweeps is shortened.
  let sweepLimit: Int

  /// - Parameter start: of the time that the budget allows.
  /// - Throws: `IntegrationError.memoryBudget`, `IntegrationError.timeBudget`; `CancellationError`.
  init(
    digits: Int, scaleDigits: Double = 0, components: Int, budget: IntegrationBudget,
    start: ContinuousClock.Instant = .now
  ) throws {
    let precision = Precision.bits(forDigits: digits) + Self.guardBits
    let stages = digits
    // The rule needs two more matrices while it is made.
    let numbers = MemoryAccount.sum(
      MemoryAccount.product(6, stages, stages), MemoryAccount.product(3, stages, components))
    let bytes = MemoryAccount.product(numbers, 48 + precision / 8)
    // Entered for the time that the rule is made; what stays is a part of it.
    let reservation = try budget.reserve(bytes)
    defer { withExtendedLifetime(reservation) {} }
    self.init(
      rule: try CollocationRule(stages: stages, precision: precision) {
        try budget.check(steps: 0, since: start, at: 0)
      }, scaleDigits: scaleDigits,
      log10Tolerance: -Double(digits) - Self.spareDigits)
  }

  init(rule: CollocationRule, scaleDigits: Double = 0, log10Tolerance: Double) {
    (self.rule, self.scaleDigits) = (rule, scaleDigits)
    self.log10Tolerance = log10Tolerance
    log2IterationTolerance = Int((log10Tolerance * 3.3219281).rounded(.down)) - 8
    sweepLimit = 20 - Int(0.75 * log10Tolerance)
  }

  /// Stages of implicit steps. Their order where a flow is stiff is about as many, not twice as many.
  var radauStages: Int { 8 - Int(log10Tolerance + Self.spareDigits) }

  /// log10 of what rounding and the unfinished iteration add to a step's error.
  var log10Residue: Double { Double(log2IterationTolerance) * 0.30103 }
}
