import Multiprecision
import Symbolics
import Testing

@Test(arguments: [
  ("logistic(x)", "1/(1 + exp(-x))"), ("softplus(x)", "log(1 + exp(x))"), ("log1p(x)", "log(1 + x)"),
  ("expm1(x)", "exp(x) - 1"), ("tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1)"),
  ("sinh(x)", "(exp(x) - exp(-x))/2"), ("cosh(x)", "(exp(x) + exp(-x))/2"), ("sqrt(x)", "exp(log(x)/2)"),
  ("x^(1/3)", "exp(log(x)/3)"), ("x^x", "exp(x*log(x))"), ("x^-3", "1/(x*x*x)"),
])
func functionsAreWhatTheyAreCalled(_ formula: String, _ definition: String) throws {
  let (left, right) = (try Expression(parsing: formula), try Expression(parsing: definition))
  for value in [Rational(1, 3), 2, Rational(41, 10)] {
    let balls = try [left, right].map {
      try $0.evaluate(variables: ["x": Ball(value, precision: 200)], precision: 200)
    }
    #expect(balls[0].overlaps(balls[1]) && balls[0].log10Radius < -50, "\(formula) at \(value)")
    let double = try left.evaluate(variables: ["x": value.doubleValue], precision: 53)
    #expect(abs(double - balls[0].doubleValue) < 1e-12)
    let big = try left.evaluate(variables: ["x": BigFloat(value, precision: 200)], precision: 200)
    #expect((Ball(big) - balls[0]).log10UpperMagnitude < -55)
  }
}

@Test func literalsAndPiHaveThePrecisionAskedFor() throws {
  let value: Ball = try Expression(parsing: "0.1 + pi").evaluate(variables: [:], precision: 400)
  #expect(value.log10Radius < -115)
  #expect(value.overlaps(Ball(Rational(1, 10), precision: 400) + Ball.pi(precision: 400)))
}

@Test func negativeBasesHaveIntegerPowers() throws {
  let value: Ball = try Expression(parsing: "(-2)^(6/2) + (-1)^n")
    .substituting(["n": 3]).evaluate(variables: [:], precision: 64)
  #expect(value.contains(-9) && value.log10Radius < -10)
}

@Test(arguments: [
  "1/(x - x)", "log(-x)", "sqrt(-x)", "(-x)^(1/3)", "tanh(1/(x - x))", "exp(-1/(x - x))", "(1/(x - x))^0",
  "0*log(-x)", "0*(1/(x - x))", "(-1)^x", "logistic(log(x - x))",
])
func undefinedPartsShow(_ formula: String) throws {
  let expression = try Expression(parsing: formula)
  #expect(
    !(try expression.evaluate(variables: ["x": Ball(Rational(1, 3), precision: 64)], precision: 64).isFinite))
  #expect(!(try expression.evaluate(variables: ["x": 0.25], precision: 53).isFinite))
  #expect(
    !(try expression.evaluate(variables: ["x": BigFloat(Rational(1, 4), precision: 64)], precision: 64)
      .isFinite))
}

@Test func aMissingVariableIsNamed() throws {
  #expect(throws: UnknownVariable.self) {
    try Expression(parsing: "x + y").evaluate(variables: ["x": 1.0], precision: 53)
  }
}

@Test func substitutionIsSimultaneous() throws {
  let swapped = try Expression(parsing: "x - y^2").substituting(["x": .variable("y"), "y": .variable("x")])
  #expect(try swapped == Expression(parsing: "y - x^2"))
}
