import ComputationGraph
import Multiprecision
import Testing

/// The fixed-point engine as it is used, with falling precision at a scale near the radius of convergence, against
/// the engine on Arb with more bits.
@Suite struct FixedPointSeriesTests {
  private static let order = 120

  /// w' = the operation on x, x' = -x/5.
  @Test(arguments: OperationCase.catalogue, [230, 700])
  func taperedCoefficientsOfEveryOperation(_ operation: OperationCase, _ precision: Int) throws {
    var generator = SplitMix64(seed: UInt64(precision))
    let graph = Graph()
    let variables = operation.operands.enumerated().map { graph.variable($1.shape, name: "x_\($0)") }
    let output = try operation.build(variables)
    let result = graph.variable(output.shape, name: "w")
    let velocities = try variables.map { try Rational(-1, 5) * $0 }
    let field = try VectorField(
      graph: graph, state: variables + [result], velocity: velocities + [output])
    let point =
      operation.values(&generator).rounded(precision + 300)
      + [Matrix<BigFloat>(output.shape.zeros, precision: precision + 300)]
    try check(field, at: point, precision: precision, "\(operation.name)")
  }

  /// Coefficient k of every matrix of the state is right to 2^(3k - precision + 40) of the largest scaled one.
  private func check(
    _ field: VectorField, at point: [Matrix<BigFloat>], precision: Int, _ name: String
  ) throws {
    let exact = try SeriesEngine.ball.coefficients(
      of: field, at: point, order: Self.order, precision: precision + 300, taper: 0)
    // The scale at which no coefficient of the state exceeds the first by much.
    let size = exact.map { $0[0].log2Magnitude }.max() ?? 0
    let slopes = exact.flatMap { series in
      (1...Self.order).map { (max(size, 0) + 4 - series[$0].log2Magnitude) / Double($0) }
    }
    let log2Scale = (min(slopes.min() ?? 0, 20) * 64).rounded(.down) / 64
    let scale = Double.exp2(log2Scale)
    let found = try SeriesEngine.fixedPoint.coefficients(
      of: field, at: point, order: Self.order, precision: precision, taper: 3, scale: scale)
    for (index, series) in exact.enumerated() {
      let peak = (0...Self.order).map { series[$0].log2Magnitude + Double($0) * log2Scale }.max() ?? 0
      for k in 0...Self.order {
        let error = (found[index][k] - series[k]).log2Magnitude + Double(k) * log2Scale
        let bound = max(peak, size) + Double(max(3 * k - precision, -precision)) + 40
        // Below one digit of 52 bits nothing is computed.
        #expect(
          error < max(bound, -.infinity), "\(name), matrix \(index), order \(k): 2^\(error), bound 2^\(bound)"
        )
      }
    }
  }

  /// Exponents beyond those of doubles: each line and each entry has its own.
  @Test(arguments: [-5000, -300, 300, 5000]) func valuesOfAnyMagnitude(_ exponent: Int) throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 2), name: "x")
    let y = graph.variable(Shape(2, 2), name: "y")
    let z = graph.variable(Shape(2, 2), name: "z")
    // y has the size 2^exponent, its reciprocal 2^-exponent, and their product 1.
    let field = try VectorField(
      graph: graph, state: [x, y, z], velocity: [x * y * y.reciprocal(), y.times(x), y.reciprocal() - x * z])
    let values = Matrix<Rational>(rows: [[Rational(3, 7), 2], [-1, Rational(5, 3)]]).map {
      BigFloat($0, precision: 400)
    }
    let point = [0, exponent, -exponent].map { power in values.map { $0.scaled(byPowerOfTwo: power) } }
    let exact = try SeriesEngine.ball.coefficients(of: field, at: point, order: 30, precision: 400, taper: 0)
    let found = try SeriesEngine.fixedPoint.coefficients(
      of: field, at: point, order: 30, precision: 300, taper: 0, scale: 0.125)
    for (series, reference) in zip(found, exact) {
      // Relative to the largest coefficient at that scale.
      let peak = (0...30).map { reference[$0].log2Magnitude - 3 * Double($0) }.max() ?? 0
      for k in 0...30 {
        let error = (series[k] - reference[k]).log2Magnitude - 3 * Double(k) - peak
        #expect(error < -260, "order \(k): 2^\(error)")
      }
    }
  }

  /// Heads so small that every line's exponent must be raised, by less than a digit and by several.
  @Test(arguments: [SeriesEngine.fixedPoint, .fixedPointPortable], [-3, -51, -52, -53, -104, -250])
  func headsThatAreNearlyZero(_ engine: SeriesEngine, _ exponent: Int) throws {
    let graph = Graph()
    let names = ["x", "y", "z"]
    let nodes = names.map { graph.variable(Shape(2, 3), name: $0) }
    let (x, y) = (nodes[0], nodes[1])
    let field = try VectorField(
      graph: graph, state: nodes, velocity: [y, -x, x * y + x.times(y.transposed()).times(x)])
    var generator = SplitMix64(seed: 5)
    let point = [exponent, 0, exponent].map { power in
      Matrix<BigFloat>(rows: 2, columns: 3) { _, _ in
        BigFloat(generator.unit(), precision: 400).scaled(byPowerOfTwo: power)
      }
    }
    let exact = try SeriesEngine.ball.coefficients(of: field, at: point, order: 30, precision: 400, taper: 0)
    let found = try engine.coefficients(of: field, at: point, order: 30, precision: 300, taper: 0, scale: 0.5)
    for (series, reference) in zip(found, exact) {
      let peak = (0...30).map { reference[$0].log2Magnitude - Double($0) }.max() ?? 0
      for k in 0...30 {
        let error = (series[k] - reference[k]).log2Magnitude - Double(k) - peak
        #expect(error < -280, "order \(k): 2^\(error)")
      }
    }
  }

  /// At 64 radii of convergence errors grow until no exponent holds them, and that is what is said; the same engine
  /// serves at a scale that fits.
  @Test func aScaleThatIsFarTooLongIsRefused() throws {
    let graph = Graph()
    let x = graph.variable(.scalar, name: "x")
    let field = try VectorField(graph: graph, state: [x], velocity: [x * x])
    let arithmetic = FixedPointSeriesArithmetic(order: 100, precision: 250)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let one = [Matrix<BigFloat>(Matrix(column: [1]), precision: 250)]
    arithmetic.setScale(64)
    #expect(throws: SeriesError.outOfRange) { try expansion.expand(at: one, order: 100) }
    arithmetic.setScale(1)
    try expansion.expand(at: one, order: 100)
    let coefficients = arithmetic.coefficients(of: expansion.state[0], order: 100)
    for k in 0...100 {
      #expect((coefficients[k] - one[0]).log2Magnitude < Double(max(3 * k - 250, -250) + 30), "order \(k)")
    }
  }

  @Test func theScaleIsRoundedDownToTwentyBits() {
    let arithmetic = FixedPointSeriesArithmetic(order: 3, precision: 100)
    for scale in [1, 0.3, 1e-200, 1e200, 7.999_999_999] {
      arithmetic.setScale(scale)
      #expect(arithmetic.scale <= scale && arithmetic.scale > scale * (1 - 0x1p-19))
    }
  }
}

extension Double {
  fileprivate static func exp2(_ exponent: Double) -> Double {
    BigFloat.exp(BigFloat(exponent, precision: 80) * .log(BigFloat(2, precision: 80))).doubleValue
  }
}
