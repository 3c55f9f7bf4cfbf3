import Multiprecision

extension Rational {
  /// A step's length, rounded down to 20 bits so that times stay short rationals.
  ///
  /// - Throws: where it is not finite.
  init(roundingStep length: Double) throws {
    let unit = Double(sign: .plus, exponent: length.exponent - 20, significand: 1)
    try self.init(exactly: (length / unit).rounded(.down) * unit)
  }
}
