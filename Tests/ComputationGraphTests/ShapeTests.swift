import ComputationGraph
import Multiprecision
import Testing

/// Each operation refuses operands that do not fit, and says what it expected.
@Suite struct ShapeTests {
  private static let wide = Shape(2, 3)

  @Test(arguments: OperationCase.catalogue)
  func theOutputHasTheShapeOfItsValue(_ operation: OperationCase) throws {
    var generator = SplitMix64(seed: 7)
    let (graph, variables, output) = try operation.graph()
    let values = operation.values(&generator).map { Matrix<Double>($0, precision: 53) }
    let value = try graph.evaluate([output], variables: Array(zip(variables, values)), precision: 53)[0]
    #expect(value.shape == output.shape)
  }

  @Test func misfitsAreNamed() throws {
    let graph = Graph()
    let wide = graph.variable(Shape(2, 3), name: "wide")
    let tall = graph.variable(Shape(3, 2), name: "tall")
    func expectError(_ text: String, _ body: () throws -> Node) {
      #expect { try body() } throws: { error in (error as? ShapeError)?.description == text }
    }
    expectError("sum: shapes 2×3 and 3×2, expected two equal shapes") { try wide + tall }
    expectError("difference: shapes 2×3 and 3×2, expected two equal shapes") { try wide - tall }
    expectError("entrywise product: shapes 2×3 and 3×2, expected two equal shapes") { try wide * tall }
    expectError("matrix product: shapes 2×3 and 2×3, expected p×q and q×r") { try wide.times(wide) }
    expectError("matrix product: shapes 3×2 and 3×2, expected p×q and q×r") {
      try wide.transposed().times(tall)
    }
    expectError("solve: shapes 2×3 and 2×3, expected n×n and n×r") { try wide.solving(wide) }
    expectError("solve: shapes 2×2 and 3×2, expected n×n and n×r") { try graph.identity(2).solving(tall) }
    expectError("reshape: shapes 2×3 and 4×2, expected equally many entries") {
      try wide.reshaped(to: Shape(4, 2))
    }
    expectError("broadcast: shapes 2×3 and 4×3, expected 1 or the target's size in each direction") {
      try wide.broadcast(to: Shape(4, 3))
    }
    expectError("slice: shapes 2×3, expected rows and columns within the operand") {
      try wide.select(rows: [2])
    }
    expectError("embed: shapes 2×3, expected 1×3") { try wide.embedded(rows: [0], in: Shape(2, 3)) }
    expectError("embed: shapes 2×3 and 1×3, expected rows and columns within the target") {
      try wide.embedded(rows: [0, 1], in: Shape(1, 3))
    }
    expectError("concatenation by rows: shapes 2×3 and 3×2, expected equal sizes across the axis") {
      try Node.stacked([wide, tall])
    }
    expectError("concatenation by columns: shapes 2×3 and 3×2, expected equal sizes across the axis") {
      try Node.joined([wide, tall])
    }
  }

  @Test func differentiationAndVectorFieldsCheckShapes() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 3), name: "x")
    let y = graph.variable(Shape(3, 2), name: "y")
    #expect(throws: ShapeError.self) { try graph.pullback([(x, y)], to: [x]) }
    #expect(throws: ShapeError.self) { try graph.pushforward([x], along: [(x, y)]) }
    #expect(throws: ShapeError.self) { try VectorField(graph: graph, state: [x], velocity: [y]) }
    #expect(throws: ShapeError.self) { try VectorField(graph: graph, state: [x, y], velocity: [x]) }
  }

  @Test func equalExpressionsAreOneNode() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 2), name: "x")
    let y = graph.variable(Shape(2, 2), name: "y")
    let first = try (x * y).exp() + Rational(1, 3) * x
    let count = graph.count
    let again = try (x * y).exp() + Rational(1, 3) * x
    #expect(first.index == again.index && graph.count == count)
    #expect(try (x - y).index != (y - x).index)
    #expect(try x.times(y).index != x.transposed().times(y).index)
    #expect(graph.constant(1, shape: Shape(1, 2)).index != graph.constant(1, shape: Shape(2, 1)).index)
    #expect(
      graph.variable(Shape(2, 2), name: "x").index != x.index,
      "a new variable is a new one, whatever its name")
    #expect(try x.transposed().transposed().index == x.index)
    #expect(try (1 * x).index == x.index)
    #expect(!x.isConstant && graph.identity(2).isConstant)
    #expect(try graph.identity(2).times(graph.identity(2)).isConstant)
  }
}
