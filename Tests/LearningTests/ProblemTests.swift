import Learning
import Multiprecision
import Testing

/// What `Dataset` and `Problem` refuse, by the field they name.
@Suite struct ProblemTests {
  /// A problem that is right, with parts to be replaced by wrong ones.
  private struct Parts {
    var model: any Model
    var inputs: Matrix<Rational> = Matrix(rows: [[1, 2], [3, 4]])
    var targets: Matrix<Rational?> = Matrix(column: [1, 0])
    var likelihood = Likelihood.bernoulli
    var flow = Flow.naturalGradient(.trainingInputs)
    var initial: [Matrix<Rational>]?
    var times: [Rational] = [0, 1, 2]

    init() throws { model = try DeepLinearModel(widths: [2, 3, 1]) }

    func problem() throws -> Problem {
      try Problem(
        model: model, data: Dataset(inputs: inputs, targets: targets), likelihood: likelihood, flow: flow,
        initial: initial ?? InitialParameters.seeded(seed: 1, scale: 1).matrices(for: model), times: times)
    }
  }

  private func field(_ change: (inout Parts) throws -> Void) throws -> String? {
    var parts = try Parts()
    try change(&parts)
    do { _ = try parts.problem() } catch let error as ProblemError {
      #expect(error.description == "\(error.field): \(error.reason)" && !error.reason.isEmpty)
      return error.field
    }
    return nil
  }

  @Test func rightPartsAreAccepted() throws {
    #expect(try field { _ in } == nil)
    #expect(try field { $0.times = [0] } == nil)
    #expect(try field { $0.flow = .gradient } == nil)
    #expect(try field { $0.flow = .naturalGradient(.allEntries, damping: Rational(1, 9)) } == nil)
    #expect(try field { $0.targets = Matrix(column: [nil, 0]) } == nil)
  }

  @Test func datasets() throws {
    #expect(try field { $0.inputs = Matrix(rows: 0, columns: 2, elements: []) } == "data.inputs")
    #expect(try field { $0.inputs = Matrix(rows: 2, columns: 0, elements: []) } == "data.inputs")
    #expect(try field { $0.targets = Matrix(column: [1]) } == "data.targets")
    #expect(try field { $0.targets = Matrix(column: [1, 0, 1]) } == "data.targets")
    #expect(try field { $0.targets = Matrix(column: [nil, nil]) } == "data.targets")
    #expect(try field { $0.targets = Matrix(rows: 2, columns: 0, elements: []) } == "data.targets")
  }

  @Test func shapes() throws {
    #expect(try field { $0.inputs = Matrix(rows: [[1], [2]]) } == "data.inputs")
    #expect(try field { $0.targets = Matrix(rows: [[1, 0], [0, 1]]) } == "data.targets")
    #expect(try field { $0.initial = [] } == "initial.parameters")
    #expect(try field { $0.initial = [Matrix(rows: [[1, 2]])] } == "initial.parameters")
    // W_1 transposed: as many entries, another shape.
    #expect(
      try field { $0.initial = [Matrix(rows: 2, columns: 3, repeating: 1), Matrix(rows: [[1, 1, 1]])] }
        == "initial.parameters")
  }

  @Test func targetsOutsideTheDomain() throws {
    for wrong in [2, -1, Rational(1, 2)] {
      #expect(try field { $0.targets = Matrix(column: [1, wrong]) } == "data.targets[1]")
    }
    for wrong in [-1, Rational(1, 2)] {
      #expect(
        try field {
          $0.likelihood = .poisson
          $0.targets = Matrix(column: [wrong, 5])
        } == "data.targets[0]")
    }
    #expect(
      try field {
        $0.likelihood = .poisson
        $0.targets = Matrix(column: [0, 5])
      } == nil)
    #expect(
      try field {
        $0.likelihood = .gaussian
        $0.targets = Matrix(column: [-7, Rational(1, 3)])
      } == nil)
  }

  @Test func categoricalTargets() throws {
    #expect(try field { $0.likelihood = .categorical } == "likelihood")
    func targets(_ rows: [[Rational?]]) throws -> String? {
      try field {
        $0.model = try DeepLinearModel(widths: [2, 3])
        $0.likelihood = .categorical
        $0.targets = Matrix(rows: rows)
      }
    }
    #expect(try targets([[1, 0, 0], [0, 0, 1]]) == nil)
    #expect(try targets([[1, 0, 0], [0, 0, 0]]) == "data.targets[1]")
    #expect(try targets([[1, 1, 0], [0, 0, 1]]) == "data.targets[0]")
    #expect(try targets([[Rational(1, 2), Rational(1, 2), 0], [0, 0, 1]]) == "data.targets[0]")
    #expect(try targets([[1, 0, 0], [1, 0, nil]]) == "data.targets[1]")
    #expect(try targets([[1, 0, 0], [nil, nil, nil]]) == "data.targets[1]")
  }

  @Test func flows() throws {
    func measure(_ measure: FisherMeasure, _ likelihood: Likelihood = .gaussian, damping: Rational = 0) throws
      -> String?
    {
      try field {
        $0.likelihood = likelihood
        $0.flow = .naturalGradient(measure, damping: damping)
      }
    }
    #expect(try measure(.trainingInputs, damping: Rational(-1, 10)) == "flow.damping")
    #expect(try measure(.inputs(Matrix(rows: [[1, 2, 3]]), weights: [1])) == "flow.fisher.inputs")
    #expect(
      try measure(.inputs(Matrix(rows: 0, columns: 2, elements: []), weights: [])) == "flow.fisher.inputs")
    for weights: [Rational] in [[], [1], [1, 2, 3], [1, 0], [1, -1]] {
      #expect(
        try measure(.inputs(Matrix(rows: [[1, 2], [3, 4]]), weights: weights)) == "flow.fisher.weights")
    }
    #expect(try measure(.inputs(Matrix(rows: [[1, 2], [3, 4]]), weights: [1, Rational(1, 9)])) == nil)
    let moment = Matrix<Rational>(rows: [[2, 1], [1, 3]])
    #expect(try measure(.secondMoment(moment)) == nil)
    let wrong: [Matrix<Rational>] = [
      Matrix(rows: [[2]]), Matrix(rows: [[2, 1, 0], [1, 3, 0]]), Matrix(rows: [[2, 1], [0, 3]]),
      Matrix(rows: [[1, 1], [1, 1]]), Matrix(rows: [[1, 2], [2, 1]]), Matrix(rows: [[0, 0], [0, 0]]),
      Matrix(rows: [[-1, 0], [0, -1]]),
    ]
    for moment in wrong {
      #expect(try measure(.secondMoment(moment)) == "flow.fisher.secondMoment", "\(moment)")
    }
    #expect(try measure(.secondMoment(moment), .bernoulli) == "flow.fisher.secondMoment")
    #expect(
      try field {
        $0.model = try MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh)
        $0.likelihood = .gaussian
        $0.flow = .naturalGradient(.secondMoment(moment))
      } == "flow.fisher.secondMoment")
  }

  @Test func times() throws {
    for wrong: [Rational] in [[], [-1], [-1, 0], [0, 2, 1], [0, 1, 1]] {
      #expect(try field { $0.times = wrong } == "times", "\(wrong)")
    }
    let problem = try Parts().problem()
    #expect(try problem.at([Rational(1, 3)]).times == [Rational(1, 3)])
    #expect(throws: ProblemError.self) { try problem.at([2, 1]) }
  }

  @Test func models() {
    for widths in [[], [3], [3, 0], [0, 1], [2, -1, 1]] {
      #expect(throws: ModelError.self) { try DeepLinearModel(widths: widths) }
      #expect(throws: ModelError.self) { try MultilayerPerceptron(widths: widths, activation: .tanh) }
    }
    #expect(throws: ModelError.self) { try DiagonalModel(inputCount: 0, form: .product, depth: 2) }
    #expect(throws: ModelError.self) { try DiagonalModel(inputCount: 2, form: .difference, depth: 0) }
  }
}
