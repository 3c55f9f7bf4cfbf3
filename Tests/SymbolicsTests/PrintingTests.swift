import Multiprecision
import Symbolics
import Testing

@Test(arguments: 1...40)
func printedExpressionsReadBackAsThemselves(_ seed: Int) throws {
  var random = RandomExpressions(seed: UInt64(seed))
  for _ in 0..<50 * trialMultiplier {
    let expression = random.expression(height: Int.random(in: 0...5, using: &random))
    #expect(try Expression(parsing: expression.description) == expression, "\(expression)")
    #expect(try Expression(parsing: expression.latex) == expression, "\(expression): \(expression.latex)")
  }
}

@Test(arguments: [
  (
    "y + (mu0 - y)*exp(-t)", "y + (mu0 - y)*exp(-t)",
    #"y + \left(\mathit{mu0} - y\right)\,\exp\left(-t\right)"#
  ),
  ("-x^2/3", "-x^2/3", #"-\frac{x^{2}}{3}"#),
  ("2/3*x/(y*z)", "2*x/y/z/3", #"\frac{2\,x}{y\,z\cdot 3}"#),
  ("(x+1)^2", "(x + 1)^2", #"\left(x + 1\right)^{2}"#),
  ("sqrt(x)^-1", "1/sqrt(x)", #"\frac{1}{\sqrt{x}}"#),
  ("lambda*m[i]", "lambda*m[i]", #"\lambda\,m_{i}"#),
  ("x^(1/3) - -2*y", "x^(1/3) + 2*y", #"x^{\frac{1}{3}} + 2\,y"#),
  ("-(x + y)", "-(x + y)", #"-\left(x + y\right)"#),
  ("sigma(2*pi)", "logistic(2*pi)", #"\sigma\left(2\,\pi\right)"#),
])
func textIsReadable(_ formula: String, _ plain: String, _ latex: String) throws {
  let expression = try Expression(parsing: formula)
  #expect(expression.description == plain)
  #expect(expression.latex == latex)
}
