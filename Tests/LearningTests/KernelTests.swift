import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// The contracted kernels against J Jᵀ with the Jacobian from reverse differentiation.
@Suite struct KernelTests {
  private static let precision = 256

  static let models: [any Model] = {
    var models: [any Model] = []
    for widths in [[3, 1], [3, 2], [3, 4, 1], [3, 1, 2], [2, 3, 2, 3], [2, 2, 1, 3, 2]] {
      if let model = try? DeepLinearModel(widths: widths) { models.append(model) }
    }
    for form in DiagonalModel.Form.allCases {
      for depth in 1...4 {
        if let model = try? DiagonalModel(inputCount: 3, form: form, depth: depth) { models.append(model) }
      }
    }
    for activation in MultilayerPerceptron.Activation.allCases {
      for (widths, hasBias) in [
        ([3, 2], true), ([3, 4, 1], true), ([2, 3, 3], false), ([2, 3, 2, 2], true),
      ] {
        if let model = try? MultilayerPerceptron(widths: widths, activation: activation, hasBias: hasBias) {
          models.append(model)
        }
      }
    }
    return models
  }()

  @Test func everyModelIsMade() { #expect(Self.models.count == 6 + 8 + 12) }

  /// Output entries at random, unordered and with repetitions.
  private static func entries(_ count: Int, among all: Int, _ random: inout SeededRationals) -> [Int] {
    (0..<count).map { _ in random.integer(0...all - 1) }
  }

  /// The kernel and J_left J_rightᵀ at parameters that are given as variables or written in as constants.
  private static func compare(
    _ model: any Model, _ parameters: [Matrix<Rational>], left: (Matrix<Rational>, [Int]),
    right: (Matrix<Rational>, [Int]), asConstants: Bool = false
  ) throws -> Double {
    let graph = Graph()
    let variables = model.parameterVariables(in: graph)
    let values = zip(variables, parameters).map { ($0, Matrix<BigFloat>($1, precision: precision)) }
    func jacobian(_ points: (Matrix<Rational>, [Int])) throws -> Node {
      let outputs = try model.outputs(variables, inputs: graph.constant(points.0))
      return try graph.jacobian(of: outputs, by: variables).select(rows: points.1)
    }
    let expected = try jacobian(left).times(jacobian(right).transposed())
    let kernel = try model.kernel(
      asConstants ? parameters.map { graph.constant($0) } : variables,
      (graph.constant(left.0), left.1), (graph.constant(right.0), right.1))
    let found = try graph.evaluate([kernel, expected], variables: values, precision: precision)
    return log10Difference(found[0], found[1])
  }

  @Test(arguments: models.indices) func kernelIsTheJacobiansGramMatrix(index: Int) throws {
    let model = Self.models[index]
    for seed in 0..<(2 * trialMultiplier) {
      var random = SeededRationals(seed: 1000 * index + seed)
      let parameters = model.parameterShapes.map { random.matrix($0.rows, $0.columns) }
      let (d, K) = (model.inputCount, model.outputCount)
      let (x, z) = (random.matrix(3, d), random.matrix(2, d))
      let (all, others) = (Array(0..<3 * K), Array(0..<2 * K))
      let some = Self.entries(4, among: 3 * K, &random)
      let few = Self.entries(3, among: 2 * K, &random)
      for (name, left, right, asConstants) in [
        ("same inputs, all entries", (x, all), (x, all), false),
        ("other inputs, all entries", (x, all), (z, others), false),
        ("some entries", (x, some), (z, few), false),
        ("parameters as constants", (x, some), (x, all), true),
      ] {
        let difference = try Self.compare(
          model, parameters, left: left, right: right, asConstants: asConstants)
        #expect(difference < -60, "\(model), seed \(seed), \(name): 10^\(difference)")
      }
    }
  }

  /// At zero parameters powers and products of none are 1, and all others 0.
  @Test(arguments: models.indices) func kernelAtZeroParameters(index: Int) throws {
    let model = Self.models[index]
    let zeros = model.parameterShapes.map {
      Matrix<Rational>(rows: $0.rows, columns: $0.columns, repeating: 0)
    }
    var random = SeededRationals(seed: index)
    let x = random.matrix(2, model.inputCount)
    let all = Array(0..<2 * model.outputCount)
    #expect(try Self.compare(model, zeros, left: (x, all), right: (x, all)) < -60, "\(model)")
  }

  /// The categorical's contrasts f_k - f_K: kernel and pullback against the contrasts' explicit Jacobian.
  @Test func contrastsHaveTheirOwnKernel() throws {
    for (index, model) in Self.models.enumerated() where model.outputCount > 1 {
      var random = SeededRationals(seed: index)
      let (graph, K) = (Graph(), model.outputCount)
      let variables = model.parameterVariables(in: graph)
      let values = variables.map {
        (
          $0,
          Matrix<BigFloat>(
            random.matrix($0.shape.rows, $0.shape.columns),
            precision: Self.precision)
        )
      }
      let (x, z) = (random.matrix(3, model.inputCount), random.matrix(2, model.inputCount))
      let left = OutputPoints(inputs: x, model: model, likelihood: .categorical).subset([0, 2 * (K - 1)])
      let right = OutputPoints(inputs: z, model: model, likelihood: .categorical)
      func jacobian(_ points: OutputPoints) throws -> Node {
        let outputs = try model.outputs(variables, inputs: graph.constant(points.inputs))
        return try graph.jacobian(of: points.values(of: outputs), by: variables)
      }
      let vector = graph.constant(random.matrix(right.count, 1))
      let pulled = try Node.stacked(
        right.pullback(model, variables, vector).map { try $0.reshaped(to: Shape($0.shape.count, 1)) })
      let found = try graph.evaluate(
        [
          left.kernel(model, variables, with: right), jacobian(left).times(jacobian(right).transposed()),
          pulled, jacobian(right).transposed().times(vector),
        ], variables: values, precision: Self.precision)
      #expect(log10Difference(found[0], found[1]) < -60, "\(model)")
      #expect(log10Difference(found[2], found[3]) < -60, "\(model)")
    }
  }
}
