import Learning
import Multiprecision

/// Problems whose Jacobian has a rank below the number of samples.
enum DeficientRankProblems {
  private static func problem(
    _ model: any Model, _ likelihood: Likelihood, inputs: [[Rational]], targets: [Rational?],
    initial: [Matrix<Rational>]
  ) throws -> Problem {
    try Problem(
      model: model, data: Dataset(inputs: Matrix(rows: inputs), targets: Matrix(column: targets)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: initial,
      times: [0, Rational(1, 8), Rational(3, 8)])
  }

  /// One neuron with biases, 4 parameters, on 6 inputs.
  static func neuron(_ likelihood: Likelihood) throws -> Problem {
    try problem(
      MultilayerPerceptron(widths: [1, 1, 1], activation: .tanh), likelihood,
      inputs: [[-2], [-1], [Rational(-1, 3)], [Rational(1, 2)], [1], [2]], targets: [0, 1, 0, 1, 1, 0],
      initial: [
        Matrix(rows: [[1]]), Matrix(rows: [[Rational(1, 3)]]), Matrix(rows: [[1]]), Matrix(rows: [[0]]),
      ])
  }

  /// Two equal neurons without biases: 6 parameters on 5 inputs, and rank 3.
  static func identicalNeurons(_ likelihood: Likelihood) throws -> Problem {
    let weights: [Rational] = [Rational(2, 3), Rational(-1, 2)]
    return try problem(
      MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh, hasBias: false), likelihood,
      inputs: neuronInputs, targets: neuronTargets,
      initial: [Matrix(rows: [weights, weights]), Matrix(rows: [[Rational(1, 2), Rational(1, 2)]])])
  }

  /// One such neuron with the given output weight.
  static func oneNeuron(_ likelihood: Likelihood, outgoing: Rational) throws -> Problem {
    try problem(
      MultilayerPerceptron(widths: [2, 1, 1], activation: .tanh, hasBias: false), likelihood,
      inputs: neuronInputs, targets: neuronTargets,
      initial: [Matrix(rows: [[Rational(2, 3), Rational(-1, 2)]]), Matrix(rows: [[outgoing]])])
  }

  private static let neuronInputs: [[Rational]] = [[1, 0], [0, 1], [1, 1], [2, -1], [-1, 1]]
  private static let neuronTargets: [Rational?] = [1, 0, 1, 1, 0]

  /// The third input is the sum of the others.
  static func dependentInputs(_ likelihood: Likelihood) throws -> Problem {
    try problem(
      DeepLinearModel(widths: [3, 2, 1]), likelihood, inputs: [[1, 0, 1], [0, 1, -1], [1, 1, 0]],
      targets: [2, 0, 1],
      initial: [
        Matrix(rows: [[1, Rational(1, 2), 0], [Rational(-1, 2), 1, Rational(1, 3)]]),
        Matrix(rows: [[1, Rational(1, 2)]]),
      ])
  }
}
