import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// Certified integration of fields that depend on the time, a matrix of the state of its own whose motion is known
/// exactly, against closed forms.
@Suite struct CertifiedTimeTests {
  struct Forced: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// dx/ds, for the clock t.
    let velocity: @Sendable (_ x: Node, _ t: Node) throws -> Node
    let start: Rational
    /// The exact x where the clock is at t.
    let solution: @Sendable (_ t: Ball) -> Ball

    static let all = [
      Forced(
        testDescription: "x' = t x", velocity: { x, t in try t * x }, start: 2,
        solution: { t in Ball(2, precision: t.precision) * .exp(t * t / Ball(2, precision: t.precision)) }),
      Forced(
        testDescription: "x' = -x + e^-t", velocity: { x, t in try (-t).exp() - x }, start: Rational(1, 3),
        solution: { t in (Ball(Rational(1, 3), precision: t.precision) + t) * .exp(-t) }),
      Forced(
        testDescription: "x' = 1/(1 + t)", velocity: { _, t in try (t + 1).reciprocal() }, start: 0,
        solution: { t in .log(onePlus: t) }),
      Forced(
        testDescription: "x' = x tanh t", velocity: { x, t in try x * t.tanh() }, start: -1,
        solution: { t in (Ball.exp(t) + .exp(-t)) / Ball(-2, precision: t.precision) }),
      Forced(
        testDescription: "x' = t", velocity: { x, t in try t + 0 * x }, start: 1,
        solution: { t in (t * t + Ball(2, precision: t.precision)) / Ball(2, precision: t.precision) }),
    ]

    /// With a clock that runs at a constant speed, the velocity of x in proportion.
    func field(speed: Rational) throws -> VectorField {
      let graph = Graph()
      let (x, t) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "t"))
      return try VectorField(
        graph: graph, state: [x, t], velocity: [speed * velocity(x, t), graph.constant(speed)])
    }
  }

  private static let times: [Rational] = [0, Rational(1, 3), 2, 5]

  @Test(arguments: Forced.all, [15, 50, 320])
  func exactSolutionsAreContained(_ forced: Forced, _ digits: Int) throws {
    let precision = 4 * digits + 128
    for speed in [Rational(1), Rational(1, 3)] {
      let trajectory = try CertifiedIntegrator(digits: digits).integrate(
        forced.field(speed: speed), from: [Matrix(column: [forced.start]), Matrix(column: [0])],
        at: Self.times)
      #expect(trajectory.samples.map(\.time) == Self.times)
      for sample in trajectory.samples {
        let (x, t) = (sample.state[0][0, 0], sample.state[1][0, 0])
        #expect(t.contains(speed * sample.time), "speed \(speed), time \(sample.time): \(t)")
        let exact = forced.solution(Ball(speed * sample.time, precision: precision))
        #expect(
          x.contains(exact) || sample.time.isZero, "speed \(speed), time \(sample.time): \(x), \(exact)")
        #expect(x.log10Radius <= max(0, x.log10UpperMagnitude) - Double(digits), "\(x)")
        // A clock that is off by a little more than the radius is noticed.
        let late = speed * sample.time + Rational(1, 1000)
        #expect(sample.time.isZero || !x.overlaps(forced.solution(Ball(late, precision: precision))))
      }
    }
  }

  /// x' = 2 t x reaches e^10000: what is lost of large values must not blur the clock.
  @Test func valuesBeyondTheRangeOfDoubles() throws {
    let graph = Graph()
    let (x, t) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "t"))
    let field = try VectorField(graph: graph, state: [x, t], velocity: [2 * t * x, graph.constant(1)])
    let trajectory = try CertifiedIntegrator(digits: 20, budget: .init(seconds: 60)).integrate(
      field, from: [Matrix(column: [1]), Matrix(column: [0])], at: [30, 100])
    for sample in trajectory.samples {
      let value = sample.state[0][0, 0]
      #expect(value.contains(.exp(Ball(sample.time * sample.time, precision: 20_000))))
      #expect(value.log10Radius <= value.log10LowerMagnitude - 20)
    }
  }

  /// Steps in fixed point are taken as they are, and no step of them is halved: also beyond the range of doubles.
  @Test(arguments: Forced.all, [20, 320]) func stepsAreEnclosed(_ forced: Forced, _ digits: Int) throws {
    let field = try forced.field(speed: Rational(1, 3))
    let initial = [Matrix<Rational>(column: [forced.start]), Matrix(column: [0])]
    let precision = Precision.bits(forDigits: digits) + 64
    let motion = UniformMotion(
      start: initial[1], slope: Matrix(column: [Ball(Rational(1, 3), precision: precision)]))
    var count = 0
    try TaylorIntegrator(digits: digits, estimatesError: false).forEachStep(of: field, from: initial, at: [3])
    {
      step in
      count += 1
      let piece = try #require(
        EnclosedPiece(step, length: step.length, leading: 8, uniform: [nil, motion], precision: precision))
      var verifier = try StepVerifier(field: field, places: [0], digits: digits, precision: precision)
      let defect = piece.defect(by: &verifier)
      #expect(try #require(defect).norm.log10UpperMagnitude < 6 - Double(digits))
      let exact = Distance.ball(norm: Ball(0, precision: 64), verifier.weights)
      #expect(try verifier.step(piece, from: exact, defect: #require(defect)) != nil)
      // The same step as if nothing were known of it.
      let bare = PolynomialPiece(
        step.piece(length: step.length), uniform: [nil, motion], precision: precision)
      let found = try verifier.defect(of: bare)
      #expect(try #require(found).norm.log10UpperMagnitude < 6 - Double(digits))
      #expect(bare.value(at: step.end)[1].contains(Rational(1, 3) * step.end))
      let half = try #require(
        EnclosedPiece(
          step, length: step.length / 2, leading: 8, uniform: [nil, motion], precision: precision))
      for part in [piece, half] + piece.halves + piece.halves[1].halves + half.halves {
        for fraction in [0, Rational(1, 3), 1] {
          let time = part.start + fraction * part.length
          let values = part.value(at: time)
          // The clock is the exact one.
          #expect(values[1].contains(Rational(1, 3) * time))
          let models = part.models(length: 8, widenedBy: [Ball(0, precision: 64), Ball(0, precision: 64)])
            .flatMap(\.elements)
          // The motion of the clock is known exactly, and does not count.
          for ((model, value), valueError) in zip(
            zip(models, values), part.valueErrors + [Ball(0, precision: 64)])
          {
            let found = model.polynomial.value(at: Ball(fraction, precision: 64)).addingError(model.error)
            #expect(found.addingError(valueError).overlaps(value), "\(time): \(found), \(value)")
          }
        }
      }
      // The first ones are cut, so that the next start there.
      return step.start + (count < 3 ? step.length / 2 : step.length)
    }
    #expect(count > 0)
  }
}
