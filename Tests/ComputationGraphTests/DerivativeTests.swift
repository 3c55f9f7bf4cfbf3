import ComputationGraph
import Multiprecision
import Testing

/// Derivative rules against finite differences at high precision, and forward against reverse mode.
@Suite struct DerivativeTests {
  private static let precision = 700

  /// A central difference with step 2^-120 is in error by about 2^-240: 60 digits of the derivative are checked.
  @Test(arguments: OperationCase.catalogue)
  func forwardModeMatchesFiniteDifferences(_ operation: OperationCase) throws {
    let (graph, variables, output) = try operation.graph()
    let tangents = operation.operands.enumerated().map { graph.variable($1.shape, name: "u_\($0)") }
    let derivative = try graph.pushforward([output], along: Array(zip(variables, tangents)))[0]
    try forEachTrial(3) { seed, generator in
      let values = operation.values(&generator)
      let directions = operation.directions(&generator)
      func evaluate(_ node: Node, _ values: [Matrix<Rational>]) throws -> Matrix<BigFloat> {
        try graph.evaluate(
          [node], variables: Array(zip(variables + tangents, (values + directions).rounded(Self.precision))),
          precision: Self.precision)[0]
      }
      let step = try Rational(2).power(-120)
      let ahead = try evaluate(output, zip(values, directions).map { $0 + $1.map { $0 * step } })
      let behind = try evaluate(output, zip(values, directions).map { $0 - $1.map { $0 * step } })
      let difference = (ahead - behind).map { $0.scaled(byPowerOfTwo: 119) }
      let found = try evaluate(derivative, values)
      #expect(
        (found - difference).log2Magnitude < max(0, found.log2Magnitude) - 200,
        "\(operation.name), seed \(seed): values \(values), directions \(directions)")
    }
  }

  /// ⟨v, J u⟩ = ⟨Jᵀ v, u⟩, to nearly all bits.
  @Test(arguments: OperationCase.catalogue)
  func reverseModeIsTheTransposeOfForwardMode(_ operation: OperationCase) throws {
    let (graph, variables, output) = try operation.graph()
    let tangents = operation.operands.enumerated().map { graph.variable($1.shape, name: "u_\($0)") }
    let cotangent = graph.variable(output.shape, name: "v")
    let forward = try graph.pushforward([output], along: Array(zip(variables, tangents)))[0]
    let reverse = try graph.pullback([(output, cotangent)], to: variables)
    #expect(reverse.map(\.shape) == variables.map(\.shape))
    try forEachTrial(3) { seed, generator in
      let inputs =
        (operation.values(&generator) + operation.directions(&generator) + [generator.matrix(output.shape)])
        .rounded(Self.precision)
      let results = try graph.evaluate(
        [forward] + reverse, variables: Array(zip(variables + tangents + [cotangent], inputs)),
        precision: Self.precision)
      let left = inputs[inputs.count - 1].dot(results[0])
      let right = zip(results.dropFirst(), inputs[variables.count...]).reduce(BigFloat.zero) {
        $0 + $1.0.dot($1.1)
      }
      #expect(
        (left - right).log10Magnitude < max(0, left.log10Magnitude) - 200, "\(operation.name), seed \(seed)")
    }
  }

  @Test func theJacobianHoldsTheDirectionalDerivatives() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 2), name: "x")
    let y = graph.variable(Shape(2, 1), name: "y")
    let output = try x.times(y.tanh()).exp()
    let jacobian = try graph.jacobian(of: output, by: [x, y])
    #expect(jacobian.shape == Shape(2, 6))
    var generator = SplitMix64(seed: 1)
    let values = [generator.matrix(x.shape), generator.matrix(y.shape)].rounded(300)
    let found = try graph.evaluate([jacobian], variables: [(x, values[0]), (y, values[1])], precision: 300)[0]
    for parameter in 0..<6 {
      let direction = Matrix<Rational>(rows: 6, columns: 1) { row, _ in row == parameter ? 1 : 0 }
      let u = graph.constant(Matrix(rows: 2, columns: 2, elements: Array(direction.elements[0..<4])))
      let v = graph.constant(Matrix(column: Array(direction.elements[4..<6])))
      let column = try graph.pushforward([output], along: [(x, u), (y, v)])[0]
      let expected = try graph.evaluate(
        [column], variables: [(x, values[0]), (y, values[1])], precision: 300)[0]
      for row in 0..<2 { #expect((found[row, parameter] - expected[row, 0]).log10Magnitude < -80) }
    }
  }

  @Test func whatDoesNotDependHasDerivativeZero() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 1), name: "x")
    let y = graph.variable(Shape(2, 1), name: "y")
    #expect(try graph.pullback([(x.exp(), x)], to: [y])[0].operation.key == graph.zero(y.shape).operation.key)
    #expect(
      try graph.pushforward([x.exp()], along: [(y, y)])[0].operation.key == graph.zero(x.shape).operation.key)
  }

  /// Cotangents of several paths to one node add up: d/dx (x·x + x) = 2x + 1.
  @Test func severalPathsAddUp() throws {
    let graph = Graph()
    let x = graph.variable(.scalar, name: "x")
    let gradient = try graph.pullback([(x * x + x, graph.constant(1))], to: [x])[0]
    let value = try graph.evaluate([gradient], variables: [(x, Matrix<Double>(column: [3]))], precision: 53)[
      0]
    #expect(value.elements == [7])
  }
}
