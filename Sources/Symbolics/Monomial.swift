import Multiprecision

/// A product of powers of atoms, which are known by their number. Exponents are not zero; those of variables,
/// π and logarithms are whole, those of exponentials and roots may be fractions.
struct Monomial: Hashable, Sendable {
  struct Power: Hashable, Sendable {
    let atom: Int
    let exponent: Rational
  }

  /// By increasing atom.
  private(set) var powers: [Power]

  static let one = Monomial(powers: [])

  private init(powers: [Power]) { self.powers = powers }

  init(_ atom: Int, _ exponent: Rational = 1) {
    powers = exponent.isZero ? [] : [Power(atom: atom, exponent: exponent)]
  }

  var isOne: Bool { powers.isEmpty }

  /// The atom, if this is one to the power 1.
  var singleAtom: Int? { powers.count == 1 && powers[0].exponent == 1 ? powers[0].atom : nil }

  subscript(atom: Int) -> Rational { powers.first { $0.atom == atom }?.exponent ?? 0 }

  func removing(_ atom: Int) -> Monomial { Monomial(powers: powers.filter { $0.atom != atom }) }

  func inverted() -> Monomial {
    Monomial(powers: powers.map { Power(atom: $0.atom, exponent: -$0.exponent) })
  }

  static func * (left: Monomial, right: Monomial) -> Monomial {
    merge(left, right) { $0 + $1 }
  }

  /// The product of the powers with the lower exponent of each atom.
  static func minimum(_ left: Monomial, _ right: Monomial) -> Monomial {
    merge(left, right) { min($0, $1) }
  }

  private static func merge(
    _ left: Monomial, _ right: Monomial, _ combine: (Rational, Rational) -> Rational
  ) -> Monomial {
    var result: [Power] = []
    var (i, j) = (0, 0)
    func append(_ atom: Int, _ exponent: Rational) {
      if !exponent.isZero { result.append(Power(atom: atom, exponent: exponent)) }
    }
    while i < left.powers.count || j < right.powers.count {
      let a = i < left.powers.count ? left.powers[i].atom : .max
      let b = j < right.powers.count ? right.powers[j].atom : .max
      append(min(a, b), combine(a <= b ? left.powers[i].exponent : 0, b <= a ? right.powers[j].exponent : 0))
      if a <= b { i += 1 }
      if b <= a { j += 1 }
    }
    return Monomial(powers: result)
  }

  /// The lexicographic order, the exponent of the lowest atom first; multiplication keeps it.
  static func precedes(_ left: Monomial, _ right: Monomial) -> Bool {
    let quotient = left * right.inverted()
    return (quotient.powers.first?.exponent.signum() ?? 0) < 0
  }
}
