import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// Enclosures of all solutions from a box, against solutions from its points.
@Suite struct FlowpipeTests {
  private static func box(_ centre: [Rational], _ radii: [Rational]) -> InitialBox {
    InitialBox(centre: [Matrix(column: centre)], radii: [Matrix(column: radii)])
  }

  private static func enclosure(
    _ field: VectorField, _ box: InitialBox, at times: [Rational]
  ) throws -> CertifiedTrajectory {
    try CertifiedIntegrator(digits: 15, budget: .init(seconds: 10)).integrateToStop(
      field, from: box, at: times)
  }

  /// x' = x - x²: x(t) = 1/(1 + (1/x(0) - 1) e^-t), and it grows with x(0).
  @Test(arguments: [(Rational(1, 1000), 1.01), (Rational(1, 10), 1.15), (Rational(1, 4), 1.35)])
  func rangesAreHardlyWider(_ radius: Rational, _ factor: Double) throws {
    let times = [0, Rational(1, 3), 2, 10]
    let found = try Self.enclosure(
      VectorField.column(1) { [try $0[0] - $0[0] * $0[0]] }, Self.box([Rational(1, 2)], [radius]), at: times)
    #expect(found.stop == nil && found.samples.count == times.count)
    for sample in found.samples {
      let one = Ball(1, precision: 128)
      let decay = Ball.exp(-Ball(sample.time, precision: 128))
      let ends = [Rational(1, 2) - radius, Rational(1, 2) + radius].map { start -> Ball in
        let ratio = one / Ball(start, precision: 128) - one
        return one / (one + ratio * decay)
      }
      let ball = sample.state[0][0, 0]
      #expect(ends.allSatisfy { ball.contains($0) }, "\(sample.time)")
      let width = (ends[1] - ends[0]).doubleValue
      #expect(2 * ball.radius.doubleValue <= factor * width + 1e-9, "\(sample.time)")
    }
  }

  /// A square that turns stays a square: after a whole turn nothing is added.
  @Test func nothingIsWrapped() throws {
    let turn = Rational(710, 113)
    let found = try Self.enclosure(
      VectorField.column(2) { [$0[1], try -$0[0]] }, Self.box([1, 0], [Rational(1, 10), Rational(1, 10)]),
      at: [turn, 10 * turn])
    #expect(found.stop == nil)
    for sample in found.samples {
      for ball in sample.state[0].elements { #expect(ball.radius.doubleValue < 0.100_001) }
    }
  }

  /// x' = -a x with a from 9/10 to 11/10: the constant is an entry that does not move.
  @Test func constantsMayBeRanges() throws {
    let found = try Self.enclosure(
      VectorField.column(2) { [try -($0[1] * $0[0]), try $0[1] - $0[1]] },
      Self.box([1, 1], [0, Rational(1, 10)]), at: [3])
    let ball = try #require(found.samples.first).state[0][0, 0]
    for rate in [Rational(9, 10), 1, Rational(11, 10)] {
      #expect(ball.contains(.exp(Ball(-3 * rate, precision: 128))))
    }
    #expect(ball.radius.doubleValue < 0.0165)
  }

  /// x' = t x + y, y' = 1/(1 + t), from an exact y and an x in a range.
  @Test func theTimeIsKnownExactly() throws {
    let graph = Graph()
    let (x, t) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "t"))
    let field = try VectorField(graph: graph, state: [x, t], velocity: [try t * x, graph.constant(1)])
    let zero = Matrix<Rational>(column: [0])
    let found = try Self.enclosure(
      field,
      InitialBox(centre: [Matrix(column: [1]), zero], radii: [Matrix(column: [Rational(1, 5)]), zero]),
      at: [Rational(7, 3)])
    let state = try #require(found.samples.first).state
    for start in [Rational(4, 5), 1, Rational(6, 5)] {
      #expect(
        state[0][0, 0].contains(Ball(start, precision: 128) * .exp(Ball(Rational(49, 18), precision: 128))))
    }
    #expect(state[0][0, 0].radius.doubleValue < 0.2 * 15.3 && state[1][0, 0].log10Radius < -15)
  }

  /// A pole is within reach of some starts: x' = x² from 1/2 to 1, whose pole is at t = 1.
  @Test func theEndOfOneSolutionEndsAll() throws {
    let field = try VectorField.column(1) { [try $0[0] * $0[0]] }
    let found = try Self.enclosure(
      field, Self.box([Rational(3, 4)], [Rational(1, 4)]), at: [Rational(1, 2), Rational(9, 10), 2])
    #expect(found.stop != nil && found.samples.count == 2)
    for (sample, time) in zip(found.samples, [0.5, 0.9]) {
      let ball = sample.state[0][0, 0]
      #expect(ball.lowerBound.doubleValue <= 0.5 / (1 - time * 0.5) * (1 + 1e-12))
      #expect(ball.upperBound.doubleValue >= 1 / (1 - time) * (1 - 1e-12))
    }
  }

  /// As many ranges as a system may have: the tables are entered in the account before they are made.
  @Test func manyRangesAreRefused() throws {
    let count = 100_000
    let graph = Graph()
    let state = graph.variable(Shape(count, 1), name: "x")
    let field = try VectorField(graph: graph, state: [state], velocity: [-state])
    let (centre, radius) = ([Rational](repeating: 1, count: count), Rational(1, 10))
    let found = try Self.enclosure(
      field, Self.box(centre, [Rational](repeating: radius, count: count)), at: [1])
    guard case .memoryBudget = found.stop else {
      Issue.record("\(String(describing: found.stop))")
      return
    }
  }

  /// Solutions from points of random boxes, of fields with every kind of operation.
  @Test(arguments: 0..<8) func solutionsFromTheBoxAreContained(_ seed: Int) throws {
    var generator = SplitMix64(seed: 900 + UInt64(seed))
    func number() -> Rational { Rational(Int.random(in: -8...8, using: &generator), 8) }
    let weights = (0..<9).map { _ in number() }
    let make: () throws -> VectorField = {
      try VectorField.column(3) { x in
        let forces = [
          try x[1].tanh() - x[0] * x[0] * x[0], try x[0].logistic() - (x[2] * x[2] + 1).sqrt(),
          try (x[0] * x[0] + x[1] * x[1] + 2).log() - x[2], try (-(x[1] * x[1])).exp() - x[0],
          try (x[2] * x[2] + 1).reciprocal() - x[1], try x[0].softplus() - x[2],
        ]
        return try (0..<3).map { row -> Node in
          let first = try weights[3 * row] * forces[row]
          let second = try weights[3 * row + 1] * forces[row + 3]
          let third = try weights[3 * row + 2] * x[row]
          return try first + second + third
        }
      }
    }
    let centre = (0..<3).map { _ in number() }
    let radii = (0..<3).map { $0 == seed % 4 ? 0 : Rational(1, Int.random(in: 20...400, using: &generator)) }
    let times = [Rational(1, 4), 1]
    let found = try Self.enclosure(make(), Self.box(centre, radii), at: times)
    for trial in 0..<6 {
      let start = zip(centre, radii).map { centre, radius in
        let part = trial < 3 ? Rational(Bool.random(using: &generator) ? 1 : -1) : number()
        return centre + part * radius
      }
      let solution = try CertifiedIntegrator(digits: 15).integrateToStop(
        make(), from: [Matrix(column: start)], at: times)
      for (sample, own) in zip(found.samples, solution.samples) {
        for (ball, value) in zip(sample.state[0].elements, own.state[0].elements) {
          #expect(ball.overlaps(value), "\(seed), \(start), \(sample.time)")
          #expect(ball.contains(value.midpoint), "\(seed), \(start), \(sample.time)")
        }
      }
    }
    #expect(found.samples.count == times.count, "\(seed)")
  }
}
