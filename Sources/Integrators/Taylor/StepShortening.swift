import Multiprecision

/// What part of the integrator's steps are taken: near the flow's end it is about the same for many in a row.
struct StepShortening {
  private var part = Rational(1)
  private var uses = 0
  /// A longer part is tried every so many times.
  private static let usesOfOne = 4
  /// Parts are multiples of this.
  private static let unit = Rational(1, 1024)

  /// The part of the next step to begin with.
  mutating func first() -> Rational {
    uses += 1
    guard part < 1, uses >= Self.usesOfOne else { return part }
    uses = 0
    return min(1, 2 * part)
  }

  /// Takes note of the part that served.
  mutating func record(_ taken: Rational) {
    part = max(Self.unit, Rational((taken / Self.unit).floor()) * Self.unit)
  }
}
