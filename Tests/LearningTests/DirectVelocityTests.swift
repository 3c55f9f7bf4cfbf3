import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// The direct velocity against the computation graph's, at random parameters.
@Suite struct DirectVelocityTests {
  private static let digits = 50
  private static let bits = Precision.bits(forDigits: digits)

  private static func models(_ K: Int) throws -> [any Model] {
    var models: [any Model] = [
      try DeepLinearModel(widths: [3, K]), try DeepLinearModel(widths: [3, 4, K]),
      try DeepLinearModel(widths: [3, 3, 2, K]),
    ]
    for activation in MultilayerPerceptron.Activation.allCases {
      models.append(try MultilayerPerceptron(widths: [3, 4, K], activation: activation))
      models.append(try MultilayerPerceptron(widths: [3, 3, 3, K], activation: activation, hasBias: false))
    }
    if K == 1 {
      for depth in 1...3 {
        models.append(try DiagonalModel(inputCount: 3, form: .product, depth: depth))
        models.append(try DiagonalModel(inputCount: 3, form: .difference, depth: depth))
      }
    }
    return models
  }

  /// log10 max |direct - graph| / max(1, |graph|) at the problem's initial parameters.
  private func log10Difference(_ problem: Problem) throws -> Double {
    let field = try problem.vectorField()
    let parameters = problem.initial.map { Matrix<BigFloat>($0, precision: Self.bits) }
    let direct = try problem.directVelocity(at: parameters)
    // The graph's normal equations lose more digits: it gets more.
    let precise = problem.initial.map { Matrix<BigFloat>($0, precision: 2 * Self.bits) }
    let graph = try field.graph.evaluate(
      field.velocity, variables: Array(zip(field.state, precise)), precision: 2 * Self.bits)
    let size = graph.flatMap(\.elements).map(\.log10Magnitude).max() ?? 0
    let differences = zip(direct, graph).flatMap { zip($0.elements, $1.elements).map { $0 - $1 } }
    #expect(differences.count == problem.model.parameterCount)
    return (differences.map { $0.isFinite ? $0.log10Magnitude : .infinity }.max() ?? 0) - max(0, size)
  }

  private func check(_ kind: ProblemKind) throws -> Int {
    let problem: Problem
    do { problem = try kind.problem() } catch is ProblemError { return 0 }
    do {
      let difference = try log10Difference(problem)
      #expect(difference < -45, "\(kind): 10^\(difference)")
    } catch let error as ProblemError where error.field.hasPrefix("flow.") {
      // The graph has no route for this measure; the direct velocity must exist all the same.
      let parameters = problem.initial.map { Matrix<BigFloat>($0, precision: Self.bits) }
      let velocity = try problem.directVelocity(at: parameters)
      #expect(velocity.allSatisfy { $0.elements.allSatisfy(\.isFinite) }, "\(kind)")
      return 0
    } catch {
      Issue.record("\(kind): \(error)")
    }
    return 1
  }

  @Test(arguments: [1, 3], Likelihood.allCases)
  func everyCombination(outputs: Int, likelihood: Likelihood) throws {
    if likelihood == .categorical && outputs == 1 { return }
    var checked = 0
    for (index, model) in try Self.models(outputs).enumerated() {
      for normalisation in Normalisation.allCases {
        for measure in [nil] + ProblemKind.Measure.allCases.map(Optional.some) {
          for damping: Rational in measure == nil ? [0] : [0, Rational(1, 7)] {
            let isSecond = index % 2 == 1
            let kind = ProblemKind(
              model: model, likelihood: likelihood, measure: measure, damping: damping,
              normalisation: normalisation, sampleCount: isSecond ? 2 : 3, hasDuplicate: true,
              hasUnobserved: isSecond, seed: 100 * index + 7)
            checked += try check(kind)
          }
        }
      }
    }
    #expect(checked >= 150)
  }

  /// Fewer parameters than samples, and more samples than the inputs' directions.
  @Test(arguments: 1...6) func fewParameters(seed: Int) throws {
    for likelihood in [Likelihood.gaussian, .bernoulli, .poisson] {
      for model: any Model in [
        try DeepLinearModel(widths: [2, 1, 1]), try DeepLinearModel(widths: [2, 1, 2]),
        try DiagonalModel(inputCount: 2, form: .product, depth: 2),
        try MultilayerPerceptron(widths: [1, 1, 1], activation: .tanh),
      ] {
        for measure in [ProblemKind.Measure.trainingInputs, .otherInputs, .trainingAndOtherInputs] {
          let kind = ProblemKind(
            model: model, likelihood: likelihood, measure: measure, sampleCount: 6, hasDuplicate: true,
            seed: seed)
          #expect(try check(kind) == 1)
        }
      }
    }
  }

  @Test func shapesAreChecked() throws {
    let problem = try ProblemKind(
      model: DeepLinearModel(widths: [2, 1]), likelihood: .gaussian, measure: .trainingInputs
    ).problem()
    #expect(throws: ProblemError.self) { try problem.directVelocity(at: []) }
    #expect(throws: ProblemError.self) {
      try problem.directVelocity(at: [Matrix(rows: 2, columns: 1, repeating: BigFloat(1, precision: 100))])
    }
  }

  @Test func nearlyEqualInputsAreToldApart() throws {
    // Two inputs that differ by 10^-30: as many digits more are worked with as are lost.
    let tiny = try Rational(10).power(-30)
    let problem = try Problem(
      model: DeepLinearModel(widths: [2, 1]),
      data: Dataset(inputs: Matrix(rows: [[1, 1], [1, 1 + tiny]]), targets: Matrix(rows: [[1], [2]])),
      likelihood: .gaussian, flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [[0, 0]])],
      times: [1])
    func velocity(digits: Int) throws -> [Matrix<BigFloat>] {
      let bits = Precision.bits(forDigits: digits)
      return try problem.directVelocity(at: problem.initial.map { Matrix($0, precision: bits) })
    }
    let rough = try velocity(digits: 50)[0]
    #expect((rough[0, 1] - BigFloat(try Rational(10).power(30), precision: 700)).log10Magnitude < 0)
    // W x = y: W = (1 - 10^30, 10^30).
    let precise = try velocity(digits: 200)[0]
    #expect((precise[0, 1] - BigFloat(try Rational(10).power(30), precision: 700)).log10Magnitude < -100)
  }
}
