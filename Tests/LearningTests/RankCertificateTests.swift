import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// Certified ranks against exact ones.
@Suite struct RankCertificateTests {
  private func certificate(
    _ model: any Model, _ parameters: [Matrix<Rational>], _ inputs: Matrix<Rational>,
    _ likelihood: Likelihood = .gaussian
  ) throws -> RankCertificate {
    try RankCertificate(
      model: model, parameters: parameters,
      points: OutputPoints(inputs: inputs, model: model, likelihood: likelihood))
  }

  private func status(
    _ model: any Model, _ parameters: [Matrix<Rational>], _ inputs: Matrix<Rational>
  ) throws -> Condition.Status {
    try RankCertificate.condition(
      "rank", model: model, parameters: parameters,
      points: OutputPoints(inputs: inputs, model: model, likelihood: .gaussian)
    ).status
  }

  /// The Jacobian of a deep linear model, exactly: ∂f_k/∂W_l = (row k of W_L ⋯ W_{l+1}) ⊗ (W_{l-1} ⋯ W_1 x).
  private func jacobian(
    _ parameters: [Matrix<Rational>], _ inputs: Matrix<Rational>
  ) -> Matrix<Rational> {
    let K = parameters[parameters.count - 1].rows
    let rows = (0..<inputs.rows).flatMap { n in
      (0..<K).map { k in
        parameters.indices.flatMap { layer -> [Rational] in
          let below = parameters[..<layer].reduce(Matrix(column: inputs.row(n))) { $1 * $0 }.elements
          let above = parameters[(layer + 1)...].reversed()
            .reduce(Matrix(rows: [Matrix<Rational>.identity(K).row(k)])) { $0 * $1 }.elements
          return above.flatMap { a in below.map { a * $0 } }
        }
      }
    }
    return Matrix(rows: rows)
  }

  /// Small integers, zero among them, so that ranks are lost in many ways.
  private func sparse(_ rows: Int, _ columns: Int, _ random: inout SeededRationals) -> Matrix<Rational> {
    let rank = random.integer(0...min(rows, columns))
    func factor(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
      Matrix(rows: rows, columns: columns) { _, _ in
        Rational(random.integer(-2...2), random.integer(1...3))
      }
    }
    if rank == 0 { return Matrix(rows: rows, columns: columns, repeating: 0) }
    return factor(rows, rank) * factor(rank, columns)
  }

  /// Deep linear models of random, often deficient, weights at random, often dependent, inputs: never more
  /// rows than the rank, and in fact as many; the rows found are independent exactly.
  @Test(arguments: [[3, 1], [2, 2], [3, 2, 1], [2, 1, 2], [2, 3, 2], [3, 1, 1, 2], [2, 2, 2, 2]])
  func rankOfDeepLinearModels(widths: [Int]) throws {
    let model = try DeepLinearModel(widths: widths)
    var deficient = 0
    for seed in 0..<(25 * trialMultiplier) {
      var random = SeededRationals(seed: seed)
      let parameters = model.parameterShapes.map { sparse($0.rows, $0.columns, &random) }
      let inputs = sparse(random.integer(1...4), model.inputCount, &random)
      let exact = jacobian(parameters, inputs)
      let rank = exact.rank()
      let found = try certificate(model, parameters, inputs)
      let name = "widths \(widths), seed \(seed): found \(found.rows) for rank \(rank) of \(exact.rows)"
      #expect(found.rows.count == rank, "\(name)")
      #expect(Matrix(rows: found.rows.map { exact.row($0) }).rank() == found.rows.count, "\(name)")
      #expect(found.isCertified && found.rows == found.rows.sorted(), "\(name)")
      let status = try status(model, parameters, inputs)
      if rank < exact.rows {
        deficient += 1
        #expect(status == .violated, "\(name)")
      } else {
        #expect(status == (model.depth == 1 ? .certified : .monitored), "\(name)")
      }
    }
    #expect(deficient >= 10 * trialMultiplier)
  }

  /// However small a deviation from dependence is, it is full rank; nothing is not.
  @Test(arguments: [20, 100, 1000]) func nearlyDependentIsIndependent(exponent: Int) throws {
    let tiny = try Rational(10).power(-exponent)
    let model = try DeepLinearModel(widths: [2, 1])
    let close = try certificate(model, [Matrix(rows: [[0, 0]])], Matrix(rows: [[1, 1], [1, 1 + tiny]]))
    #expect(close.rows == [0, 1] && close.isCertified)
    let same = try certificate(model, [Matrix(rows: [[0, 0]])], Matrix(rows: [[1, 1], [3, 3]]))
    #expect(same.rows.count == 1 && same.upperBound == 1 && same.isCertified)
  }

  @Test(arguments: MultilayerPerceptron.Activation.allCases, 1...6)
  func duplicatedInputsCountOnce(activation: MultilayerPerceptron.Activation, seed: Int) throws {
    var random = SeededRationals(seed: seed)
    let model = try MultilayerPerceptron(widths: [2, 5, 2], activation: activation)
    let distinct = random.matrix(3, 2)
    let rows = [0, 1, 0, 2, 1].map { distinct.row($0) }
    let parameters = model.parameterShapes.map { random.matrix($0.rows, $0.columns) }
    let found = try certificate(model, parameters, Matrix(rows: rows))
    #expect(found.rows.count == 6, "seed \(seed): \(found.rows)")
    #expect(!found.isCertified)
    #expect(try status(model, parameters, Matrix(rows: rows)) == .undecided)
    // Each class contrast once: (3 - 1) for each distinct input if K = 3.
    let three = try MultilayerPerceptron(widths: [2, 6, 3], activation: activation)
    let contrasts = try certificate(
      three, three.parameterShapes.map { random.matrix($0.rows, $0.columns) }, Matrix(rows: rows),
      .categorical)
    #expect(contrasts.rows.count == 6, "seed \(seed): \(contrasts.rows)")
  }

  /// f = Σ a_i tanh(w_i x) with equal neurons: the gradients span (tanh(w x), a x tanh'(w x)) only.
  @Test(arguments: 1...8) func equalNeuronsGiveRankTwo(seed: Int) throws {
    var random = SeededRationals(seed: seed)
    let model = try MultilayerPerceptron(widths: [1, 3, 1], activation: .tanh, hasBias: false)
    let (w, a) = (random.next(), random.next())
    let found = try certificate(
      model, [Matrix(column: [w, w, w]), Matrix(rows: [[a, a, a]])], Matrix(column: [1, 2, 3, 4, 5]))
    #expect(found.rows.count == 2 && found.isCertified, "w = \(w), a = \(a): \(found.rows)")
  }

  @Test func fewParametersViolateTheCondition() throws {
    let model = try MultilayerPerceptron(widths: [1, 1, 1], activation: .tanh, hasBias: false)
    let parameters: [Matrix<Rational>] = [Matrix(rows: [[1]]), Matrix(rows: [[2]])]
    let inputs = Matrix<Rational>(column: [1, 2, 3])
    let found = try certificate(model, parameters, inputs)
    #expect(found.upperBound == 2 && found.rows.count == 2)
    #expect(try status(model, parameters, inputs) == .violated)
  }

  @Test func zeroWeightsHaveRankZero() throws {
    let model = try DeepLinearModel(widths: [2, 2, 1])
    let zeros = model.parameterShapes.map {
      Matrix<Rational>(rows: $0.rows, columns: $0.columns, repeating: 0)
    }
    let found = try certificate(model, zeros, .identity(2))
    #expect(found.rows.isEmpty && found.isCertified)
    #expect(try status(model, zeros, .identity(2)) == .violated)
  }

  /// A rank that is lower at the start than nearby has no flow to integrate; the flow would depend on the order of
  /// the samples.
  @Test func rankThatGrowsAtOnceIsRefused() throws {
    let model = try DeepLinearModel(widths: [2, 1, 1])
    for second in [Rational(1), try Rational(10).power(-9)] {
      let problem = try Problem(
        model: model,
        data: Dataset(inputs: Matrix(rows: [[1, 0], [1, second]]), targets: Matrix(column: [1, 2])),
        likelihood: .gaussian, flow: .naturalGradient(.trainingInputs),
        initial: [Matrix(rows: [[1, 1]]), Matrix(rows: [[0]])], times: [1])
      #expect(throws: ProblemError.self) { try problem.vectorField() }
    }
  }
}
