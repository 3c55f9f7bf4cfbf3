import Learning
import Multiprecision
import Testing

@testable import Claims

/// Wrong variants of the laws of T2 and T4 for the weights of the linear model, all to be refuted.
@Suite struct VectorMutationTests {
  private static let settings = CheckSettings(digits: 20)
  private static let precision = settings.precision

  private func problem(inputs: [[Rational]], targets: [Rational?], start: [Rational], times: [Rational])
    throws
    -> Problem
  {
    try Problem(
      model: DeepLinearModel(widths: [start.count, 1]),
      data: Dataset(inputs: Matrix(rows: inputs), targets: Matrix(column: targets)), likelihood: .bernoulli,
      flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [start])], times: times)
  }

  private func vector(_ values: [Rational]) -> BallVector { BallVector(values, precision: Self.precision) }

  /// β(t) = t X⁺y + (1 - X⁺X) β(0) + X⁺(y ∘ softplus(m(0))) up to e^-t, against the integrated flow's law at a
  /// late time, where the law itself was held against the flow by the catalogue.
  @Test func lateWeightsOfTheLinearModel() throws {
    let inputs: [[Rational]] = [[1, 2, 0, 1], [0, 1, -1, 3]]
    let start: [Rational] = [1, -1, Rational(1, 2), 2]
    let problem = try problem(inputs: inputs, targets: [1, 0], start: start, times: [0])
    let law = try problem.law(LinearModelLaw.self)
    let time: Rational = 300
    let observed = try BallVector(
      #require(law.values(at: time, precision: Self.precision).endToEnd).elements
    ).measurement("β")
    let (x, inverse) = (Matrix(rows: inputs), Matrix(rows: inputs).moorePenroseInverse())
    let labels: [Rational] = [1, -1]
    let direction = (inverse * Matrix(column: labels)).elements
    let column = Matrix(column: start)
    let inside = (inverse * (x * column)).elements
    let outside = zip(start, inside).map { $0 - $1 }
    func pushed(_ f: (Ball) -> Ball) -> BallVector {
      let margins = zip(labels, (x * column).elements).map { Ball($0 * $1, precision: Self.precision) }
      let moves = zip(labels, margins).map { Ball($0, precision: Self.precision) * f($1) }
      return BallVector(
        (inverse.map { Ball($0, precision: Self.precision) } * Matrix(column: moves)).elements)
    }
    let t = Ball(time, precision: Self.precision)
    let variants: [(String, BallVector)] = [
      ("the law", t * vector(direction) + vector(outside) + pushed { .softplus($0) }),
      ("no softplus", t * vector(direction) + vector(outside)),
      ("softplus of -m", t * vector(direction) + vector(outside) + pushed { .softplus(-$0) }),
      ("softplus's sign", t * vector(direction) + vector(outside) - pushed { .softplus($0) }),
      ("all of β(0)", t * vector(direction) + vector(start) + pushed { .softplus($0) }),
      ("nothing of β(0)", t * vector(direction) + pushed { .softplus($0) }),
      ("log t", .log(t) * vector(direction) + vector(outside) + pushed { .softplus($0) }),
      ("2t", (2 * t) * vector(direction) + vector(outside) + pushed { .softplus($0) }),
      ("opposite", -t * vector(direction) + vector(outside) + pushed { .softplus($0) }),
      (
        "Xᵀy",
        t * vector((x.transposed() * Matrix(column: labels)).elements) + vector(outside)
          + pushed { .softplus($0) }
      ),
    ]
    check(observed, variants)
  }

  /// β(t) = t b* + c with z_n·c = -log α_n, against the certified zero of the gradient law.
  @Test(arguments: LimitProgrammeTests.examples) func limitOfNewtonsFlow(example: LimitProgrammeTests.Example)
    throws
  {
    let problem = try problem(
      inputs: example.rows, targets: [1, 1, 1], start: [Rational(1, 3), Rational(-1, 5)], times: [0])
    let law = try problem.law(GradientLaw.self)
    let expansion = try LimitExpansion(problem, precision: Self.precision)
    let time = Ball(expansion.time, precision: Self.precision)
    let observed = BallVector(
      try law.endToEnd(at: expansion.time, precision: Self.precision).elements
    ).measurement("β")
    let (b, c) = (vector(expansion.solution), BallVector(expansion.offset.elements))
    let zero = vector([0, 0])
    check(
      observed,
      [
        ("the law", time * b + c), ("no offset", time * b + zero), ("offset's sign", time * b - c),
        ("twice the offset", time * b + c + c), ("2t", (2 * time) * b + c), ("opposite", -time * b + c),
        ("swapped", time * BallVector(b.entries.reversed()) + c),
        ("t + 1e-15", (time + Rational(1, 1_000_000_000_000_000)) * b + c),
        ("gradient flow's log t", .log(time) * b + c),
      ])
  }

  private func check(_ observed: Measurement, _ variants: [(String, BallVector)]) {
    let verdicts = variants.map { name, vector in
      (name, Measurement.compare(observed, vector.measurement("β"), digits: Self.settings.digits))
    }
    #expect(verdicts[0].1.holds, "\(verdicts[0])")
    for (name, verdict) in verdicts.dropFirst() {
      #expect(verdict.isRefuted, "\(name): \(verdict.name), \(verdict.detail)")
      if case .refuted(let witness) = verdict { #expect(witness.isRigorous) }
    }
  }
}

private func * (factor: Int, ball: Ball) -> Ball { Ball(factor, precision: ball.precision) * ball }
