import ComputationGraph
import Learning
import Multiprecision
import Testing

@testable import Claims

/// The exact tools of T3's claims against other code.
@Suite struct NullSpaceToolsTests {
  private static let models: [any Model] = {
    let models: [(any Model)?] = [
      try? DeepLinearModel(widths: [3, 2]), try? DeepLinearModel(widths: [2, 3, 2, 2]),
      try? DiagonalModel(inputCount: 3, form: .product, depth: 3),
      try? DiagonalModel(inputCount: 2, form: .difference, depth: 3),
    ]
    return models.compactMap { $0 }
  }()

  /// The exact Jacobian is the graph's.
  @Test func exactJacobian() throws {
    #expect(Self.models.count == 4)
    for model in Self.models {
      var random = RandomInstances(CheckSettings(), stream: 999)
      let inputs = random.matrix(2, model.inputCount)
      let parameters = model.parameterShapes.map { random.matrix($0.rows, $0.columns) }
      let graph = Graph()
      let variables = model.parameterVariables(in: graph)
      let outputs = try model.outputs(variables, inputs: graph.constant(inputs))
      let jacobian = try graph.jacobian(of: outputs, by: variables)
      let values: [Matrix<Ball>] = try graph.evaluate(
        [jacobian], variables: zip(variables, parameters).map { ($0, $1.map { Ball($0, precision: 200) }) },
        precision: 200)
      let exact = model.exactJacobian(parameters, inputs: inputs)
      #expect(exact.shape == values[0].shape)
      for (a, b) in zip(exact.elements, values[0].elements) { #expect(b.contains(a), "\(model)") }
    }
  }

  /// The enclosure holds the certified projection, and is refused at a time too early for the argument.
  @Test func hypentropyLimitEncloses() throws {
    let margins = Matrix<Rational>(rows: [[2, 1, 1, 0], [1, 0, -1, 2]])
    let (u, v): ([Rational], [Rational]) = ([1, 1, 2, 1], [1, 2, 1, 1])
    let limit = try #require(
      HypentropyLimit(margins: margins, solution: [Rational(1, 2), 0, 0, Rational(1, 4)], u: u, v: v))
    #expect(limit.certificate == [1, Rational(1, 4), Rational(-1, 4), 1] && limit.kappa == Rational(1, 4))
    let map = MirrorMap.hypentropy(
      start: zip(u, v).map { $0 * $0 - $1 * $1 }, scales: zip(u, v).map { 2 * $0 * $1 })
    let projection = try BregmanProjection(constraints: margins, map: map)
    for time: Rational in [1_000_000, 1_000_000_000_000] {
      let values = [Ball](repeating: Ball(time, precision: 200), count: 2)
      let box = try limit.enclosure(at: time, values: values, precision: 200)
      let point = try projection.point(at: values, precision: 200).point.elements
      for (a, b) in zip(box, point) { #expect(a.contains(b / Ball(time, precision: 200))) }
    }
    let early = [Ball](repeating: Ball(Rational(1, 10), precision: 200), count: 2)
    #expect(throws: LinearAlgebraError.undecided) {
      try limit.enclosure(at: Rational(1, 10), values: early, precision: 200)
    }
  }

  /// Not a solution, not sparse enough, or a certificate that is not strict: nothing.
  @Test func hypentropyLimitNeedsItsCertificate() {
    let ones: [Rational] = [1, 1, 1]
    let margins = Matrix<Rational>(rows: [[4, 1, 0], [1, 1, 0]])
    #expect(HypentropyLimit(margins: margins, solution: [1, 0, 0], u: ones, v: ones) == nil)
    #expect(HypentropyLimit(margins: margins, solution: [0, 1, 0], u: ones, v: ones) == nil)
    #expect(HypentropyLimit(margins: margins, solution: [], u: ones, v: ones) == nil)
    // Entry 2 could have been used instead of entry 1: |p| = 1.
    let tied = Matrix<Rational>(rows: [[1, 1]])
    #expect(HypentropyLimit(margins: tied, solution: [1, 0], u: [1, 1], v: [1, 1]) == nil)
  }
}
