import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// Ranks of networks with equal neurons, which no bound for all parameters knows.
@Suite struct EqualNeuronsTests {
  private let inputs = Matrix<Rational>(rows: [[1, 0], [0, 1], [1, 1], [2, -1], [-1, 1]])

  private func problem(
    _ model: MultilayerPerceptron, _ initial: [Matrix<Rational>], times: [Rational] = [0, Rational(1, 2)]
  ) throws -> Problem {
    try Problem(
      model: model, data: Dataset(inputs: inputs, targets: Matrix(column: [1, 0, 1, 1, 0])),
      likelihood: .gaussian, flow: .naturalGradient(.trainingInputs), initial: initial, times: times)
  }

  private func pair(hasBias: Bool = false) throws -> (MultilayerPerceptron, [Matrix<Rational>]) {
    let model = try MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh, hasBias: hasBias)
    let weights: [Rational] = [Rational(2, 3), Rational(-1, 2)]
    let layers: [Matrix<Rational>] = [
      Matrix(rows: [weights, weights]), Matrix(column: [1, 1]), Matrix(rows: [[2, 2]]), Matrix(rows: [[3]]),
    ]
    return (model, hasBias ? layers : [layers[0], layers[2]])
  }

  @Test func equalNeuronsHaveTiedWeights() throws {
    let (model, initial) = try pair()
    #expect(model.tiedParameters(initial) == [0, 1, 0, 1, 4, 4])
    let (biased, parameters) = try pair(hasBias: true)
    #expect(biased.tiedParameters(parameters) == [0, 1, 0, 1, 4, 4, 6, 6, 8])
  }

  /// Neurons that differ in one weight, in or out, or in the bias, are not tied.
  @Test func otherNeuronsHaveNone() throws {
    let (model, initial) = try pair(hasBias: true)
    for parameter in 0..<3 {
      var changed = initial
      changed[parameter] = changed[parameter].map { $0 }
      var entries = changed[parameter].elements
      entries[0] = entries[0] + 1
      changed[parameter] = Matrix(
        rows: changed[parameter].rows, columns: changed[parameter].columns, elements: entries)
      #expect(model.tiedParameters(changed) == Array(0..<9), "parameter \(parameter)")
    }
  }

  /// Columns of J that are tied are equal, also with ties in two layers.
  @Test func tiedColumnsAreEqual() throws {
    let model = try MultilayerPerceptron(widths: [2, 3, 3, 1], activation: .softplus)
    let half = Rational(1, 2)
    let initial: [Matrix<Rational>] = [
      Matrix(rows: [[1, half], [1, half], [-1, 2]]), Matrix(column: [1, 1, 0]),
      Matrix(rows: [[2, 2, 1], [half, half, 3], [half, half, 3]]), Matrix(column: [0, -1, -1]),
      Matrix(rows: [[1, 2, 2]]), Matrix(rows: [[1]]),
    ]
    let ties = model.tiedParameters(initial)
    // 3 + 3 of the first layer, 2 · 2 of the second with its 2 biases, 2 outgoing and the last bias.
    #expect(Set(ties).count == 6 + 6 + 3)
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let outputs = try model.outputs(parameters, inputs: graph.constant(inputs))
    let jacobian = try graph.evaluate(
      [graph.jacobian(of: outputs, by: parameters)],
      variables: zip(parameters, initial).map { ($0, $1.map { Ball($0, precision: 200) }) }, precision: 200)[
        0]
    for (column, other) in ties.enumerated() {
      for row in 0..<jacobian.rows {
        let difference = jacobian[row, column] - jacobian[row, other]
        #expect(
          difference.containsZero && difference.log10UpperMagnitude < -40, "columns \(column), \(other)")
      }
    }
  }

  @Test func theRankIsCertified() throws {
    let (model, initial) = try pair()
    let problem = try problem(model, initial)
    #expect(try problem.rankCondition(3).status == .monitored)
    #expect(try problem.rankCondition(4).status == .violated)
    let law = try #require(try problem.closedForms().first)
    #expect(law.conditions[0].status == .violated)
  }

  /// The rank-factor field is accepted, and agrees with the direct velocity by pivoted factorisations.
  @Test func theFlowIsTheDirectOne() throws {
    let (model, initial) = try pair()
    let problem = try problem(model, initial)
    let field = try problem.vectorField()
    let start = initial.map { $0.map { BigFloat($0, precision: 300) } }
    let velocity = try field.graph.evaluate(
      field.velocity, variables: Array(zip(field.state, start)), precision: 300)
    let direct = try problem.directVelocity(at: start)
    #expect(velocity.log10RelativeDistance(to: direct, precision: 300) < -70)
  }

  /// Zeros tie every neuron, but the rank is lower than the number of different columns: nothing certifies it.
  @Test func zerosAreRefused() throws {
    let (model, initial) = try pair()
    let zeros = initial.map { $0.map { _ in Rational(0) } }
    #expect(throws: LinearAlgebraError.self) { try problem(model, zeros).vectorField() }
  }
}
