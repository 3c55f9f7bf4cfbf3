import ComputationGraph
import Integrators
import Multiprecision
import Testing

@testable import Learning

/// Natural gradient flow on separable data, where margins grow without end: nothing cancels.
@Suite struct LargeMarginTests {
  /// Samples on the right side of a random hyperplane, of features of the given scales; one-hot or 0 and 1.
  static func separable(
    _ count: Int, _ dimension: Int, classes: Int = 2, scales: [Rational] = [], seed: Int
  ) throws -> Dataset {
    var random = SeededRationals(seed: seed)
    let rows = classes == 2 ? 1 : classes
    let teacher = random.matrix(rows, dimension)
    let inputs = random.matrix(count, dimension)
    let scores = inputs * teacher.transposed()
    let targets = (0..<count).map { n -> [Rational?] in
      if classes == 2 { return [scores[n, 0].signum() > 0 ? 1 : 0] }
      let label = (0..<classes).max { scores[n, $0] < scores[n, $1] } ?? 0
      return (0..<classes).map { $0 == label ? 1 : 0 }
    }
    let scaled = Matrix<Rational>(rows: count, columns: dimension) { n, i in
      scales.isEmpty ? inputs[n, i] : inputs[n, i] * scales[i % scales.count]
    }
    return try Dataset(inputs: scaled, targets: Matrix(rows: targets))
  }

  static func problem(
    _ data: Dataset, _ likelihood: Likelihood = .bernoulli, model: (any Model)? = nil,
    initial: [Matrix<Rational>]? = nil, times: [Rational]
  ) throws -> Problem {
    let model = try model ?? DeepLinearModel(widths: [data.inputs.columns, data.targets.columns])
    let zero = model.parameterShapes.map {
      Matrix<Rational>(rows: $0.rows, columns: $0.columns, repeating: 0)
    }
    return try Problem(
      model: model, data: data, likelihood: likelihood, flow: .naturalGradient(.trainingInputs),
      initial: initial ?? zero, times: times)
  }

  /// M⁻¹ ∇_β L in balls of so many bits that the textbook's formulas have digits left.
  private func reference(
    _ problem: Problem, _ weights: Matrix<Rational>, precision: Int
  ) throws -> BallMatrix {
    let (d, K) = (problem.model.inputCount, problem.model.outputCount)
    let free = problem.likelihood.freeOutputs(K)
    let zero = Ball(0, precision: precision)
    var fisher = Matrix<Ball>(rows: d * free, columns: d * free, repeating: zero)
    var gradient = Matrix<Ball>(rows: d * free, columns: 1, repeating: zero)
    for n in 0..<problem.data.inputs.rows {
      let x = problem.data.inputs.row(n)
      let outputs = (0..<K).map { k in
        Ball((0..<d).reduce(Rational(0)) { $0 + weights[k, $1] * x[$1] }, precision: precision)
      }
      var means = outputs.map { problem.likelihood == .poisson ? Ball.exp($0) : Ball.logistic($0) }
      if problem.likelihood == .categorical {
        let powers = outputs.map { Ball.exp($0) }
        let total = powers.reduce(zero, +)
        means = powers.map { $0 / total }
      }
      for k in 0..<free {
        for i in 0..<d {
          let error = means[k] - Ball(problem.data.targets[n, k] ?? 0, precision: precision)
          gradient[i * free + k, 0] = gradient[i * free + k, 0] + error * Ball(x[i], precision: precision)
          for l in 0..<free {
            let variance =
              switch problem.likelihood {
              case .bernoulli: k == l ? means[k] - means[k] * means[k] : zero
              case .poisson: k == l ? means[k] : zero
              default: (k == l ? means[k] : zero) - means[k] * means[l]
              }
            for j in 0..<d {
              let product = variance * Ball(x[i] * x[j], precision: precision)
              fisher[i * free + k, j * free + l] = fisher[i * free + k, j * free + l] + product
            }
          }
        }
      }
    }
    return try BallMatrix(fisher, precision: precision).solve(BallMatrix(gradient, precision: precision))
  }

  /// Velocities at weights that put margins of all sizes up to `margin`, some of them on the wrong side.
  @Test(arguments: [1, 40, 300, 1000], [Likelihood.bernoulli, .categorical, .poisson])
  func velocitiesKeepTheirDigits(margin: Int, likelihood: Likelihood) throws {
    for seed in 1...4 {
      let (d, classes) = (1 + seed, likelihood == .categorical ? 3 : 2)
      var data = try Self.separable(d + 4, d, classes: classes, seed: 31 * seed)
      if seed == 4 {
        let scales: [Rational] = [1, 1_000_000, Rational(1, 1_000_000)]
        data = try Self.separable(d + 4, d, classes: classes, scales: scales, seed: 7)
      }
      let problem = try Self.problem(data, likelihood, times: [1])
      var random = SeededRationals(seed: seed)
      let outputs = problem.model.outputCount
      let weights = Matrix<Rational>(rows: outputs, columns: d) { _, i in
        let scale: Rational = seed == 4 ? [1, Rational(1, 1_000_000), 1_000_000][i % 3] : 1
        return random.next() * Rational(margin, 2 * d) * scale
      }
      let state = [Matrix<BigFloat>(weights, precision: 256)]
      let start = try problem.vectorField(route: .endToEnd)
      let field = try start.preferred?(state) ?? start
      let values = try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, state)), precision: 256)[0]
      let direct = try problem.directVelocity(at: state)[0]
      let expected = try reference(problem, weights, precision: 20 * margin + 2000)
      let free = problem.likelihood.freeOutputs(outputs)
      let size = (0..<d * free).map { expected[$0, 0].log10UpperMagnitude }.max() ?? 0
      for found in [values, direct] {
        for k in 0..<free {
          for i in 0..<d {
            let value = Ball(found[k, i]) - (free < outputs ? Ball(found[free, i]) : Ball(0, precision: 256))
            let wanted = -expected[i * free + k, 0]
            let error = (value - wanted).log10UpperMagnitude - max(0, size)
            #expect(error < -50, "\(likelihood) margin \(margin) seed \(seed) entry \(k), \(i): 10^\(error)")
          }
        }
      }
    }
  }

  private static let times: [Rational] = [40, 100, 1000]

  /// Linear problems with more samples than features against their gradient law.
  @Test(arguments: 1...6) func trajectoriesFollowTheGradientLaw(seed: Int) throws {
    let dimension = 1 + (seed - 1) % 4
    let data = try Self.separable(dimension + 1 + seed, dimension, seed: 100 + seed)
    let problem = try Self.problem(data, times: Self.times)
    let law = try #require(try problem.closedForms().compactMap { $0 as? GradientLaw }.first)
    let taylor = try TaylorIntegrator(digits: 30)
      .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
    let certified = try problem.integrateCertified(digits: 20)
    for (index, time) in Self.times.enumerated() {
      let expected = try law.endToEnd(at: time, precision: 192).elements
      for (value, wanted) in zip(taylor.samples[index].state[0].elements, expected) {
        let error = (Ball(value) - wanted).log10UpperMagnitude - max(0, wanted.log10UpperMagnitude)
        #expect(error < -29.5, "seed \(seed) at \(time): 10^\(error)")
      }
      for (value, wanted) in zip(certified.samples[index].state[0].elements, expected) {
        #expect(value.overlaps(wanted), "seed \(seed) at \(time): \(value), \(wanted)")
        #expect(value.log10Radius <= -20 + max(0, wanted.log10UpperMagnitude))
      }
    }
  }

  /// The same flow of β through deeper models, and of contrasts under softmax.
  @Test func parametrisationsAndSoftmaxFollowTheGradientLaw() throws {
    var random = SeededRationals(seed: 5)
    let data = try Self.separable(6, 2, seed: 55)
    let models: [(any Model, Likelihood, Dataset)] = [
      (try DeepLinearModel(widths: [2, 3, 1]), .bernoulli, data),
      (try DiagonalModel(inputCount: 2, form: .difference, depth: 2), .bernoulli, data),
      (try DeepLinearModel(widths: [2, 3]), .categorical, try Self.separable(6, 2, classes: 3, seed: 9)),
    ]
    for (model, likelihood, data) in models {
      let initial = model.parameterShapes.map { random.matrix($0.rows, $0.columns) }
      let problem = try Self.problem(data, likelihood, model: model, initial: initial, times: Self.times)
      let law = try #require(try problem.closedForms().compactMap { $0 as? GradientLaw }.first)
      let taylor = try TaylorIntegrator(digits: 30)
        .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
      for sample in taylor.samples {
        let graph = Graph()
        let parameters = model.parameterVariables(in: graph)
        let observables = try problem.observables(parameters)
        let matrix = try #require(observables.endToEnd)
        let found = try graph.evaluate(
          [matrix], variables: Array(zip(parameters, sample.state)), precision: 256)[0]
        let expected = try law.endToEnd(at: sample.time, precision: 192)
        for (value, wanted) in zip(found.elements, expected.elements) {
          let error = (Ball(value) - wanted).log10UpperMagnitude - max(0, wanted.log10UpperMagnitude)
          #expect(error < -28, "\(model) at \(sample.time): 10^\(error)")
        }
      }
    }
  }

  /// A collinear column, duplicated inputs and features that do not span: the outputs move as in the reduced problem.
  @Test func inputsThatDoNotSpan() throws {
    let inputs = Matrix<Rational>(rows: [[1, 0, 1], [1, 0, 1], [1, 2, 1], [1, 1, 1]])
    let targets = Matrix<Rational?>(rows: [[1], [1], [0], [0]])
    let whole = try Self.problem(Dataset(inputs: inputs, targets: targets), times: Self.times)
    #expect(try NaturalGradient(problem: whole).preferredRoute() == .endToEnd)
    let reduced = Matrix<Rational>(rows: 4, columns: 2) { inputs[$0, $1] }
    let spanning = try Self.problem(Dataset(inputs: reduced, targets: targets), times: Self.times)
    let law = try #require(try spanning.closedForms().compactMap { $0 as? GradientLaw }.first)
    let taylor = try TaylorIntegrator(digits: 30)
      .integrate(whole.vectorField(), from: whole.initial, at: whole.times)
    let certified = try whole.integrateCertified(digits: 20)
    for (index, time) in Self.times.enumerated() {
      let expected = try law.endToEnd(at: time, precision: 192).elements
      let found = taylor.samples[index].state[0].elements
      // Of equal columns the first and last share a weight.
      let values = [found[0] + found[2], found[1]]
      for (value, wanted) in zip(values, expected) {
        #expect((Ball(value) - wanted).log10UpperMagnitude < -26)
      }
      let balls = certified.samples[index].state[0].elements
      #expect((balls[0] + balls[2]).overlaps(expected[0]) && balls[1].overlaps(expected[1]))
    }
  }
}
