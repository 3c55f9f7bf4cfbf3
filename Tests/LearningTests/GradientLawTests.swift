import Multiprecision
import Testing

@testable import Learning

/// Newton's flow: the certified zero of e^t ∇L(β) - ∇L(β(0)), and the least-squares law.
@Suite struct GradientLawTests {
  /// Logistic regression on labels from a teacher, some of them changed so that no line separates them.
  static func logistic(seed: Int, isSeparable: Bool, dimension d: Int = 2) throws -> GradientLaw {
    var random = SeededRationals(seed: seed)
    let teacher = random.matrix(d, 1)
    var rows: [[Rational]] = []
    while rows.count < 3 * d {
      let row = random.matrix(1, d)
      if (row * teacher)[0, 0].magnitude > Rational(1, 2) { rows.append(row.elements) }
    }
    var labels: [Rational] = rows.map { (Matrix(rows: [$0]) * teacher)[0, 0].signum() > 0 ? 1 : 0 }
    if !isSeparable {
      // Every input a second time with the other label, and one that tips the balance.
      labels += labels.map { 1 - $0 } + [1]
      rows += rows + [rows[0]]
    }
    let problem = try Problem(
      model: DeepLinearModel(widths: [d, 1]),
      data: Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: labels)),
      likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs), initial: [random.matrix(1, d)],
      times: [1])
    return try #require(problem.closedForms().compactMap { $0 as? GradientLaw }.first)
  }

  /// ∇L(β) = Σ (σ(x·β) - y) x, sample by sample; d × 1.
  private func gradient(_ law: GradientLaw, _ beta: Matrix<Ball>) -> Matrix<Ball> {
    let precision = beta[0, 0].precision
    let x = Matrix<Ball>(law.problem.data.inputs, precision: precision)
    let outputs = x * beta.transposed()
    let errors = Matrix<Ball>(rows: x.rows, columns: 1) { n, _ in
      law.problem.data.targets[n, 0] == 1 ? -Ball.logistic(-outputs[n, 0]) : Ball.logistic(outputs[n, 0])
    }
    return x.transposed() * errors
  }

  /// In the ball, e^t ∇L(β) and ∇L(β(0)) overlap; a zero of thrice the precision lies in it.
  @Test(arguments: [true, false], 1...4) func ballContainsTheZero(isSeparable: Bool, seed: Int) throws {
    let law = try Self.logistic(seed: seed, isSeparable: isSeparable, dimension: 2 + seed % 2)
    for time in [Rational(1, 1000), Rational(1, 3), 2, 12] {
      let rough = try law.endToEnd(at: time, precision: 128)
      let fine = try law.endToEnd(at: time, precision: 384)
      let name = "separable: \(isSeparable), seed \(seed), t = \(time)"
      for (a, b) in zip(rough.elements, fine.elements) {
        #expect(a.contains(b), "\(name): \(a) against \(b)")
        #expect(a.log10RelativeRadius < -28 && b.log10RelativeRadius < -100, "\(name): \(a), \(b)")
      }
      let start = try law.initialEndToEnd(precision: 384)
      let growth = Ball.exp(Ball(time, precision: 384))
      let now = gradient(law, fine).map { growth * $0 }
      #expect(agree(now, gradient(law, start), digits: 95), "\(name)")
    }
  }

  /// A zero that is proved does not depend on where the search starts; a bad start may only find nothing.
  @Test func guessDecidesNothing() throws {
    let law = try Self.logistic(seed: 3, isSeparable: true)
    let followed = try law.endToEnd(at: 5, precision: 192)
    let beside = followed.map { $0.midpointBall(precision: 192) + Ball(Rational(1, 100), precision: 192) }
    let guessed = try law.endToEnd(at: 5, precision: 192, near: beside)
    #expect(agree(followed, guessed, digits: 50))
    let far = followed.map { $0 + Ball(1_000_000, precision: 192) }
    if let found = try? law.endToEnd(at: 5, precision: 192, near: far) {
      #expect(agree(followed, found, digits: 50))
    }
  }

  @Test(arguments: 1...4) func startAndRestart(seed: Int) throws {
    let law = try Self.logistic(seed: seed, isSeparable: seed % 2 == 0)
    let start = try law.initialEndToEnd(precision: 256)
    let atZero = try law.endToEnd(at: 0, precision: 256)
    for (ball, value) in zip(atZero.elements, law.problem.initial[0].elements) {
      #expect(ball.contains(value) && ball.log10Radius < -70)
    }
    func flow(_ start: Matrix<Ball>, _ time: Rational) throws -> Matrix<Ball> {
      try NewtonFlowZero(groups: law.groups, likelihood: .bernoulli, start: start, precision: 256)
        .solution(at: time)
    }
    let (first, second) = (Rational(2, 3), Rational(7, 2))
    #expect(agree(try flow(flow(start, first), second), try flow(start, first + second), digits: 60))
  }

  /// On separable data β(2t) - β(t) = t b* up to e^-δt, at any t; margins then are t + O(1).
  @Test(arguments: [10_000, 1_000_000]) func hugeTimes(time: Int) throws {
    for seed in 1...3 {
      let law = try Self.logistic(seed: seed, isSeparable: true)
      let found = try law.endToEnd(at: Rational(time), precision: 192)
      #expect(found.elements.allSatisfy { $0.log10RelativeRadius < -48 }, "seed \(seed): \(found)")
      let margins = zip(
        (Matrix<Ball>(law.problem.data.inputs, precision: 192) * found.transposed()).elements,
        law.problem.data.targets.elements
      ).map { $1 == 1 ? $0.doubleValue : -$0.doubleValue }.sorted()
      // d = 2 active constraints, and the others no smaller.
      for margin in margins.prefix(2) { #expect(abs(margin - Double(time)) < 100, "\(margins)") }
    }
  }

  /// Not separable: β → MLE, and e^t (β - MLE) → -H(MLE)⁻¹ g with an error of order e^-t.
  @Test(arguments: 1...3) func tendsToTheMaximumLikelihood(seed: Int) throws {
    let precision = 1024
    let law = try Self.logistic(seed: seed, isSeparable: false)
    // e^-600 is beyond the digits: this is the MLE, where the gradient vanishes.
    let estimate = try law.endToEnd(at: 600, precision: precision)
    #expect(gradient(law, estimate).elements.allSatisfy { $0.log10UpperMagnitude < -250 })
    let x = Matrix<Ball>(law.problem.data.inputs, precision: precision)
    let outputs = (x * estimate.transposed()).elements
    let weighted = Matrix<Ball>(rows: x.rows, columns: x.columns) { n, i in
      x[n, i] * .logistic(outputs[n]) * .logistic(-outputs[n])
    }
    let hessian = x.transposed() * weighted
    let start = try law.initialEndToEnd(precision: precision)
    let limit = try Ball.solve(hessian, gradient(law, start)).map { -$0 }
    func error(_ time: Int) throws -> Double {
      let moved = try law.endToEnd(at: Rational(time), precision: precision) - estimate
      let growth = Ball.exp(Ball(time, precision: precision))
      let rest = moved.transposed().map { growth * $0 }
      // The Newton flow has velocity -H⁻¹ e^-t g, so β - MLE = e^-t H⁻¹ g at leading order.
      return (rest + limit).elements.map(\.log10UpperMagnitude).max() ?? .infinity
    }
    let errors = try [40, 60, 80].map(error)
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      #expect(abs((coarse - fine) / (20 * 0.434_294_481_9) - 1) < 1e-6, "seed \(seed): \(errors)")
    }
  }

  @Test func dependentInputsViolateTheCondition() throws {
    for likelihood in [Likelihood.gaussian, .bernoulli] {
      let problem = try Problem(
        model: DeepLinearModel(widths: [2, 1]),
        data: Dataset(
          inputs: Matrix(rows: [[1, 2], [2, 4], [-1, -2]]), targets: Matrix(column: [1, 0, 1])),
        likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [[1, 1]])],
        times: [1])
      let law = try #require(problem.closedForms().compactMap { $0 as? GradientLaw }.first)
      #expect(law.conditions.map(\.status) == [.violated, .certified])
      #expect(throws: LinearAlgebraError.self) { try law.values(at: 1, precision: 128) }
    }
  }

  /// Gaussian: W(t) = W* + (W(0) - W*) e^-t with conflicting duplicates and two outputs.
  @Test func leastSquaresLaw() throws {
    let rows: [[Rational]] = [[1, 0], [1, 0], [0, 1], [1, 1]]
    let problem = try Problem(
      model: DeepLinearModel(widths: [2, 2]),
      data: Dataset(
        inputs: Matrix(rows: rows), targets: Matrix(rows: [[1, 0], [3, 0], [0, 6], [1, 2]])),
      likelihood: .gaussian, flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: [[1, -1], [Rational(1, 2), 5]])], times: [1])
    let law = try #require(problem.closedForms().compactMap { $0 as? GradientLaw }.first)
    // Normal equations [[3, 1], [1, 2]] W*ᵀ = [[5, 2], [1, 8]].
    let limit = Matrix<Rational>(rows: [
      [Rational(9, 5), Rational(-2, 5)], [Rational(-4, 5), Rational(22, 5)],
    ])
    #expect(try law.leastSquares() == limit)
    for time in [Rational(0), Rational(1, 3), 10_000, 1_000_000] {
      let decay = Ball.exp(Ball(-time, precision: 1024))
      let expected = Matrix<Ball>(rows: 2, columns: 2) { i, j in
        Ball(limit[i, j], precision: 1024) + Ball(problem.initial[0][i, j] - limit[i, j], precision: 1024)
          * decay
      }
      #expect(agree(try law.endToEnd(at: time, precision: 256), expected, digits: 74), "t = \(time)")
    }
  }
}
