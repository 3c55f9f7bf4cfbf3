import ComputationGraph
import Multiprecision
import Testing

/// Formulas read as they are written by hand: parentheses only where precedence asks for them.
@Suite struct LatexTests {
  private let graph = Graph()

  private func variables() -> (x: Node, y: Node, matrix: Node) {
    (
      graph.variable(Shape(2, 1), name: "x"), graph.variable(Shape(2, 1), name: "y"),
      graph.variable(Shape(2, 2), name: "A")
    )
  }

  @Test func sumsAndProducts() throws {
    let (x, y, a) = variables()
    #expect(try (x + y).latex == "x + y")
    #expect(try (x - (y - x)).latex == "x - \\left(y - x\\right)")
    #expect(try (x - y + x).latex == "x - y + x")
    #expect(try (-x + y).latex == "-x + y")
    #expect(try (x + -y).latex == "x + \\left(-y\\right)")
    #expect(try (-(x + y)).latex == "-\\left(x + y\\right)")
    #expect(try (Rational(2, 3) * x).latex == "\\tfrac{2}{3} x")
    #expect(try (Rational(-2, 3) * x + y).latex == "-\\tfrac{2}{3} x + y")
    #expect(try (3 * (x + y)).latex == "3 \\left(x + y\\right)")
    #expect(try ((x + y) * x).latex == "\\left(x + y\\right) \\circ x")
    #expect(try (x * y - x).latex == "x \\circ y - x")
    #expect(try a.times(x).latex == "A x")
    #expect(try a.times(x + y).latex == "A \\left(x + y\\right)")
    #expect(try a.transposed().times(a).latex == "A^\\top A")
    #expect(try a.times(a).transposed().times(x).latex == "\\left(A A\\right)^\\top x")
    #expect(try a.times(x * y).latex == "A \\left(x \\circ y\\right)")
  }

  @Test func functionsAndSolves() throws {
    let (x, y, a) = variables()
    #expect(try ((-x).exp() + 1).latex == "e^{-x} + \\begin{pmatrix} 1 \\\\ 1 \\end{pmatrix}")
    #expect(try (x + y).log().latex == "\\log\\left(x + y\\right)")
    #expect(try x.logistic().tanh().latex == "\\tanh\\left(\\sigma\\left(x\\right)\\right)")
    #expect(try x.softplus().latex == "\\log\\left(1 + e^{x}\\right)")
    #expect(try (x + y).sqrt().latex == "\\sqrt{x + y}")
    #expect(try x.reciprocal().latex == "\\frac{1}{x}")
    #expect(try x.power(Rational(5, 3)).latex == "x^{5/3}")
    #expect(try (x + y).power(Rational(-1, 2)).latex == "\\left(x + y\\right)^{-1/2}")
    #expect(try x.exp().power(Rational(1, 2)).latex == "\\left(e^{x}\\right)^{1/2}")
    #expect(try a.solving(x + y).latex == "A^{-1} \\left(x + y\\right)")
    #expect(try (a + a.transposed()).solving(x).latex == "\\left(A + A^\\top\\right)^{-1} x")
    #expect(try a.transposed().solving(x).latex == "\\left(A^\\top\\right)^{-1} x")
  }

  @Test func parts() throws {
    let (x, y, a) = variables()
    #expect(try a.select(rows: [0], columns: [1]).latex == "A_{1,2}")
    #expect(try (a + a).select(rows: [0, 1], columns: [1]).latex == "\\left(A + A\\right)_{\\cdot,2}")
    #expect(try a.select(rows: [1, 0]).latex == "A_{\\{2,1\\},\\cdot}")
    #expect(try Node.joined([x, y]).latex == "\\begin{bmatrix} x & y \\end{bmatrix}")
    #expect(try Node.stacked([x, y]).latex == "\\begin{bmatrix} x \\\\ y \\end{bmatrix}")
    #expect(try (x * y).sum().latex == "\\operatorname{sum}\\left(x \\circ y\\right)")
    #expect(graph.constant(Rational(-1, 2)).latex == "-\\tfrac{1}{2}")
    #expect(
      try (x - graph.constant(Rational(-1, 2)).broadcast(to: x.shape)).latex
        == "x - \\left(-\\tfrac{1}{2}\\right)")
  }
}
