import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// The eigenvalues as nodes, by either quadrature, against the enclosures.
@Suite struct GaussianLogisticFisherTests {
  @Test(arguments: [(1.0...2.0, [Rational(1), 2]), (1.0...60.0, [Rational(1), 7, 60])])
  func nodesAgreeWithEnclosures(norms: ClosedRange<Double>, tried: [Rational]) throws {
    for norm in tried {
      let graph = Graph()
      let square = graph.variable(.scalar, name: "ρ²")
      let nodes = try GaussianLogisticFisher.eigenvalues(squaredNorm: square, norms: norms, digits: 25)
      let values: [Matrix<Ball>] = try graph.evaluate(
        [nodes.across, nodes.along],
        variables: [(square, Matrix(column: [Ball(norm * norm, precision: 160)]))], precision: 160)
      let exact = GaussianLogisticFisher.eigenvalues(norm: norm, precision: 160)
      for (node, ball) in zip(values, [exact.across, exact.along]) {
        #expect((node[0, 0] - ball).log10UpperMagnitude < -24, "ρ = \(norm), norms \(norms)")
      }
    }
  }

  /// At ρ → 0 both are σ'(0) = 1/4.
  @Test func smallNorm() {
    let values = GaussianLogisticFisher.eigenvalues(norm: Rational(1, 10), precision: 64)
    #expect(abs(values.across.doubleValue - 0.25) < 2e-3 && abs(values.along.doubleValue - 0.25) < 5e-3)
  }
}
