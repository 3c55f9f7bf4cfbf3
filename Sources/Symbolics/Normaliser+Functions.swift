import Multiprecision

/// Exponentials and logarithms.
extension Normaliser {
  /// exp(Σ c·T) = Π exp(T)^c over the terms of the numerator; exp(c log u) = u^c.
  func exponential(_ x: RationalFunction) throws(SimplificationError) -> RationalFunction {
    var result = RationalFunction(1)
    for (monomial, coefficient) in x.numerator.terms {
      let term = try RationalFunction(Polynomial(monomial), x.denominator)
      let factor: RationalFunction
      if let single = term.singleAtom, case .logarithm(let argument) = atoms[single] {
        factor = try rootPower(argument, coefficient)
      } else {
        factor = RationalFunction(Monomial(atoms.number(of: .exponential(term)), coefficient))
      }
      result = try multiply(result, factor)
    }
    return result
  }

  /// u^c as a whole power of u and a power between 0 and 1 of its root.
  private func rootPower(
    _ base: Polynomial, _ exponent: Rational
  ) throws(SimplificationError) -> RationalFunction {
    let whole = Rational(exponent.floor())
    let root = RationalFunction(Monomial(atoms.number(of: .root(base)), exponent - whole))
    return try multiply(power(RationalFunction(base), whole), root)
  }

  /// log of a quotient, taken apart into the logarithms of factors that cannot be negative, log exp(T) = T, and
  /// the logarithm of what is left. A factor f of unknown sign gives log(f²) for its even powers; if there is
  /// but one such factor to an odd power, its sign follows.
  func logarithm(_ x: RationalFunction) throws(SimplificationError) -> RationalFunction {
    if x.isZero { throw .undefined("the logarithm of zero") }
    var sum = RationalFunction.zero
    var sign = 1
    var unknown: [(base: Polynomial, exponent: Int)] = []
    for (polynomial, direction) in [(x.numerator, 1), (x.denominator, -1)] {
      let common = polynomial.commonMonomial
      let rest = try polynomial.multiplied(by: common.inverted()).factored()
      sign *= rest.constant.signum()
      sum = try add(sum, logarithm(ofPositive: rest.constant.magnitude, times: Rational(direction)))
      var factors = rest.list
      for power in common.powers {
        let exponent = power.exponent * Rational(direction)
        switch atoms[power.atom] {
        case .exponential(let term): sum = try add(sum, multiply(RationalFunction(exponent), term))
        case .root(let base): sum = try add(sum, multiple(ofLogarithmOf: base, exponent))
        case .variable, .pi, .logarithm:
          guard let count = Int(exactly: power.exponent.numerator), count.magnitude < 1 << 62 else {
            throw .tooLarge
          }
          factors.append((Polynomial(Monomial(power.atom)), count))
        }
      }
      for (base, exponent) in factors {
        if isNonnegative(base) {
          sum = try add(sum, multiple(ofLogarithmOf: base, Rational(direction * exponent)))
        } else if isNonnegative(-base) {
          if exponent % 2 != 0 { sign = -sign }
          sum = try add(sum, multiple(ofLogarithmOf: -base, Rational(direction * exponent)))
        } else {
          unknown.append((base, direction * exponent))
        }
      }
    }
    return try add(sum, logarithm(ofUnknown: unknown, sign: sign))
  }

  /// log(sign · Π f^e) for factors of unknown sign.
  private func logarithm(
    ofUnknown factors: [(base: Polynomial, exponent: Int)], sign: Int
  ) throws(SimplificationError) -> RationalFunction {
    let odd = factors.filter { $0.exponent % 2 != 0 }
    if odd.isEmpty, sign < 0 { throw .undefined("the logarithm or a root of a negative number") }
    var sum = RationalFunction.zero
    var rest = Polynomial(Rational(sign))
    for (base, exponent) in factors {
      if odd.count == 1, exponent % 2 != 0 {
        let positive = base.scaled(by: Rational(sign))
        nonnegative.insert(positive)
        sum = try add(sum, multiple(ofLogarithmOf: positive, Rational(exponent)))
        rest = .one
      } else {
        let halves = exponent % 2 == 0 ? exponent / 2 : (exponent - 1) / 2
        if exponent % 2 != 0 { rest = try rest.multiplied(by: base) }
        sum = try add(sum, multiple(ofLogarithmOf: base.power(2), Rational(halves)))
      }
    }
    return odd.count > 1 ? try add(sum, multiple(ofLogarithmOf: rest, 1)) : sum
  }

  private func multiple(
    ofLogarithmOf argument: Polynomial, _ factor: Rational
  ) throws(SimplificationError) -> RationalFunction {
    try multiply(RationalFunction(factor), atom(.logarithm(argument)))
  }

  /// factor · log(value), with the small primes taken out.
  private func logarithm(
    ofPositive value: Rational, times factor: Rational
  ) throws(SimplificationError) -> RationalFunction {
    var sum = RationalFunction.zero
    for (integer, direction) in [(value.numerator, factor), (value.denominator, -factor)] {
      for (base, exponent) in integer.smallFactors() {
        let multiple = try multiple(ofLogarithmOf: Polynomial(Rational(base)), direction * Rational(exponent))
        sum = try add(sum, multiple)
      }
    }
    return sum
  }

  /// Whether the polynomial is certainly not negative: known to be, or a sum of terms that are not.
  private func isNonnegative(_ polynomial: Polynomial) -> Bool {
    nonnegative.contains(polynomial)
      || polynomial.terms.allSatisfy { monomial, coefficient in
        coefficient.signum() > 0 && monomial.powers.allSatisfy(isNonnegative)
      }
  }

  private func isNonnegative(_ power: Monomial.Power) -> Bool {
    switch atoms[power.atom] {
    case .exponential, .root, .pi: true
    case .variable, .logarithm:
      power.exponent.numerator.isEven || nonnegative.contains(Polynomial(Monomial(power.atom)))
    }
  }
}

extension Integer {
  /// Primes below 1000 with their exponents, and the cofactor if it is not 1; of a positive number.
  fileprivate func smallFactors() -> [(base: Integer, exponent: Int)] {
    var rest = self
    var factors: [(base: Integer, exponent: Int)] = []
    for candidate in 2..<1000 {
      let divisor = Integer(candidate)
      var exponent = 0
      while let division = try? rest.quotientAndRemainder(dividingBy: divisor), division.remainder.isZero {
        rest = division.quotient
        exponent += 1
      }
      if exponent > 0 { factors.append((divisor, exponent)) }
      if rest == 1 { break }
    }
    return rest == 1 ? factors : factors + [(rest, 1)]
  }
}
