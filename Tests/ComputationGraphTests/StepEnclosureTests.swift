import Multiprecision
import Testing

@testable import ComputationGraph

/// The proved bounds of a step's defect against the defect itself, computed with many more bits.
@Suite struct StepEnclosureTests {
  struct Flow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let scale: Double
    let build: @Sendable (Graph) throws -> (VectorField, [Matrix<Rational>])

    static let all = [
      Flow(testDescription: "m' = 1 + e^-m", scale: 0.5) { graph in
        let m = graph.variable(Shape(3, 1), name: "m")
        return (
          try VectorField(graph: graph, state: [m], velocity: [(-m).exp() + 1]),
          [Matrix(column: [Rational(-1, 3), Rational(1, 7), 2])]
        )
      },
      Flow(testDescription: "x' = 1/x, y' = x y", scale: 0.4) { graph in
        let (x, y) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "y"))
        return (
          try VectorField(graph: graph, state: [x, y], velocity: [x.reciprocal(), x * y]),
          [Matrix(column: [1]), Matrix(column: [Rational(1, 3)])]
        )
      },
      Flow(testDescription: "gradient flow of a factorisation", scale: 0.5) { graph in
        let (a, b) = (graph.variable(Shape(2, 2), name: "a"), graph.variable(Shape(2, 2), name: "b"))
        let residual = try a.times(b) - graph.constant(Matrix(rows: [[1, Rational(1, 3)], [0, 2]]))
        return (
          try VectorField(
            graph: graph, state: [a, b],
            velocity: [-residual.times(b.transposed()), -a.transposed().times(residual)]),
          [
            Matrix(rows: [[1, Rational(1, 7)], [0, 1]]),
            Matrix(rows: [[Rational(1, 2), 0], [Rational(1, 5), 1]]),
          ]
        )
      },
      Flow(testDescription: "x' = -A(x)⁻¹ x", scale: 0.5) { graph in
        let x = graph.variable(Shape(2, 1), name: "x")
        let matrix =
          try x.times(x.transposed()) + graph.constant(Matrix(rows: [[2, Rational(1, 3)], [0, 1]]))
        return (
          try VectorField(graph: graph, state: [x], velocity: [-matrix.solving(x)]),
          [Matrix(column: [1, Rational(-2, 3)])]
        )
      },
      Flow(testDescription: "elementary functions", scale: 0.25) { graph in
        let x = graph.variable(Shape(3, 1), name: "x")
        let (a, b, c) = (try x.select(rows: [0]), try x.select(rows: [1]), try x.select(rows: [2]))
        return (
          try VectorField(
            graph: graph, state: [x],
            velocity: [.stacked([a.log() + b.sqrt(), c.power(Rational(-3, 2)), a.power(Rational(5, 3)) - c])]),
          [Matrix(column: [Rational(3, 2), 2, 1])]
        )
      },
      Flow(testDescription: "sigmoids", scale: 0.5) { graph in
        let x = graph.variable(Shape(4, 1), name: "x")
        let slope = try x.logistic() - Rational(1, 2) * x.tanh()
        return (
          try VectorField(graph: graph, state: [x], velocity: [slope + x.softplus()]),
          [Matrix(column: [Rational(3, 2), -2, 6, -8])]
        )
      },
      Flow(testDescription: "moved entries", scale: 1) { graph in
        let x = graph.variable(Shape(2, 3), name: "x")
        let sums = try x.sumOfRows().broadcast(to: Shape(2, 3)) - x.sum().broadcast(to: Shape(2, 3))
        let part = try x.slice(rows: 0..<1, columns: 0..<3).embedded(rows: [1], in: Shape(2, 3))
        return (
          try VectorField(graph: graph, state: [x], velocity: [Rational(1, 3) * sums * x + part]),
          [Matrix(rows: [[1, 0, Rational(1, 3)], [-1, Rational(2, 7), 1]])]
        )
      },
    ]
  }

  /// Heads of functions are rounded, and that is recorded: also by operations that commit their own results.
  @Test func functionsHaveRoundingErrors() throws {
    let graph = Graph()
    let x = graph.variable(.scalar, name: "x")
    let functions = try [
      x.exp(), x.log(), x.logistic(), x.tanh(), x.softplus(), x.sqrt(), x.power(Rational(1, 3)),
    ]
    let arithmetic = FixedPointSeriesArithmetic(order: 5, precision: 100, tracksErrors: true)
    arithmetic.setScale(0.5)
    let expansion = try SeriesExpansion(
      of: VectorField(graph: graph, state: [x], velocity: [functions.dropFirst().reduce(functions[0], +)]),
      arithmetic: arithmetic)
    try expansion.expand(at: [Matrix<BigFloat>(Matrix(column: [Rational(5, 3)]), precision: 100)], order: 5)
    for node in expansion.nodes where node.operation is any EntrywiseFunction || node.operation is Softplus {
      let errors = try #require(node.output.errors)
      for k in 0..<5 { #expect(errors.errors[k] > 0, "\(node.operation.key), order \(k)") }
    }
  }

  /// Heads below what doubles hold are no lower bounds, and an expansion that was cut short has no enclosure.
  @Test func whatIsNotKnownIsNotClaimed() throws {
    let graph = Graph()
    let (x, y) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "y"))
    let tiny = try Rational(10).power(-290)
    let field = try VectorField(
      graph: graph, state: [x, y], velocity: [graph.constant(1), (tiny * (x.power(6) + 2)).log()])
    let arithmetic = FixedPointSeriesArithmetic(order: 5, precision: 100, tracksErrors: true)
    arithmetic.setScale(1)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let zeros = [0, 0].map { Matrix<BigFloat>(Matrix(column: [Rational($0)]), precision: 100) }
    try expansion.expand(at: zeros, order: 5)
    #expect(expansion.enclosure(step: Rational(1, 8), leading: 2) == nil)
    let known = try SeriesExpansion(
      of: VectorField(graph: graph, state: [x], velocity: [-x]), arithmetic: arithmetic)
    let one = [Matrix<BigFloat>(Matrix(column: [1]), precision: 100)]
    try known.expand(at: one, order: 5)
    #expect(known.enclosure(step: Rational(1, 8), leading: 2) != nil)
    try known.expand(at: one, order: 1)
    #expect(known.enclosure(step: Rational(1, 8), leading: 2) == nil)
  }

  /// A factor below what doubles hold, and a state that makes up for it: what underflows in between is not claimed.
  @Test func factorsThatUnderflowAreNotClaimed() throws {
    let graph = Graph()
    let (x, q) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "q"))
    let tiny = try Rational(10).power(-330)
    let field = try VectorField(graph: graph, state: [x, q], velocity: [tiny * x.exp() * q, q])
    let arithmetic = FixedPointSeriesArithmetic(order: 12, precision: 100, tracksErrors: true)
    arithmetic.setScale(1e-10)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let start = try [138, Rational(10).power(280)]
    try expansion.expand(at: start.map { Matrix<BigFloat>(Matrix(column: [$0]), precision: 100) }, order: 12)
    #expect(expansion.enclosure(step: Rational(1, 100_000_000_000), leading: 2) == nil)
  }

  /// With few orders what is cut off is what counts, with many the rounding. Both are bounded, and by no more than some
  /// digits too much: so either part of the bound, if it were missing, would be missed here.
  @Test(arguments: Flow.all, [(12, 400), (60, 120)])
  func defectsAreBounded(_ flow: Flow, _ size: (order: Int, precision: Int)) throws {
    let graph = Graph()
    let (field, initial) = try flow.build(graph)
    let arithmetic = FixedPointSeriesArithmetic(
      order: size.order, precision: size.precision, taper: size.order < 20 ? 0 : 2, tracksErrors: true)
    arithmetic.setScale(flow.scale)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let precision = 4 * size.precision
    for _ in 0..<2 {
      try expansion.expand(
        at: initial.map { Matrix<BigFloat>($0, precision: size.precision) }, order: size.order)
    }
    let step = try Rational(exactly: flow.scale) / 8
    let enclosure = try #require(expansion.enclosure(step: step, leading: 4))
    let polynomials = expansion.state.map { arithmetic.exactCoefficients(of: $0, precision: precision) }
    let integrals = try Self.defects(of: polynomials, field, step: step, points: 32)
    for (entry, integral) in integrals.enumerated() {
      let (found, bound) = (integral.log10Magnitude, log10(enclosure.defects[entry]))
      #expect(found <= bound, "entry \(entry): 10^\(found), bound 10^\(bound)")
    }
    let (found, bound) = (
      integrals.map(\.log10Magnitude).max() ?? 0, log10(enclosure.defects.max() ?? 0)
    )
    #expect(found > bound - 10, "10^\(found), bound 10^\(bound)")
    // What is said of the polynomials themselves.
    let values = expansion.state.flatMap {
      arithmetic.values(of: $0, order: size.order, at: [BigFloat(step, precision: size.precision)])[0]
        .elements
    }
    let exact = polynomials.flatMap {
      $0.sum(at: BigFloat(step, precision: precision), isDifferentiated: false).elements
    }
    let starts = initial.flatMap(\.elements).map { BigFloat($0, precision: size.precision) }
    let coefficients = polynomials.flatMap(\.entries)
    for entry in exact.indices {
      #expect((values[entry] - exact[entry]).log10Magnitude <= log10(enclosure.valueErrors[entry]))
      #expect((starts[entry] - coefficients[entry][0]).log10Magnitude <= log10(enclosure.startErrors[entry]))
      var power = BigFloat(1, precision: precision)
      var rest = BigFloat(0, precision: precision)
      let largest = enclosure.leadingCoefficients[entry].map(\.magnitude).max() ?? 0
      for (k, coefficient) in coefficients[entry].enumerated() {
        let term = coefficient * power
        power *= BigFloat(step, precision: precision)
        guard k < 4 else {
          rest += term.magnitude
          continue
        }
        #expect(
          abs(term.doubleValue - enclosure.leadingCoefficients[entry][k])
            <= largest * StepEnclosure.coefficientError)
      }
      #expect(rest.doubleValue <= enclosure.remainders[entry])
    }
  }

  /// Random fields of all operations, of random size and depth: no defect exceeds its bound.
  @Test func noDefectOfARandomFieldExceedsItsBound() throws {
    var enclosed = 0
    try forEachTrial(60) { seed, generator in
      let graph = Graph()
      let x = graph.variable(Shape(3, 1), name: "x")
      let field = try VectorField(
        graph: graph, state: [x], velocity: [Self.expression(x, depth: 3, &generator)])
      let order = Int.random(in: 4...60, using: &generator)
      let precision = Int.random(in: 60...300, using: &generator)
      let arithmetic = FixedPointSeriesArithmetic(
        order: order, precision: precision, taper: Double(Int.random(in: 0...3, using: &generator)),
        tracksErrors: true)
      let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
      let start = generator.matrix(MatrixShape(3, 1))
      // Scales that are too long first, so that what they leave behind would be seen.
      for scale in [1, 0.25, 0.0625] {
        arithmetic.setScale(scale)
        do {
          try expansion.expand(at: [Matrix<BigFloat>(start, precision: precision)], order: order)
        } catch SeriesError.outOfRange {
          continue
        }
        let step = try Rational(exactly: scale) / 8
        guard let enclosure = expansion.enclosure(step: step, leading: 4) else { continue }
        enclosed += 1
        let polynomials = expansion.state.map { arithmetic.exactCoefficients(of: $0, precision: 1000) }
        let integrals = try Self.defects(of: polynomials, field, step: step, points: 6)
        for (entry, integral) in integrals.enumerated() {
          let (found, bound) = (integral.log10Magnitude, log10(enclosure.defects[entry]))
          #expect(
            found <= bound, "seed \(seed), scale \(scale), entry \(entry): 10^\(found), bound 10^\(bound)")
        }
      }
    }
    #expect(enclosed >= 60 * trialMultiplier)
  }

  /// A 3 × 1 expression in x that is analytic for all real x.
  private static func expression(
    _ x: Node, depth: Int, _ generator: inout SplitMix64
  ) throws -> Node {
    if depth == 0 { return try generator.unit() * x + x.graph.constant(generator.matrix(MatrixShape(3, 1))) }
    let a = try expression(x, depth: depth - 1, &generator)
    switch Int.random(in: 0...12, using: &generator) {
    case 0: return try (Rational(1, 2) * a).exp()
    case 1: return try (a * a + 2).log()
    case 2: return try (a * a + 1).sqrt()
    case 3: return try (a * a + 1).power(Rational(-3, 2))
    case 4: return try (a * a + 2).reciprocal()
    case 5: return try a.logistic()
    case 6: return try a.tanh()
    case 7: return try a.softplus()
    case 8: return try (a.times(a.transposed()) + x.graph.identity(3)).solving(x)
    case 9: return try a.times(x.transposed()).times(a)
    case 10: return try a.sum().broadcast(to: Shape(3, 1)) - a.select(rows: [2, 0, 1])
    case 11:
      return try .stacked([a.slice(rows: 1..<3, columns: 0..<1), x.slice(rows: 0..<1, columns: 0..<1)])
    default: return try a * expression(x, depth: depth - 1, &generator) - x
    }
  }

  /// For each entry of the state ∫ |x' - F(x)| dt over a step by the midpoint rule.
  private static func defects(
    of polynomials: [ExactCoefficients], _ field: VectorField, step: Rational, points: Int
  ) throws -> [BigFloat] {
    let precision = polynomials[0].entries[0][0].precision
    var integrals = polynomials.flatMap { $0.entries.map { _ in BigFloat(0, precision: precision) } }
    for point in 0..<points {
      let time = BigFloat(step * Rational(2 * point + 1, 2 * points), precision: precision)
      let state = polynomials.map { $0.sum(at: time, isDifferentiated: false) }
      let slopes = polynomials.flatMap { $0.sum(at: time, isDifferentiated: true).elements }
      let velocities = try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, state)), precision: precision
      ).flatMap(\.elements)
      for (entry, (slope, velocity)) in zip(slopes, velocities).enumerated() {
        integrals[entry] +=
          (slope - velocity).magnitude * BigFloat(step / Rational(points), precision: precision)
      }
    }
    return integrals
  }
}

/// The stored coefficients of a matrix, exactly but for powers of the scale.
fileprivate struct ExactCoefficients {
  let shape: Shape
  let entries: [[BigFloat]]

  func sum(at time: BigFloat, isDifferentiated: Bool) -> Matrix<BigFloat> {
    Matrix(
      rows: shape.rows, columns: shape.columns,
      elements: entries.map { coefficients in
        var sum = BigFloat(0, precision: time.precision)
        for k in stride(from: coefficients.count - 1, through: isDifferentiated ? 1 : 0, by: -1) {
          sum =
            sum * time
            + (isDifferentiated ? coefficients[k] * BigFloat(Double(k), precision: 64) : coefficients[k])
        }
        return sum
      })
  }
}

extension FixedPointSeriesArithmetic {
  fileprivate func exactCoefficients(of series: Series, precision: Int) -> ExactCoefficients {
    ExactCoefficients(
      shape: series.shape,
      entries: (0..<series.shape.count).map { entry in
        (0...order).map { k in
          guard let history = series.history else { return BigFloat(0, precision: precision) }
          converter.read(
            history.block(entry >> 3, k) + entry & 7, digits: digitCounts[k], into: midpoint(balls.base))
          var value = BigFloat(midpointOf: balls.base, precision: precision)
          for _ in 0..<k { value /= BigFloat(scale, precision: precision) }
          return value
        }
      })
  }
}

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
