import Multiprecision
import Symbolics
import Testing

private let x = Expression.variable("x")
private let y = Expression.variable("y")

@Test(arguments: [
  ("-x^2", "-(x^2)"), ("2^-x^2", "2^(-(x^2))"), ("x^y^2", "x^(y^2)"), ("x - y - 1", "(x - y) - 1"),
  ("x/y/2", "(x/y)/2"), ("x/y*2", "(x/y)*2"), ("-x*y", "(-x)*y"), ("1 + 2*x^3", "1 + (2*(x^3))"),
  ("x*-y", "x*(-y)"), ("--x", "x"), ("-2^2", "-(2^2)"), ("sigma(x)", "logistic(x)"), ("x^2*y", "(x^2)*y"),
  ("{x + 1}*y", "(x + 1)*y"), (#"\frac{x}{y+1}"#, "x/(y + 1)"), (#"2\,x\cdot 3"#, "6*x"),
  (#"\exp\left(-t\right) \mathit{w\_1} m_{i,2}"#.replacingSpaces, "exp(-t)*w_1*m[i,2]"),
  ("0.1*x", "x/10"), ("1e-3", "1/1000"), ("2.5E+1", "25"), ("m[ i , 2 ]", "m[i,2]"), ("\tx\n+ 1 ", "x+1"),
])
func precedenceIs(_ text: String, _ grouped: String) throws {
  #expect(try Expression(parsing: text) == Expression(parsing: grouped))
}

extension String {
  /// Spaces stand for products.
  fileprivate var replacingSpaces: String { map { $0 == " " ? #"\,"# : String($0) }.joined() }
}

@Test func operatorsBuildWhatTheirTextSays() throws {
  #expect(
    try Expression(parsing: "x + 2*y^2 - exp(x)/3") == x + 2 * y.power(2) - Expression.apply(.exp, x) / 3)
  #expect(try Expression(parsing: "0.1") == Expression(Rational(1, 10)))
  #expect(try Expression(parsing: "x^-2^2") == x.power(-Expression(2).power(2)))
  #expect(try Expression(parsing: "x - y") != Expression(parsing: "y - x"))
  #expect(try Expression(parsing: "x/y") != Expression(parsing: "x*y"))
  #expect(try Expression(parsing: "m[i]*t + m[j]").freeVariables == ["m[i]", "m[j]", "t"])
}

@Test(arguments: [
  ("", 1, "the end of the formula", "a number"),
  ("x +", 4, "the end of the formula", "a number"),
  ("x + * y", 5, "'*'", "a number"),
  ("(x + 1", 7, "the end of the formula", "')'"),
  ("x + 1)", 6, "')'", "an operator"),
  ("x y", 3, "'y'", "an operator"),
  ("2x", 2, "'x'", "an operator"),
  ("exp x", 5, "'x'", "'(' after the function exp"),
  ("log", 4, "the end of the formula", "'(' after the function log"),
  ("x & y", 3, "'&'", "one of + - * / ^"),
  ("1 + .", 5, "'.'", "a decimal"),
  ("1.2.3", 4, "'.3'", "an operator"),
  ("1e999999", 1, "'1e999999'", "an exponent between"),
  ("m[]", 3, "']'", "an index"),
  ("m[1.5]", 3, "'1.5'", "an index"),
  ("m[i", 4, "the end of the formula", "']'"),
  ("2 + 5\u{301}", 5, "'5\u{301}'", "a number, a name"),
  ("α + 1", 1, "'α'", "a number, a name"),
  ("x + foo(y)", 5, "'foo('", "a function (exp, log"),
  (#"\frac{x}"#, 9, "the end of the formula", "'{'"),
  (#"\mathit{2}"#, 9, "'2'", "a name in braces"),
  (#"x \"#, 3, #"'\'"#, "a command"),
])
func malformedFormulasAreRefusedWithTheirColumn(
  _ text: String, _ column: Int, _ found: String, _ expected: String
) {
  do {
    let expression = try Expression(parsing: text)
    Issue.record("'\(text)' was read as \(expression)")
  } catch {
    #expect(error.column == column, "\(text): \(error)")
    #expect(error.found == found, "\(text): \(error)")
    #expect(error.expected.contains(expected), "\(text): \(error)")
  }
}

@Test(arguments: [
  ("tahn(x)", "tanh"), ("sofplus(x)", "softplus"), ("ln(x)", "log"), ("sigmoid(x)", "logistic"),
  ("exq(x)", "exp"), ("pow(x)", "^"), ("mu_0 + t", "mu0"), ("T", "t"), ("t**2", "^"), ("e^t", "exp(t)"),
  ("2*e^(-t*mu0)", "exp(-t*mu0)"), ("e + t", "exp(1)"), ("Ln(t)", "log"), ("Tanh(t)", "tanh"),
  ("square(t)", "^2"),
])
func slipsGetASuggestion(_ text: String, _ suggestion: String) {
  do {
    let expression = try Expression(parsing: text, variables: ["t", "mu0", "x"])
    Issue.record("'\(text)' was read as \(expression)")
  } catch {
    #expect(error.suggestion == suggestion, "\(error)")
  }
}

/// The nearest name may be of another function altogether: cosh is no slip of cos.
@Test(arguments: ["sin", "cos", "tan", "atan", "abs", "max", "erf", "relu", "log10", "COS"])
func unsupportedFunctionsGetNoSuggestion(_ name: String) {
  do {
    _ = try Expression(parsing: "1 + \(name)(t)")
    Issue.record("\(name) was read")
  } catch {
    #expect(error.suggestion == nil, "\(error)")
    #expect(error.expected.hasPrefix("a function that is supported (exp, log, log1p"), "\(error)")
  }
}

@Test(arguments: [
  ("e^t + x", "exp(t)"), ("1/(1 + e^(-2*x))", "exp(-2*x)"), ("log(e)", "exp(1)"), ("x^e", "exp(1)"),
])
func eulersNumberIsWrittenAsAFunction(_ text: String, _ suggestion: String) throws {
  #expect(try Expression(parsing: text).suggestion(forUnknown: "e", among: ["x", "t"]) == suggestion)
}

@Test func messagesAreShortAndVisible() {
  for text in ["x + \u{1B}[31m", "\u{202E}", "x + \(String(repeating: "y", count: 60_000))(1)"] {
    do {
      _ = try Expression(parsing: text)
      Issue.record("'\(text)' was read")
    } catch {
      #expect(error.description.count < 300 && error.description == VisibleText.escaped(error.description))
    }
  }
}

@Test func unknownVariablesAreRefusedWithTheKnownOnes() {
  #expect(throws: Never.self) { try Expression(parsing: "t*x[1]", variables: ["t", "x[1]"]) }
  do {
    _ = try Expression(parsing: "t + energy", variables: ["t", "y"])
    Issue.record("an unknown variable was read")
  } catch {
    #expect(error.description == "column 5: found 'energy', expected one of t, y")
  }
}

@Test(arguments: ["(", "-", "exp(", "x^", "{", "2^-", "[", #"\frac{"#, "log(-", "(1+"])
func nestingHasALimitAndNotACrash(_ opening: String) {
  for count in [101, 150, 1_000, 10_000, 100_000] {
    #expect(throws: ExpressionSyntaxError.self) {
      try Expression(parsing: String(repeating: opening, count: count) + "x")
    }
  }
}

@Test func depthAndLengthAreCountedExactly() throws {
  func nested(_ count: Int) -> String {
    String(repeating: "(", count: count) + "x" + String(repeating: ")", count: count)
  }
  #expect(try Expression(parsing: nested(99)) == x)
  #expect(throws: ExpressionSyntaxError.self) { try Expression(parsing: nested(100)) }
  let long = Array(repeating: "x", count: 1 << 15).joined(separator: "+")
  #expect(try Expression(parsing: long).evaluate(variables: ["x": 1.0], precision: 53) == 32768)
  #expect(throws: ExpressionSyntaxError.self) { try Expression(parsing: long + "+1") }
}
