import Integrators
import Multiprecision
import Testing

@testable import Learning

/// Diagonal models under the training inputs' Fisher matrix.
@Suite struct BregmanLawTests {
  private static let precision = 256
  private static let inputs = Matrix<Rational>(rows: [[1, 2, 0, -1], [0, 1, -1, 3]])

  struct Start: Sendable, CustomTestStringConvertible {
    let form: DiagonalModel.Form
    let depth: Int
    let parameters: [[Rational]]
    var testDescription: String { "\(form.rawValue) of depth \(depth), \(parameters)" }
  }

  /// Mixed signs, a coordinate with one factor zero, and one that does not move.
  private static let starts: [Start] = [
    Start(form: .difference, depth: 1, parameters: [[1, 2, -1, 0], [0, 1, 1, 0]]),
    Start(form: .difference, depth: 2, parameters: [[1, -2, 1, 1], [1, 1, -1, 2]]),
    Start(form: .difference, depth: 2, parameters: [[2, 1, 0, 0], [1, 2, 1, 0]]),
    Start(form: .difference, depth: 3, parameters: [[1, 1, -1, 1], [1, 2, -2, 1]]),
    Start(form: .difference, depth: 4, parameters: [[1, -1, 1, 1], [1, 1, -1, 2]]),
    Start(form: .product, depth: 1, parameters: [[1, 0, -1, 2]]),
    Start(form: .product, depth: 2, parameters: [[1, -1, 2, 0], [0, 2, 1, 1]]),
  ]

  private func problem(
    _ start: Start, _ likelihood: Likelihood = .bernoulli, targets: [Rational?] = [1, 0],
    inputs: Matrix<Rational> = inputs
  ) throws -> Problem {
    try Problem(
      model: DiagonalModel(inputCount: inputs.columns, form: start.form, depth: start.depth),
      data: Dataset(inputs: inputs, targets: Matrix(column: targets)), likelihood: likelihood,
      flow: .naturalGradient(.trainingInputs), initial: start.parameters.map { Matrix(column: $0) },
      times: [0, Rational(1, 2), 1])
  }

  private func law(_ problem: Problem) throws -> BregmanLaw {
    try #require(problem.closedForms().compactMap { $0 as? BregmanLaw }.first)
  }

  @Test(arguments: starts) func trajectoryFollowsTheLaw(start: Start) throws {
    let problem = try problem(start)
    let law = try law(problem)
    #expect(law.conditions.allSatisfy { $0.holds })
    let trajectory = try TaylorIntegrator(digits: 30)
      .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
    for sample in trajectory.samples {
      let expected = try #require(law.values(at: sample.time, precision: Self.precision).endToEnd)
      let state = sample.state.map(\.elements)
      for (i, ball) in expected.elements.enumerated() {
        func power(_ value: BigFloat) -> BigFloat {
          (1..<start.depth).reduce(value) { power, _ in power * value }
        }
        let found =
          start.form == .difference
          ? power(state[0][i]) - power(state[1][i]) : state.dropFirst().reduce(state[0][i]) { $0 * $1[i] }
        #expect((ball - Ball(found)).log10UpperMagnitude < -28, "β[\(i)] at t = \(sample.time)")
      }
    }
  }

  /// At huge times the outputs are still met, and two precisions overlap.
  @Test(arguments: starts) func outputsAreMet(start: Start) throws {
    let law = try law(problem(start))
    for time: Rational in [0, 1, 1_000, 1_000_000_000_000] {
      let (rough, fine) = (
        try law.values(at: time, precision: Self.precision), try law.values(at: time, precision: 400)
      )
      let (beta, outputs) = (try #require(rough.endToEnd), try #require(rough.outputs))
      let met = Self.inputs.map { Ball($0, precision: Self.precision) } * beta.transposed()
      for (a, b) in zip(met.elements, outputs.elements) {
        let difference = a - (try #require(b))
        #expect(difference.containsZero && difference.log10Radius < -50, "t = \(time): \(difference)")
      }
      for (a, b) in zip(beta.elements, try #require(fine.endToEnd).elements) { #expect(a.overlaps(b)) }
    }
  }

  /// Coordinates that take all real values are certified; those that keep their sign are not, and where they cannot
  /// give the outputs nothing is returned.
  @Test func signsDecide() throws {
    let start = Start(form: .difference, depth: 2, parameters: [[1, 2], [0, 0]])
    let inputs = Matrix<Rational>(rows: [[1, 1]])
    let reachable = try law(problem(start, .gaussian, targets: [3], inputs: inputs))
    #expect(reachable.conditions.map { $0.status } == [.certified, .monitored])
    #expect(throws: Never.self) { try reachable.values(at: 20, precision: 128) }
    let negative = try law(problem(start, .gaussian, targets: [-3], inputs: inputs))
    #expect(throws: LinearAlgebraError.undecided) { try negative.values(at: 20, precision: 128) }
    let both = Start(form: .difference, depth: 2, parameters: [[1, 2], [1, 1]])
    let certified = try law(problem(both, .gaussian, targets: [-3], inputs: inputs))
    #expect(certified.conditions.allSatisfy { $0.status == .certified })
  }

  /// Two inputs that differ only in a coordinate that does not move.
  @Test func rankOnTheMovingCoordinates() throws {
    let start = Start(form: .difference, depth: 2, parameters: [[1, 1, 0], [1, 1, 0]])
    let inputs = Matrix<Rational>(rows: [[1, 1, 0], [1, 1, 1]])
    #expect(try law(problem(start, inputs: inputs)).conditions[0].status == .violated)
  }

  @Test func otherProblemsCarryNoLaw() throws {
    let three = Start(form: .product, depth: 3, parameters: [[1, 1, 1, 1], [1, 2, 1, 1], [1, 1, 1, 1]])
    #expect(try !problem(three).closedForms().contains { $0 is BregmanLaw })
  }

  /// Another exponent, another scale or another base is another point.
  @Test func eachNumberOfAMapMatters() throws {
    let values = [Ball(2, precision: Self.precision), Ball(-1, precision: Self.precision)]
    let tiny = Rational(1, 1_000_000_000_000)
    func point(_ map: MirrorMap) throws -> [Ball] {
      try BregmanProjection(constraints: Self.inputs, map: map).point(at: values, precision: Self.precision)
        .point.elements
    }
    func hypentropy(_ start: Rational, _ scale: Rational) -> MirrorMap {
      .hypentropy(start: [start, 0, 1, 0], scales: [scale, 2, 1, 3])
    }
    func power(_ base: Rational, _ exponent: Rational) -> MirrorMap {
      .power(
        terms: (0..<4).map { i in
          [.init(base: i == 0 ? base : 1, isRising: true), .init(base: Rational(i + 1), isRising: false)]
        }, exponent: exponent)
    }
    for (right, wrong) in [
      (hypentropy(1, 1), [hypentropy(1 + tiny, 1), hypentropy(1, 1 + tiny)]),
      (power(1, 3), [power(1 + tiny, 3), power(1, 3 + tiny)]),
    ] {
      let expected = try point(right)
      for map in wrong { #expect(zip(try point(map), expected).contains { $0.isDisjoint(from: $1) }) }
    }
    #expect(throws: LinearAlgebraError.self) {
      try BregmanProjection(constraints: Self.inputs, map: .hypentropy(start: [1], scales: [1]))
    }
  }
}
