import Learning
import Multiprecision
import Testing

@testable import Claims

/// The power of the comparison: integrated flows against wrong variants of each law, all of which must be
/// refuted; the right one must hold.
@Suite struct MutationTests {
  private static let settings = CheckSettings(digits: 20)
  private static let precision = settings.precision

  /// A formula for one number from its start, its target and the time.
  typealias Formula = @Sendable (_ start: Ball, _ target: Rational, _ time: Ball) -> Ball

  private static func ball(_ value: Rational) -> Ball { Ball(value, precision: precision) }
  private static let tiny: Rational = (try? Rational(10).power(-15)) ?? 0

  /// Means that relax, μ = y + (μ₀ - y) e^-t, and what it is not.
  private static let relaxations: [(name: String, formula: Formula)] = [
    ("the law", { m, y, t in ball(y) + (m - y) * .exp(-t) }),
    ("rate 2", { m, y, t in ball(y) + (m - y) * .exp(-(2 * t)) }),
    ("rate 1/2", { m, y, t in ball(y) + (m - y) * .exp(-(Rational(1, 2) * t)) }),
    ("rate 1 + 1e-15", { m, y, t in ball(y) + (m - y) * .exp(-((1 + tiny) * t)) }),
    ("growth", { m, y, t in ball(y) + (m - y) * .exp(t) }),
    ("no target", { m, _, t in m * .exp(-t) }),
    ("target's sign", { m, y, t in ball(-y) + (m + y) * .exp(-t) }),
    ("start's sign", { m, y, t in ball(y) - (m - y) * .exp(-t) }),
    ("factor 2", { m, y, t in ball(y) + 2 * ((m - y) * .exp(-t)) }),
    ("target off by 1e-15", { m, y, t in ball(y + tiny) + (m - y) * .exp(-t) }),
    ("rational decay", { m, y, t in ball(y) + (m - y) / (1 + t) }),
    ("at once", { _, y, _ in ball(y) }),
    ("never", { m, _, _ in m }),
  ]

  /// Logits of labels 0 and 1: m = t + softplus(m₀) + log(1 - e^-t σ(-m₀)) for the margin.
  private static let margins: [(name: String, formula: @Sendable (_ margin: Ball, _ time: Ball) -> Ball)] = [
    ("the law", { m, t in t + .softplus(m) + .log(onePlus: -(.exp(-t) * .logistic(-m))) }),
    ("exponential loss", { m, t in m + t }),
    ("no softplus", { m, t in t + m + .log(onePlus: -(.exp(-t) * .logistic(-m))) }),
    ("no logarithm", { m, t in t + .softplus(m) }),
    ("wrong probability", { m, t in t + .softplus(m) + .log(onePlus: -(.exp(-t) * .logistic(m))) }),
    ("softplus of -m", { m, t in t + .softplus(-m) + .log(onePlus: -(.exp(-t) * .logistic(-m))) }),
    (
      "rate 2 in the logarithm",
      { m, t in t + .softplus(m) + .log(onePlus: -(.exp(-(2 * t)) * .logistic(-m))) }
    ),
    ("rate 2", { m, t in 2 * t + .softplus(m) + .log(onePlus: -(.exp(-(2 * t)) * .logistic(-m))) }),
    (
      "time off by 1e-15",
      { m, t in t + .softplus(m) + .log(onePlus: -(.exp(-t) * .logistic(-m))) + tiny * t }
    ),
    ("logarithmic time", { m, t in .log(.exp(m) + t) }),
    ("squared loss", { m, t in 1 + (m - 1) * .exp(-t) }),
  ]

  private func problem(
    _ model: any Model, _ likelihood: Likelihood, inputs: Matrix<Rational>, targets: [Rational?],
    measure: FisherMeasure = .trainingInputs
  ) throws -> Problem {
    try Problem(
      model: model, data: Dataset(inputs: inputs, targets: Matrix(column: targets)), likelihood: likelihood,
      flow: .naturalGradient(measure),
      initial: InitialParameters.seeded(seed: 9, scale: 1).matrices(for: model),
      times: [0, Rational(1, 3), 2])
  }

  /// Compares a measurement over all times with a formula from the entries at time 0.
  private func verdict(
    _ observed: Measurement, _ problem: Problem, targets: [Rational], _ formula: Formula
  ) -> Verdict {
    let count = targets.count
    let predicted = observed.map { index, _ in
      observed.entries[index % count].ball.map {
        formula($0, targets[index % count], Ball(problem.times[index / count], precision: Self.precision))
      }
    }
    return Measurement.compare(observed, predicted, digits: Self.settings.digits)
  }

  /// The law holds and every other line of the table is refuted; how many were.
  private func refuted(_ verdicts: [(name: String, verdict: Verdict)], _ what: String) -> Int {
    #expect(verdicts[0].verdict.holds, "\(what): \(verdicts[0].verdict)")
    for (name, verdict) in verdicts.dropFirst() {
      #expect(verdict.isRefuted, "\(what), \(name): \(verdict.name), \(verdict.detail)")
    }
    return verdicts.dropFirst().count { $0.verdict.isRefuted }
  }

  @Test(arguments: [Likelihood.gaussian, .bernoulli, .poisson])
  func meansOfTheOnSampleLaw(likelihood: Likelihood) throws {
    let targets: [Rational] = likelihood == .bernoulli ? [1, 0, 1] : [2, 0, 1]
    let inputs = Matrix<Rational>(rows: [[1, 2], [-1, 1], [Rational(1, 2), -1]])
    for model: any Model in [
      try MultilayerPerceptron(widths: [2, 4, 1], activation: .tanh),
      try MultilayerPerceptron(widths: [2, 3, 3, 1], activation: .logistic),
    ] {
      let problem = try problem(model, likelihood, inputs: inputs, targets: targets)
      let observed = try Solution(problem, Self.settings).measure(.means)
      let verdicts = Self.relaxations.map {
        ($0.name, verdict(observed, problem, targets: targets, $0.formula))
      }
      #expect(refuted(verdicts, "\(model), \(likelihood)") == 12)
    }
  }

  @Test func marginsOfTheOnSampleLaw() throws {
    let targets: [Rational] = [1, 0]
    let inputs = Matrix<Rational>(rows: [[1, 2, 0], [-1, 1, 3]])
    for model: any Model in [
      try DeepLinearModel(widths: [3, 2, 1]), try DiagonalModel(inputCount: 3, form: .product, depth: 2),
    ] {
      let problem = try problem(model, .bernoulli, inputs: inputs, targets: targets)
      let observed = try Solution(problem, Self.settings).measure(.outputs)
      let verdicts = Self.margins.map { name, margin in
        (
          name,
          verdict(observed, problem, targets: targets) { f, y, t in y == 1 ? margin(f, t) : -margin(-f, t) }
        )
      }
      #expect(refuted(verdicts, "\(model)") == 10)
    }
  }

  /// A law that is wrong for one sample of many, or for one label only, is found.
  @Test func oneWrongEntryIsEnough() throws {
    let targets: [Rational] = [1, 0]
    let problem = try problem(
      DeepLinearModel(widths: [3, 2, 1]), .bernoulli, inputs: Matrix(rows: [[1, 2, 0], [-1, 1, 3]]),
      targets: targets)
    let observed = try Solution(problem, Self.settings).measure(.outputs)
    let law = Self.margins[0].formula
    let onlyOnes = verdict(observed, problem, targets: targets) { f, y, t in y == 1 ? law(f, t) : law(-f, t) }
    #expect(onlyOnes.isRefuted)
    for place in observed.entries.indices {
      let changed = observed.map { $0 == place ? $1 + Self.tiny : $1 }
      let found = Measurement.compare(observed, changed, digits: 20)
      #expect(found.isRefuted, "entry \(place): \(found)")
    }
  }

  @Test func factorisationAndCompletion() throws {
    let model = try DeepLinearModel(widths: [2, 3, 2])
    let matrix = Matrix<Rational?>(rows: [[3, nil], [-1, 2]])
    let problem = try Problem(
      model: model, data: Dataset(matrix: matrix), likelihood: .gaussian, flow: .naturalGradient(.allEntries),
      initial: InitialParameters.seeded(seed: 9, scale: 1).matrices(for: model),
      times: [0, Rational(1, 3), 2])
    let observed = try Solution(problem, Self.settings).measure(.endToEnd)
    let start = problem.model.exactEndToEndMatrix(problem.initial)
    // The target of what is unobserved is its start: it never moves.
    let targets = zip(matrix.elements, start.elements).map { $0 ?? $1 }
    let verdicts = Self.relaxations.map {
      ($0.name, verdict(observed, problem, targets: targets, $0.formula))
    }
    #expect(refuted(verdicts, "completion") == 12)
    // That it relaxes to 0, or to the row's other entry, is refuted.
    for wrong: Rational in [0, 3] {
      let moved = verdict(
        observed, problem, targets: [3, wrong, -1, 2], Self.relaxations[0].formula)
      #expect(moved.isRefuted)
    }
  }
}

private func * (factor: Int, ball: Ball) -> Ball { Ball(factor, precision: ball.precision) * ball }
private func + (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) + right }
