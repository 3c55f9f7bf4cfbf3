import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

@Suite struct RadauRuleTests {
  /// Differences, slopes and integrals are exact for polynomials of the rule's degree.
  @Test(arguments: [2, 3, 7, 40]) func polynomialsAreExact(_ stages: Int) throws {
    let precision = 200
    let rule = try RadauRule(stages: stages, precision: precision)
    #expect(rule.nodes.last == BigFloat(1, precision: precision))
    #expect(zip(rule.nodes, rule.nodes.dropFirst()).allSatisfy(<) && rule.nodes[0].signum() > 0)
    let zero = BigFloat(0, precision: precision)
    for degree in [1, stages / 2 + 1, stages] {
      func power(_ x: BigFloat, _ k: Int) -> BigFloat {
        (0..<k).reduce(BigFloat(1, precision: precision)) { y, _ in y * x }
      }
      let values = BigFloatBuffer(([zero] + rule.nodes).map { power($0, degree) }, precision: precision)
      let width = stages + 1
      let slopes = (0..<stages).map { rule.differences.dot($0 * width..<($0 + 1) * width, values, at: 0) }
      for (node, slope) in zip(rule.nodes, slopes) {
        let exact = BigFloat(degree, precision: precision) * power(node, degree - 1)
        #expect((slope - exact).log10Magnitude < -50)
      }
      let coefficients = (0..<stages).map {
        rule.projection.dot(
          $0 * stages..<($0 + 1) * stages, BigFloatBuffer(slopes, precision: precision), at: 0)
      }
      let (rows, integrals) = RadauRule.rows(
        at: BigFloat(Rational(3, 7), precision: precision), stages: stages)
      func sum(_ factors: [BigFloat]) -> BigFloat {
        zip(factors, coefficients).reduce(zero) { $0 + $1.0 * $1.1 }
      }
      let x = BigFloat(Rational(3, 7), precision: precision)
      #expect((sum(integrals) - power(x, degree)).log10Magnitude < -45)
      #expect(
        (sum(rows) - BigFloat(degree, precision: precision) * power(x, degree - 1)).log10Magnitude < -45)
    }
  }

  /// Graphs evaluated at several places at once give what they give place by place.
  @Test func lanesAreEvaluatedPlaceByPlace() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 2), name: "x")
    let first = try x.select(rows: [0])
    let output =
      try first.exp() * first.times(first.transposed()).broadcast(to: first.shape) + 3 * first.tanh()
    let points = (1...5).map { k in
      Matrix<Double>(rows: 2, columns: 2) { Double(k) * 0.1 + Double($0) - 0.3 * Double($1) }
    }
    let lanes = Matrix<Lanes<Double>>(rows: 2, columns: 2) { row, column in
      Lanes(points.map { $0[row, column] })
    }
    let together = try graph.evaluate([output], variables: [(x, lanes)], precision: 53)[0]
    for (place, point) in points.enumerated() {
      let alone = try graph.evaluate([output], variables: [(x, point)], precision: 53)[0]
      for (left, right) in zip(together.elements, alone.elements) {
        #expect((left[place] - right).magnitude <= 1e-14 * right.magnitude)
      }
    }
  }
}
