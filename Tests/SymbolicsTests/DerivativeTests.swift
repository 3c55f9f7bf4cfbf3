import Multiprecision
import Symbolics
import Testing

/// Against the central difference (f(x+h) - f(x-h))/2h with h = 10^-30, whose error is about 10^-60.
@Test(arguments: [
  "x^3", "3*x^(5/2)", "1/x", "x^x", "2^x", "x^y", "exp(-x*y)", "log(1 + x^2)", "log1p(x)", "expm1(x*y)",
  "logistic(3*x)", "softplus(-x)", "tanh(x/2)", "sinh(x)*cosh(y*x)", "sqrt(x + y)", "x*y/(x + y)^2",
  "exp(tanh(x)*log(x))", "log((1 + exp(y))*exp(x) - 1)", "pi^x", "(x + 1)^-2", "x^(y - y + 2)", "y",
])
func derivativeIsTheLimitOfDifferences(_ formula: String) throws {
  let f = try Expression(parsing: formula)
  let slope = f.derivative(withRespectTo: "x")
  let h = Ball(try Rational(10).power(-30), precision: 400)
  for (x, y) in [(Rational(7, 10), Rational(2, 3)), (Rational(12, 5), Rational(-1, 7))] {
    let (x, y) = (Ball(x, precision: 400), Ball(y, precision: 400))
    func value(_ x: Ball) throws -> Ball { try f.evaluate(variables: ["x": x, "y": y], precision: 400) }
    let difference = try (value(x + h) - value(x - h)) / (h + h)
    let derivative = try slope.evaluate(variables: ["x": x, "y": y], precision: 400)
    #expect((difference - derivative).log10UpperMagnitude < -55, "\(formula): \(slope)")
  }
}

@Test func randomDerivativesAgreeWithDifferences() throws {
  var random = RandomExpressions(seed: 7)
  var compared = 0
  for _ in 0..<400 * trialMultiplier {
    let f = random.expression(height: 4)
    let slope = f.derivative(withRespectTo: "x")
    let point = random.point().mapValues { Ball($0, precision: 600) }
    guard let x = point["x"] else { continue }
    let h = Ball(try Rational(10).power(-40), precision: 600)
    func value(_ x: Ball) throws -> Ball {
      try f.evaluate(variables: point.merging(["x": x]) { $1 }, precision: 600)
    }
    let difference = try (value(x + h) - value(x - h)) / (h + h)
    let derivative = try slope.evaluate(variables: point, precision: 600)
    guard difference.isFinite, derivative.isFinite, difference.log10Radius < -100 else { continue }
    compared += 1
    #expect(
      (difference - derivative).log10UpperMagnitude < max(derivative.log10UpperMagnitude, 0) - 25,
      "\(f): \(slope)")
  }
  #expect(compared > 100)
}
