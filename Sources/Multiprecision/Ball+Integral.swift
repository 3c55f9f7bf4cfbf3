extension Ball {
  /// What is known of an integrand on the real line, for a rigorous integral by the trapezoidal rule.
  public struct Integrand {
    /// f at a real number; for an even f only x ≥ 0 is asked for.
    public let value: (Ball) -> Ball
    public let isEven: Bool
    /// a > 0: f is analytic in |Im z| < a.
    public let strip: Ball
    /// M: the integral of |f(x + iy)| over x is at most M for every |y| < a.
    public let stripBound: Ball
    /// C and c > 0 with |f(x)| ≤ C e^(-c|x|) on the real line.
    public let tail: (factor: Ball, rate: Ball)

    public init(
      isEven: Bool, strip: Ball, stripBound: Ball, tail: (factor: Ball, rate: Ball),
      value: @escaping (Ball) -> Ball
    ) {
      (self.isEven, self.strip, self.stripBound, self.tail) = (isEven, strip, stripBound, tail)
      self.value = value
    }
  }

  /// An integral that needs more terms is not computed.
  private static var mostTerms: Double { 0x1p31 }

  /// The integral of f over the real line, enclosed; everything where that would take more than 2^31 values of f.
  ///
  /// The sum h Σ f(kh) over all k differs from it by at most 2M/(e^(2πa/h) - 1), and the terms with |k| > n amount to
  /// at most (2C/c) e^(-cnh). Both are made smaller than 2^-precision.
  ///
  /// **Assumptions**: those of `Integrand`, which are the caller's to prove.
  /// **Error bound**: rigorous. **Complexity**: about (precision)²·0.08/(ac) evaluations, half as many of an even f.
  /// **Source**: Trefethen & Weideman, SIAM Review 56 (2014), Theorem 5.1.
  public static func integral(_ integrand: Integrand, precision: Int) -> Ball {
    func ball(_ value: Int) -> Ball { Ball(value, precision: precision) }
    let goal = Double(precision + 4) * 0.693_148
    let (strip, rate) = (integrand.strip.lowerBound.doubleValue, integrand.tail.rate.lowerBound.doubleValue)
    guard strip > 0, rate > 0, integrand.stripBound.isFinite, integrand.tail.factor.isFinite else {
      return .everything(precision: precision)
    }
    // A power of two, so that k h is exact.
    let wanted = 6.283_185 * strip / (goal + max(0, integrand.stripBound.log10UpperMagnitude) * 2.302_586)
    let exponent = wanted.exponent
    let step = ball(1).scaled(byPowerOfTwo: Int(exponent))
    let reach = goal + max(0, integrand.tail.factor.log10UpperMagnitude) * 2.302_586
    let terms = (reach / (rate * step.doubleValue)).rounded(.up)
    guard terms <= mostTerms else { return .everything(precision: precision) }
    let count = Int(clamping: terms) + 1
    var sum = integrand.value(ball(0))
    for index in 1...count {
      let point = ball(index) * step
      let term = integrand.value(point)
      sum += integrand.isEven ? term.scaled(byPowerOfTwo: 1) : term + integrand.value(-point)
    }
    let discretisation =
      ball(2) * integrand.stripBound
      / .expMinusOne(ball(2) * .pi(precision: precision) * integrand.strip / step)
    let truncation =
      ball(2) * integrand.tail.factor / integrand.tail.rate
      * .exp(-integrand.tail.rate * ball(count) * step)
    return (step * sum).addingError(discretisation).addingError(truncation)
  }
}
