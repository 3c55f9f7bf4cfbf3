import Multiprecision
import Symbolics
import Testing

@Test(arguments: [
  ("(x^2 - 1)/(x - 1)", "x + 1"), ("exp(a)*exp(b)/exp(a + b)", "1"), ("2*x + 3*x", "5*x"),
  ("logistic(x)", "exp(x)/(exp(x) + 1)"), ("tanh(x/2)", "(exp(x) - 1)/(exp(x) + 1)"),
  ("log(exp(2*x)*y)", "2*x + log(y)"), ("(x + 1)^2 - x^2", "2*x + 1"), ("x/2 + 1/2", "x/2 + 1/2"),
  ("x^-2*x^3", "x"), ("sqrt(12)", "2*sqrt(3)"), ("x^(3/2)", "x*sqrt(x)"),
  ("(2*x + 2)/(4*y + 6)", "(x + 1)/(2*y + 3)"), ("log(8/9)", "3*log(2) - 2*log(3)"),
])
func canonicalForms(_ formula: String, _ expected: String) throws {
  #expect(try Expression(parsing: formula).simplified().description == expected)
}

@Test func simplifyingIsIdempotentAndKeepsValues() throws {
  var random = RandomExpressions(seed: 11)
  var compared = 0
  for _ in 0..<300 * trialMultiplier {
    let expression = random.expression(height: 3)
    guard let simple = try? expression.simplified() else { continue }
    #expect(try simple.simplified() == simple, "\(expression): \(simple)")
    let point = random.point().mapValues {
      Ball(Bool.random(using: &random) ? $0 : -$0, precision: 800)
    }
    let before = try expression.evaluate(variables: point, precision: 800)
    guard before.isFinite else { continue }
    let after = try simple.evaluate(variables: point, precision: 800)
    compared += 1
    #expect(before.overlaps(after), "\(expression): \(simple)")
  }
  #expect(compared > 100)
}

@Test func equalRationalFunctionsHaveOneForm() throws {
  var random = RandomExpressions(seed: 13)
  for _ in 0..<30 {
    let a = try Expression(parsing: "x + \(Int.random(in: 1...9, using: &random))*y")
    let b = try Expression(parsing: "exp(x) - y/\(Int.random(in: 1...9, using: &random))")
    #expect(
      try ((a + b).power(3) / (a * b)).simplified() == (a * a / b + 3 * a + 3 * b + b * b / a).simplified())
  }
}

@Test(arguments: ["1/(x - x)", "log(x - x)", "log(-2)", "0^-1", "sqrt(-4)"])
func formsDefinedNowhereAreErrors(_ formula: String) throws {
  #expect(throws: SimplificationError.self) { try Expression(parsing: formula).simplified() }
}
