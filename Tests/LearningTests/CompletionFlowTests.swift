import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// Completion in double precision against the computation graph, and its solver against balls.
@Suite struct CompletionFlowTests {
  private static func random(_ size: Int, _ seed: UInt64) -> Matrix<Rational> {
    var generator = SplitMix64(seed: seed)
    return Matrix(rows: size, columns: size) { _, _ in generator.nonzeroFraction(bound: 10) }
  }

  @Test(arguments: [1, 2, 3], [CompletionFlow.Metric.gradient, .observedEntries])
  func velocityIsThatOfTheGraph(depth: Int, metric: CompletionFlow.Metric) throws {
    let size = 3
    let target = Self.random(size, 1)
    let observed = [0, 2, 3, 4, 7]
    let layers = (0..<depth).map { Self.random(size, UInt64(10 + $0)) }
    let problem = try Problem(
      model: DeepLinearModel(widths: .init(repeating: size, count: depth + 1)),
      data: Dataset(
        matrix: Matrix<Rational?>(rows: size, columns: size) {
          observed.contains($0 * size + $1) ? target[$0, $1] : nil
        }),
      likelihood: .gaussian, flow: metric == .gradient ? .gradient : .naturalGradient(.observedEntries),
      initial: layers, times: [0])
    let field = try problem.vectorField()
    let expected = try field.graph.evaluate(
      field.velocity, variables: Array(zip(field.state, layers.map { $0.map(\.doubleValue) })), precision: 53)
    let flow = CompletionFlow(
      target: target.map(\.doubleValue), observed: observed, depth: depth, metric: metric)
    let velocity = try flow.velocity(layers.flatMap { $0.elements.map(\.doubleValue) })
    for (value, expected) in zip(velocity, expected.flatMap(\.elements)) {
      #expect(abs(value - expected) < 1e-11 * max(1, abs(expected)), "\(value), \(expected)")
    }
    #expect(velocity.count == depth * size * size)
  }

  @Test(arguments: [1, 3, 4, 5, 8, 13]) func solvesPositiveDefiniteSystems(size: Int) throws {
    let root = Self.random(size, UInt64(size))
    let exact = root * root.transposed() + .identity(size)
    let right = Matrix(column: (0..<size).map { Rational($0 - 2, 3) })
    var matrix = SquareMatrix(size: size, elements: exact.elements.map(\.doubleValue))
    // Only the upper triangle may be read.
    for row in 0..<size { for column in 0..<row { matrix.elements[row * size + column] = .nan } }
    let solution = try matrix.solvePositiveDefinite(right.elements.map(\.doubleValue))
    for (value, exact) in zip(solution, try exact.solve(right).elements) {
      #expect(abs(value - exact.doubleValue) < 1e-10)
    }
    var indefinite = SquareMatrix(size: 2, elements: [1, 2, 0, 1])
    #expect(throws: LinearAlgebraError.notPositiveDefinite) { try indefinite.solvePositiveDefinite([1, 1]) }
  }

  @Test func observedEntriesRelaxAndTheLossIsReached() throws {
    let size = 4
    let target = Self.random(size, 5).map(\.doubleValue)
    let observed = [0, 1, 5, 6, 10, 11, 12, 15]
    let natural = CompletionFlow(target: target, observed: observed, depth: 2, metric: .observedEntries)
    let start = natural.identity(0.5)
    let end = try natural.integrate(from: start, at: [1.5], tolerance: 1e-10)[0].state
    for place in observed {
      let initial = place / size == place % size ? 0.25 : 0
      let expected = target.elements[place] + (initial - target.elements[place]) * 0.22313016014842982
      #expect(abs(natural.endToEnd(end)[place] - expected) < 1e-8)
    }
    let gradient = CompletionFlow(target: target, observed: observed, depth: 2, metric: .gradient)
    let samples = try gradient.integrate(from: start, at: [1e3], untilLoss: 1e-3, tolerance: 1e-9)
    #expect(abs(gradient.loss(try #require(samples.last).state) - 1e-3) < 1e-9)
    #expect(abs(natural.unobservedError(natural.identity(0)) - 1) < 1e-12)
  }
}
