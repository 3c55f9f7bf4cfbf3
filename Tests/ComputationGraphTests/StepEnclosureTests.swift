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
        let constant = graph.constant(Rational(1, 3), shape: Shape(4, 1))
        let slope = try x.logistic() * constant.logistic() - Rational(1, 2) * x.tanh() * constant.tanh()
        return (
          try VectorField(graph: graph, state: [x], velocity: [slope + x.softplus()]),
          [Matrix(column: [Rational(3, 2), -2, 6, -8])]
        )
      },
      // A velocity that is the state itself has an order K, which the state's series does not integrate.
      Flow(testDescription: "x' = y, y' = -x", scale: 1) { graph in
        let (x, y) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "y"))
        return (
          try VectorField(graph: graph, state: [x, y], velocity: [y, -x]),
          [Matrix(column: [Rational(2, 3)]), Matrix(column: [1])]
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
    #expect(expansion.enclosure(step: Rational(1, 8)) == nil)
    let known = try SeriesExpansion(
      of: VectorField(graph: graph, state: [x], velocity: [-x]), arithmetic: arithmetic)
    let one = [Matrix<BigFloat>(Matrix(column: [1]), precision: 100)]
    try known.expand(at: one, order: 5)
    #expect(known.enclosure(step: Rational(1, 8)) != nil)
    try known.expand(at: one, order: 1)
    #expect(known.enclosure(step: Rational(1, 8)) == nil)
  }

  /// A factor below what doubles hold, and a state that makes up for it: what underflows in between counts.
  @Test func factorsThatUnderflowCount() throws {
    let graph = Graph()
    let (x, q) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "q"))
    let tiny = try Rational(10).power(-330)
    let field = try VectorField(
      graph: graph, state: [x, q], velocity: [tiny * x.exp() * q, graph.constant(0)])
    let arithmetic = FixedPointSeriesArithmetic(order: 12, precision: 100, tracksErrors: true)
    arithmetic.setScale(1e-10)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let start = try [138, Rational(10).power(280)]
    try expansion.expand(at: start.map { Matrix<BigFloat>(Matrix(column: [$0]), precision: 100) }, order: 12)
    let step = Rational(1, 100_000_000_000)
    let polynomials = expansion.state.map { arithmetic.exactCoefficients(of: $0, precision: 2000) }
    let found = try Self.defect(of: polynomials, counted: 1, field, step: step, parts: 4).log10Magnitude
    let enclosure = try #require(
      expansion.enclosure(step: step, leading: 4, deviations: [nil, [Ball(0, precision: 64)]]))
    let bound = enclosure.defect.log10UpperMagnitude
    #expect(found <= bound, "10^\(found), bound 10^\(bound)")
  }

  /// Orders, bits, and bits by which these fall with each order: first where what is cut off counts, then rounding.
  struct Size: Sendable, CustomTestStringConvertible {
    let order: Int
    let precision: Int
    let taper: Double
    var testDescription: String { "\(order) orders, \(precision) bits" }

    static let few = [Size(order: 12, precision: 400, taper: 0), Size(order: 60, precision: 120, taper: 2)]
    /// As integrations at 300, 500, 1000 and 3000 digits have them.
    static let many = [
      Size(order: 340, precision: 1070, taper: 3), Size(order: 340, precision: 1200, taper: 3),
      Size(order: 562, precision: 1735, taper: 3),
    ]
    static let most = [
      Size(order: 1118, precision: 3396, taper: 3), Size(order: 3336, precision: 10_010, taper: 3),
    ]
  }

  /// Either part of the bound, if it were missing, would be missed here: no defect exceeds it, and the largest is at
  /// most some digits below.
  @Test(arguments: Flow.all, Size.few)
  func defectsAreBounded(_ flow: Flow, _ size: Size) throws { try check(flow, size) }

  /// Beyond the range of doubles.
  @Test(arguments: Flow.all, isExtended ? Size.many + Size.most : Size.many)
  func defectsOfManyDigitsAreBounded(_ flow: Flow, _ size: Size) throws { try check(flow, size) }

  private func check(_ flow: Flow, _ size: Size) throws {
    let graph = Graph()
    let (field, initial) = try flow.build(graph)
    let arithmetic = FixedPointSeriesArithmetic(
      order: size.order, precision: size.precision, taper: size.taper, tracksErrors: true)
    arithmetic.setScale(flow.scale)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let precision = 2 * size.precision + 240
    for _ in 0..<2 {
      try expansion.expand(
        at: initial.map { Matrix<BigFloat>($0, precision: size.precision) }, order: size.order)
    }
    let step = try Rational(exactly: flow.scale) / 8
    let enclosure = try #require(expansion.enclosure(step: step))
    let polynomials = expansion.state.map { arithmetic.exactCoefficients(of: $0, precision: precision) }
    let found = try Self.defect(of: polynomials, field, step: step, parts: 9).log10Magnitude
    let bound = enclosure.defect.log10UpperMagnitude
    #expect(found <= bound && found > bound - 10, "10^\(found), bound 10^\(bound)")
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
      let valueError = (values[entry] - exact[entry]).log10Magnitude
      #expect(valueError <= enclosure.valueErrors[entry].log10UpperMagnitude)
      let startError = (starts[entry] - coefficients[entry][0]).log10Magnitude
      #expect(startError <= enclosure.startErrors[entry].log10UpperMagnitude)
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

  /// x' = t x + e^-t at a time that is off by more than rounding: the defect is that at the exact time, and without
  /// the deviation the bound is too small.
  @Test(arguments: Size.few + Size.many) func exactMotionsAreHeldAgainst(_ size: Size) throws {
    let graph = Graph()
    let (x, t) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "t"))
    let field = try VectorField(
      graph: graph, state: [x, t], velocity: [t * x + (-t).exp(), graph.constant(Rational(1, 3))])
    let arithmetic = FixedPointSeriesArithmetic(
      order: size.order, precision: size.precision, taper: size.taper, tracksErrors: true)
    arithmetic.setScale(0.5)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let precision = 2 * size.precision + 240
    let (start, deviation) = (Rational(5, 7), try Rational(2).power(30 - min(3 * size.order, size.precision)))
    try expansion.expand(
      at: [2, start + deviation].map { Matrix<BigFloat>(Matrix(column: [$0]), precision: size.precision) },
      order: size.order)
    let polynomials = expansion.state.map { arithmetic.exactCoefficients(of: $0, precision: precision) }
    let motion = [BigFloat(start, precision: precision), BigFloat(Rational(1, 3), precision: precision)]
    let found = try Self.defect(
      of: [polynomials[0], ExactCoefficients(shape: .scalar, entries: [motion])], counted: 1, field,
      step: Rational(1, 16), parts: 8
    ).log10Magnitude
    func bound(_ deviation: Rational) throws -> Double {
      let ball = Ball(deviation, precision: 64) * Ball(Rational(1001, 1000), precision: 64)
      let enclosure = try #require(
        expansion.enclosure(step: Rational(1, 16), leading: 4, deviations: [nil, [ball]]))
      #expect(enclosure.remainders[1] >= ball.doubleValue)
      return enclosure.defect.log10UpperMagnitude
    }
    #expect(try found <= bound(deviation) && found > bound(deviation) - 4)
    #expect(try found > bound(0))
  }

  /// Random fields of all operations, of random size and depth: no defect exceeds its bound.
  @Test func noDefectOfARandomFieldExceedsItsBound() throws {
    var enclosed = 0
    try forEachTrial(60) { seed, generator in
      let order = Int.random(in: 4...60, using: &generator)
      let precision = Int.random(in: 60...300, using: &generator)
      let taper = Double(Int.random(in: 0...3, using: &generator))
      enclosed += try check(
        Size(order: order, precision: precision, taper: taper), parts: 6, seed, &generator)
    }
    #expect(enclosed >= 60 * trialMultiplier)
  }

  /// The same with more bits than doubles have exponents.
  @Test func noDefectOfManyDigitsExceedsItsBound() throws {
    var enclosed = 0
    try forEachTrial(isExtended ? 12 : 4) { seed, generator in
      let precision = Int.random(in: 960...(isExtended ? 5000 : 1800), using: &generator)
      let order = Int.random(in: precision / 6...precision * 2 / 5, using: &generator)
      enclosed += try check(
        Size(order: order, precision: precision, taper: 3), parts: 3, seed, &generator)
    }
    #expect(enclosed >= 4 * trialMultiplier)
  }

  /// The number of expansions of a random field for which bounds were found.
  private func check(_ size: Size, parts: Int, _ seed: Int, _ generator: inout SplitMix64) throws -> Int {
    var enclosed = 0
    let graph = Graph()
    let x = graph.variable(Shape(3, 1), name: "x")
    let field = try VectorField(
      graph: graph, state: [x], velocity: [Self.expression(x, depth: 3, &generator)])
    let arithmetic = FixedPointSeriesArithmetic(
      order: size.order, precision: size.precision, taper: size.taper, tracksErrors: true)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let start = generator.matrix(MatrixShape(3, 1))
    // Scales that are too long first, so that what they leave behind would be seen.
    for scale in [1, 0.25, 0.0625] {
      arithmetic.setScale(scale)
      do {
        try expansion.expand(at: [Matrix<BigFloat>(start, precision: size.precision)], order: size.order)
      } catch SeriesError.outOfRange {
        continue
      }
      let step = try Rational(exactly: scale) / 8
      guard let enclosure = expansion.enclosure(step: step) else { continue }
      enclosed += 1
      let polynomials = expansion.state.map {
        arithmetic.exactCoefficients(of: $0, precision: 2 * size.precision + 400)
      }
      let found = try Self.defect(of: polynomials, field, step: step, parts: parts).log10Magnitude
      let bound = enclosure.defect.log10UpperMagnitude
      #expect(found <= bound, "seed \(seed), \(size), scale \(scale): 10^\(found), bound 10^\(bound)")
    }
    return enclosed
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

  /// ∫ |x' - F(x)| dt over a step, with the Euclidean norm of the first matrices of the state, by the midpoint rule on parts
  /// that are halved towards the end, where what is cut off is largest.
  static func defect(
    of polynomials: [ExactCoefficients], counted: Int? = nil, _ field: VectorField, step: Rational, parts: Int
  ) throws -> BigFloat {
    let precision = polynomials[0].entries[0][0].precision
    let entries = polynomials.prefix(counted ?? polynomials.count).reduce(0) { $0 + $1.entries.count }
    var integral = BigFloat(0, precision: precision)
    for part in 0..<parts {
      let rest = Rational(1, 1 << part)
      let length = part == parts - 1 ? rest : rest / 2
      let time = BigFloat(step * (1 - rest + length / 2), precision: precision)
      let state = polynomials.map { $0.sum(at: time, isDifferentiated: false) }
      let slopes = polynomials.flatMap { $0.sum(at: time, isDifferentiated: true).elements }
      let velocities = try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, state)), precision: precision
      ).flatMap(\.elements)
      let squares = zip(slopes, velocities).prefix(entries).reduce(BigFloat(0, precision: precision)) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
      }
      integral += .sqrt(squares) * BigFloat(step * length, precision: precision)
    }
    return integral
  }
}

/// The stored coefficients of a matrix, exactly but for powers of the scale.
struct ExactCoefficients {
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

extension SeriesExpansion where A == FixedPointSeriesArithmetic {
  /// With four leading coefficients, and no motion known exactly.
  func enclosure(step: Rational) -> StepEnclosure? {
    enclosure(step: step, leading: 4, deviations: state.map { _ in nil })
  }
}

extension FixedPointSeriesArithmetic {
  func exactCoefficients(of series: Series, precision: Int) -> ExactCoefficients {
    var powers = [BigFloat(1, precision: precision)]
    for k in 0..<order { powers.append(powers[k] * BigFloat(scale, precision: precision)) }
    return ExactCoefficients(
      shape: series.shape,
      entries: (0..<series.shape.count).map { entry in
        (0...order).map { k in
          guard let history = series.history else { return BigFloat(0, precision: precision) }
          converter.read(
            history.block(entry >> 3, k) + entry & 7, digits: digitCounts[k], into: midpoint(balls.base))
          return BigFloat(midpointOf: balls.base, precision: precision) / powers[k]
        }
      })
  }
}

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
