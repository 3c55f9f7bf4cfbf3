import Multiprecision
import Testing

/// Elementary functions of balls: containment of members, tightness, and functional equations.
@Suite struct BallFunctionTests {
  typealias Function = (name: String, domain: @Sendable (Rational) -> Bool, apply: @Sendable (Ball) -> Ball)

  static let functions: [Function] = [
    ("exp", { _ in true }, Ball.exp), ("expMinusOne", { _ in true }, Ball.expMinusOne),
    ("log", { $0 > 0 }, { Ball.log($0) }), ("logOnePlus", { $0 > -1 }, { Ball.log(onePlus: $0) }),
    ("logistic", { _ in true }, Ball.logistic), ("softplus", { _ in true }, Ball.softplus),
    ("tanh", { _ in true }, Ball.tanh), ("sqrt", { $0 >= 0 }, Ball.sqrt),
    ("square", { _ in true }, { Ball.pow($0, 2) }), ("cube", { _ in true }, { Ball.pow($0, -3) }),
    ("power", { $0 > 0 }, { Ball.pow($0, Rational(-7, 5)) }),
  ]

  /// The value at a member, by a far higher precision, lies in the value of the ball: with both precisions the
  /// enclosures hold the same number.
  @Test(arguments: functions.indices)
  func containsValuesOfMembers(_ index: Int) throws {
    let function = Self.functions[index]
    try forEachTrial { generator in
      let bound = Rational([1, 20, 3000].randomElement(using: &generator) ?? 1)
      let (ball, member) = generator.ballAndMember(within: bound)
      let result = function.apply(ball)
      guard function.domain(member), !member.isZero else { return }
      let precise = function.apply(Ball(member, precision: 1000))
      try #require(result.contains(precise), "\(function.name): \(ball), \(member): \(result), \(precise)")
    }
  }

  /// A narrow ball gives a narrow result: the mean value theorem, with a factor of 4 to spare.
  @Test func narrowBallsStayNarrow() throws {
    try forEachTrial { generator in
      let midpoint = generator.rational(within: 30)
      let x = Ball(midpoint: midpoint, radius: Rational(1, 1 << 40), precision: 200)
      for (name, function) in [("logistic", Ball.logistic), ("softplus", Ball.softplus), ("tanh", Ball.tanh)]
      {
        try #require(function(x).log10Radius < -12 + 0.6, "\(name) of \(x)")
      }
      try #require(Ball.logistic(x).relativeAccuracyBits >= 36, "x = \(x)")
      try #require(Ball.softplus(x).relativeAccuracyBits >= 36, "x = \(x)")
    }
  }

  @Test(arguments: [Rational(1), 10, 1000, 100_000])
  func wideBallsStayInTheRange(_ radius: Rational) {
    let x = Ball(midpoint: 0, radius: radius, precision: 80)
    let slack = Rational(1, 50)
    let unit = Ball(from: -slack, to: 1 + slack, precision: 80)
    #expect(unit.contains(Ball.logistic(x)))
    #expect(Ball(from: -1 - slack, to: 1 + slack, precision: 80).contains(Ball.tanh(x)))
    #expect(
      Ball(from: -radius * slack - slack, to: radius * (1 + slack) + 1, precision: 80).contains(
        Ball.softplus(x)))
  }

  @Test func functionalEquations() throws {
    try forEachTrial { generator in
      let (a, _) = generator.ballAndMember()
      let (b, _) = generator.ballAndMember()
      let one = Ball(1, precision: 300)
      let input = "a = \(a), b = \(b)"
      func agree(_ left: Ball, _ right: Ball) -> Bool { left.overlaps(right) }
      try #require(agree(.exp(a + b), .exp(a) * .exp(b)), "\(input)")
      try #require(agree(.expMinusOne(a), .exp(a) - one), "\(input)")
      try #require(agree(.logistic(a) + .logistic(-a), one), "\(input)")
      try #require(agree(.softplus(a) - .softplus(-a), a), "\(input)")
      try #require(agree(.log(.exp(a)), a) && agree(.log(onePlus: .expMinusOne(a)), a), "\(input)")
      try #require(agree(.tanh(a) * (.exp(a + a) + one), .expMinusOne(a + a)), "\(input)")
      try #require(agree(.softplus(a), .log(.exp(a) + one)), "\(input)")
      let c = Ball.exp(b)
      try #require(agree(Ball.sqrt(c) * .sqrt(c), c), "\(input)")
      let third = Ball.pow(c, Rational(1, 3))
      try #require(agree(third * third * third, c), "\(input)")
      try #require(
        agree(.pow(c, Rational(-5, 7)), .exp(b * Ball(Rational(-5, 7), precision: 300))), "\(input)")
    }
  }

  @Test func twoPrecisionsOverlap() throws {
    for function in Self.functions {
      try forEachTrial(40) { generator in
        let x = generator.rational(within: 50).magnitude + Rational(1, 1000)
        let (low, high) = (generator.precision(), generator.precision())
        let (first, second) = (
          function.apply(Ball(x, precision: low)), function.apply(Ball(x, precision: high))
        )
        try #require(first.overlaps(second), "\(function.name): \(x) with \(low) and \(high) bits")
      }
    }
  }

  @Test func outsideTheDomain() {
    let straddling = Ball(midpoint: 0, radius: 1, precision: 64)
    #expect(!(Ball(1, precision: 64) / straddling).isFinite)
    #expect(!Ball.log(straddling).isFinite && !Ball.sqrt(straddling).isFinite)
    #expect(!Ball.log(onePlus: straddling).isFinite && !Ball.pow(straddling, -2).isFinite)
    #expect(!Ball.pow(Ball(-8, precision: 64), Rational(1, 3)).isFinite)
    #expect(
      !Ball.logistic(.everything(precision: 64)).isFinite
        && !Ball.softplus(.everything(precision: 64)).isFinite)
    #expect(Ball.pow(Ball(0, precision: 64), Rational(1, 2)).isZero && Ball.pow(straddling, 2).contains(0))
  }

  /// Arguments whose exponential lies beyond every exponent of the precision.
  @Test func hugeArguments() throws {
    let x = Ball(try Rational(parsing: "1e40"), precision: 300)
    let slack = Ball(midpoint: 0, radius: try Rational(10).power(-80), precision: 300)
    #expect((slack + Ball(1, precision: 300)).contains(Ball.logistic(x)))
    #expect(slack.contains(Ball.logistic(-x)) && slack.contains(Ball.softplus(-x)))
    #expect((Ball.softplus(x) - x).log10UpperMagnitude < -45)
    let huge = Ball(try Rational(parsing: "1e500"), precision: 64)
    #expect(Ball.logistic(-huge).isFinite && Ball.softplus(huge).isFinite && Ball.softplus(-huge).isFinite)
  }

  @Test func pi() {
    let digits = "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803"
    #expect(Ball.pi(precision: 400).certifiedDecimal(maximumDigits: 87) == digits)
    #expect(BigFloat.pi(precision: 400).digits(87) == digits)
  }
}
