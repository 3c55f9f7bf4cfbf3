import ComputationGraph
import Learning
import Multiprecision
import Testing

@testable import Claims

/// What the claims of T6 and T11 compute exactly: Jacobians, multiplicities, the tangent projection.
@Suite struct DeepLinearRanksTests {
  private static let settings = CheckSettings(digits: 20)

  @Test(arguments: 1...4) func differencesAreTheJacobian(depth: Int) throws {
    var random = RandomInstances(Self.settings, stream: UInt64(depth))
    let network = random.deepLinear(depth: depth, widthLimit: 3)
    let inputs = random.matrix(network.inputCount, 2)
    let graph = Graph()
    let variables = network.layers.map { graph.variable(Shape($0.rows, $0.columns), name: "W") }
    let outputs = try variables.reduce(graph.constant(inputs)) { try $1.times($0) }
    let expected = try graph.evaluate(
      [graph.jacobian(of: outputs, by: variables)],
      variables: Array(zip(variables, network.layers.map { $0.map { Ball($0, precision: 200) } })),
      precision: 200)[0]
    let jacobian = network.jacobian(inputs: inputs)
    #expect(jacobian.shape == expected.shape)
    for (exact, ball) in zip(jacobian.elements, expected.elements) { #expect(ball.contains(exact)) }
  }

  /// The examples of the theory: 1, 1, 2 for widths 3-1-1; 2, 3, 3 for 3-3-2-1; L without bottleneck.
  @Test(arguments: [([3, 1, 1], [0, 2, 1]), ([3, 3, 2, 1], [0, 0, 1, 2]), ([2, 2, 2], [0, 0, 4])])
  func multiplicities(widths: [Int], expected: [Int]) {
    var random = RandomInstances(Self.settings, stream: 9)
    let layers = (1..<widths.count).map { random.fullRankMatrix(widths[$0], widths[$0 - 1]) }
    let block = BlockVelocity(network: .init(layers: layers), inputs: .identity(widths[0]))
    #expect(block.multiplicities() == expected && block.multiplicitiesFromRanks() == expected)
  }

  /// The velocity at a matrix of rank 2 against exact projections.
  @Test func constrainedVelocityIsTheProjection() throws {
    var random = RandomInstances(Self.settings, stream: 10)
    let w = random.fullRankMatrix(3, 2) * random.fullRankMatrix(2, 4)
    let y = random.matrix(3, 4)
    let target = Matrix<Rational?>(rows: 3, columns: 4) { ($0 + $1).isMultiple(of: 3) ? nil : y[$0, $1] }
    let field = try RankConstrainedFlow(target: target, initial: w).field()
    let velocity = try field.graph.evaluate(
      field.velocity, variables: [(field.state[0], w.map { Ball($0, precision: 200) })], precision: 200)[0]
    let g = Matrix<Rational>(rows: 3, columns: 4) { row, column in
      target[row, column].map { w[row, column] - $0 } ?? 0
    }
    let inverse = w.moorePenroseInverse()
    let (left, right) = (w * inverse, inverse * w)
    let expected = left * g * right - left * g - g * right
    for (ball, exact) in zip(velocity.elements, expected.elements) {
      #expect(ball.contains(exact) && ball.log10Radius < -40)
    }
  }

  @Test func normalNumbersAndTheirInterval() {
    var numbers = StandardNormals(seed: 3)
    let sample = (0..<40_000).map { _ in numbers.next() }
    let moments = (1...4).map { power in
      sample.reduce(0) { sum, x in sum + (0..<power).reduce(1) { product, _ in product * x } } / 40_000
    }
    // Five standard errors: 1, √2, √15 and √96 over 200.
    for (moment, (expected, error)) in zip(moments, [(0, 1), (1, 1.5), (0, 3.9), (3, 9.8)]) {
      #expect(abs(moment - Double(expected)) < error / 40, "\(moments)")
    }
    // 1, ..., 5: mean 3, variance 5/2, half width 2.7764 √(1/2).
    let samples = FiveSamples((1...5).map { Ball($0, precision: 64) })
    #expect(abs(samples.mean.doubleValue - 3) < 1e-12)
    #expect(
      abs(samples.upper.doubleValue - 4.963211) < 1e-5 && abs(samples.lower.doubleValue - 1.036789) < 1e-5)
  }
}
