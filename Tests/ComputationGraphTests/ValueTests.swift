import ComputationGraph
import Multiprecision
import Testing

/// Three arithmetics, one value.
@Suite struct ValueTests {
  @Test(arguments: OperationCase.catalogue)
  func arithmeticsAgreeAndBallsContain(_ operation: OperationCase) throws {
    let (graph, variables, output) = try operation.graph()
    try forEachTrial(5) { seed, generator in
      let values = operation.values(&generator)
      func evaluate<Scalar: RealScalar>(_ type: Scalar.Type, _ precision: Int) throws -> Matrix<Scalar> {
        let operands = values.map { Matrix<Scalar>($0, precision: precision) }
        return try graph.evaluate([output], variables: Array(zip(variables, operands)), precision: precision)[
          0]
      }
      let reference = try evaluate(BigFloat.self, 600)
      let balls = try evaluate(Ball.self, 200)
      let doubles = try evaluate(Double.self, 53)
      #expect(reference.shape == output.shape && balls.shape == output.shape && doubles.shape == output.shape)
      for (entry, exact) in reference.elements.enumerated() {
        let ball = balls.elements[entry]
        #expect(
          ball.contains(exact), "\(operation.name), seed \(seed), entry \(entry): \(ball) without \(exact)")
        #expect(ball.log10Radius < -50, "\(operation.name), seed \(seed): \(ball) is wide")
        let error = abs(doubles.elements[entry] - exact.doubleValue)
        #expect(error <= 1e-12 * max(1, abs(exact.doubleValue)), "\(operation.name), seed \(seed): \(values)")
      }
    }
  }

  @Test func valuesOfKnownExpressions() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 2), name: "x")
    func value(_ node: Node) throws -> [Double] {
      let x0 = Matrix<Double>(rows: [[1, 2], [3, 4]])
      return try graph.evaluate([node], variables: [(x, x0)], precision: 53)[0].elements
    }
    #expect(try value(x.times(x)) == [7, 10, 15, 22])
    #expect(try value(x.times(x.transposed())) == [5, 11, 11, 25])
    #expect(try value(x * x) == [1, 4, 9, 16])
    #expect(try value(x.transposed().times(x)) == [10, 14, 14, 20])
    #expect(try value(x.sumOfRows()) == [4, 6])
    #expect(try value(x.sumOfColumns()) == [3, 7])
    #expect(try value(x.sum()) == [10])
    #expect(try value(x.reshaped(to: Shape(1, 4))) == [1, 2, 3, 4])
    #expect(try value(x.select(rows: [1], columns: [1, 0])) == [4, 3])
    #expect(
      try value(x.select(rows: [0]).embedded(rows: [1], columns: [0, 2], in: Shape(2, 3))) == [
        0, 0, 0, 1, 0, 2,
      ])
    #expect(try value(Node.joined([x, x])) == [1, 2, 1, 2, 3, 4, 3, 4])
    #expect(try value(x.power(3)) == [1, 8, 27, 64])
    #expect(try value(x.solving(graph.identity(2)).times(x)).map { $0.rounded() } == [1, 0, 0, 1])
  }

  @Test func aMissingOrMisshapenValueIsNamed() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 1), name: "x")
    let y = graph.variable(Shape(2, 1), name: "y")
    let sum = try x + y
    let value = Matrix<Double>(column: [1, 2])
    #expect(throws: EvaluationError.variableWithoutValue(name: "y")) {
      try graph.evaluate([sum], variables: [(x, value)], precision: 53)
    }
    #expect(throws: EvaluationError.variableShape(name: "y", expected: Shape(2, 1), found: Shape(1, 2))) {
      try graph.evaluate([sum], variables: [(x, value), (y, value.transposed())], precision: 53)
    }
  }

  @Test func aSingularMatrixHasNoSolution() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 2), name: "x")
    let node = try x.solving(graph.identity(2))
    #expect(throws: LinearAlgebraError.singular) {
      try graph.evaluate([node], variables: [(x, Matrix<Double>(rows: [[1, 2], [2, 4]]))], precision: 53)
    }
  }
}
