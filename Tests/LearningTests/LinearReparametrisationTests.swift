import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

@Suite struct LinearReparametrisationTests {
  private static let precision = 200

  /// The kernel is J A Aᵀ Jᵀ with the base model's Jacobian, and the outputs are the base model's.
  @Test func kernelAndOutputs() throws {
    let base = try MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh)
    let size = base.parameterCount
    var random = SeededRationals(seed: 3)
    let matrix = random.matrix(size, size)
    let model = try LinearReparametrisation(of: base, by: matrix)
    let initial = try InitialParameters.seeded(seed: 1, scale: 1).matrices(for: base)
    let inputs = Matrix<Rational>(rows: [[1, 2], [-1, 0], [Rational(1, 2), 3]])

    let graph = Graph()
    let parameters = base.parameterVariables(in: graph)
    let outputs = try base.outputs(parameters, inputs: graph.constant(inputs))
    let known = try graph.evaluate(
      [outputs, graph.jacobian(of: outputs, by: parameters)],
      variables: zip(parameters, initial).map { ($0, Matrix<Ball>($1, precision: Self.precision)) },
      precision: Self.precision)
    let changed = known[1] * Matrix<Ball>(matrix, precision: Self.precision)

    let other = Graph()
    let coordinates = model.parameterVariables(in: other)
    let points = other.constant(inputs)
    let found = try other.evaluate(
      [
        model.outputs(coordinates, inputs: points),
        model.kernel(coordinates, (points, [0, 2]), (points, [0, 1, 2])),
      ],
      variables: zip(coordinates, model.coordinates(of: initial)).map {
        ($0, Matrix<Ball>($1, precision: Self.precision))
      }, precision: Self.precision)
    let kernel = changed * changed.transposed()
    for n in 0..<3 {
      #expect((found[0][n, 0] - known[0][n, 0]).log10UpperMagnitude < -50)
      for (row, place) in [0, 2].enumerated() {
        #expect((found[1][row, n] - kernel[place, n]).log10UpperMagnitude < -50)
      }
    }
  }

  @Test func matricesThatDoNotFitAreRefused() throws {
    let base = try DeepLinearModel(widths: [2, 1])
    let singular = Matrix<Rational>(rows: [[1, 2], [2, 4]])
    #expect(throws: ModelError.self) { try LinearReparametrisation(of: base, by: singular) }
    #expect(throws: ModelError.self) { try LinearReparametrisation(of: base, by: .identity(3)) }
  }
}
