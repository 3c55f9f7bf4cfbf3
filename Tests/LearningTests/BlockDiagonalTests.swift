import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// Block-diagonal natural gradient against explicit Moore–Penrose inverses of the blocks.
@Suite struct BlockDiagonalTests {
  /// Deep linear, squared loss: everything is rational. Widths with a bottleneck, wide and tall blocks, repeated
  /// inputs.
  @Test(arguments: [[3, 1, 2], [2, 3, 2], [3, 2, 2, 1], [2, 1, 1, 2]])
  func velocityIsThatOfTheBlocks(widths: [Int]) throws {
    let model = try DeepLinearModel(widths: widths)
    var generator = SplitMix64(seed: UInt64(widths.reduce(0) { 10 * $0 + $1 }))
    func random(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
      Matrix(rows: rows, columns: columns) { _, _ in generator.nonzeroFraction(bound: 5) }
    }
    let distinct = random(3, model.inputCount)
    let inputs = Matrix(rows: [distinct.row(0), distinct.row(1), distinct.row(0), distinct.row(2)])
    let targets = random(4, model.outputCount)
    let layers = model.parameterShapes.map { random($0.rows, $0.columns) }
    let problem = try Problem(
      model: model, data: Dataset(inputs: inputs, targets: targets.map { $0 }), likelihood: .gaussian,
      flow: .naturalGradient(.trainingInputs), initial: layers, times: [0])
    let field = try problem.blockDiagonalField(blocks: layers.indices.map { [$0] })
    let velocity = try field.graph.evaluate(
      field.velocity,
      variables: Array(zip(field.state, layers.map { $0.map { Ball($0, precision: 300) } })), precision: 300)
    let outputs = layers.reduce(inputs.transposed()) { $1 * $0 }.transposed()
    for (index, layer) in layers.enumerated() {
      // The Jacobian of all outputs, sample by sample, by differences: outputs are linear in each layer.
      let columns = layer.elements.indices.map { entry in
        var moved = layers
        moved[index][entry / layer.columns, entry % layer.columns] += 1
        return (moved.reduce(inputs.transposed()) { $1 * $0 }.transposed() - outputs).elements
      }
      let jacobian = Matrix(rows: columns).transposed()
      let transpose = jacobian.transposed()
      let gradient = transpose * Matrix(column: (outputs - targets).elements)
      let expected = -((transpose * jacobian).moorePenroseInverse() * gradient)
      for (value, exact) in zip(velocity[index].elements, expected.elements) {
        #expect(value.contains(exact) && value.log10Radius < -40, "\(widths), layer \(index + 1)")
      }
    }
  }

  @Test func refusesWhatItDoesNotKnow() throws {
    let model = try DeepLinearModel(widths: [2, 2, 2])
    func problem(_ likelihood: Likelihood) throws -> Problem {
      try Problem(
        model: model,
        data: Dataset(inputs: Matrix(rows: [[1, 2]]), targets: Matrix<Rational?>(rows: [[0, 1]])),
        likelihood: likelihood, flow: .gradient, initial: [.identity(2), .identity(2)], times: [0])
    }
    #expect(throws: ProblemError.self) { try problem(.categorical).blockDiagonalField(blocks: [[0], [1]]) }
    for blocks in [[[0]], [[0], [0, 1]], [[0], [2]]] {
      #expect(throws: ProblemError.self) { try problem(.gaussian).blockDiagonalField(blocks: blocks) }
    }
    #expect(try problem(.gaussian).blockDiagonalConditions(blocks: [[0], [1]]).allSatisfy(\.holds))
  }
}
