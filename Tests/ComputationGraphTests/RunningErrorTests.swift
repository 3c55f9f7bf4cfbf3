import CSeriesKernels
import Multiprecision
import Testing

@testable import ComputationGraph

/// What is called when a coefficient's blocks are published; the tests that set it run one after the other.
nonisolated(unsafe) private var atPublication: ((UnsafeMutablePointer<Int64>, Int) -> Void)?

/// Coefficients of chosen series made wrong as they are committed, by amounts that are recorded as their rounding errors:
/// what the bounds make of them must cover what the exact functions show.
///
/// The errors are far above everything else, so that a bound which left out what they do to a result would be too small
/// by many digits.
@Suite(.serialized) struct RunningErrorTests {
  /// An expansion whose kernels call `change` for the coefficients of a series before anybody reads them.
  private static func expand(
    _ expansion: SeriesExpansion<FixedPointSeriesArithmetic>, at start: [Matrix<Rational>],
    changing series: FixedPointSeries, by change: @escaping (_ entry: Int, _ order: Int) -> Double
  ) throws {
    let arithmetic = expansion.arithmetic
    var done: Set<Int> = []
    arithmetic.kernels.publish = { lines, blocks, stride, line, place, entries, k, digits in
      if let blocks { atPublication?(UnsafeMutablePointer(mutating: blocks), Int(k)) }
      guard let kernels = fisherflow_portable_kernels() else { return 0 }
      return kernels.pointee.publish(lines, blocks, stride, line, place, entries, k, digits)
    }
    defer { atPublication = nil }
    atPublication = { blocks, k in
      guard blocks == series.slot(k), done.insert(k).inserted, let errors = series.errors else { return }
      let (number, summand) = (midpoint(arithmetic.balls.base), midpoint(arithmetic.balls.base + 1))
      for entry in 0..<errors.entries {
        let (lane, digits) = (series.lane(entry, k), arithmetic.digitCounts[k])
        arithmetic.converter.read(lane, digits: digits, into: number)
        arf_set_d(summand, change(entry, k))
        _ = arf_add(number, number, summand, 2000, fisherflow_round_down)
        #expect(arithmetic.converter.write(number, to: lane, digits: digits))
        errors.current(k)[entry] +=
          abs(change(entry, k)) * powerBound(arithmetic.errorUnits.bits - 3 * k)
          + 2 * arithmetic.unit(series, entry, k)
      }
    }
    try expansion.expand(
      at: start.map { Matrix<BigFloat>($0, precision: arithmetic.precision) }, order: arithmetic.order)
    #expect(done.count == arithmetic.order + (series === expansion.state[0] ? 1 : 0))
  }

  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let start: [Rational]
    var changesAuxiliary = false
    let build: @Sendable (Node) throws -> Node

    static let all = [
      Function(testDescription: "1/x", start: [Rational(3, 2)]) { try $0.reciprocal() },
      Function(testDescription: "exp", start: [Rational(3, 2)]) { try $0.exp() },
      Function(testDescription: "log", start: [Rational(3, 2)]) { try $0.log() },
      Function(testDescription: "sqrt", start: [Rational(3, 2)]) { try $0.sqrt() },
      Function(testDescription: "power", start: [Rational(3, 2)]) { try $0.power(Rational(-7, 3)) },
      Function(testDescription: "logistic", start: [Rational(3, 2)]) { try $0.logistic() },
      Function(testDescription: "logistic, negative", start: [Rational(-5, 2)]) { try $0.logistic() },
      Function(testDescription: "logistic, its σ - σ²", start: [Rational(3, 2)], changesAuxiliary: true) {
        try $0.logistic()
      },
      Function(testDescription: "tanh", start: [Rational(1, 2)]) { try $0.tanh() },
      Function(testDescription: "tanh, negative", start: [Rational(-3, 2)]) { try $0.tanh() },
      Function(testDescription: "tanh, its 1 - tanh²", start: [Rational(1, 2)], changesAuxiliary: true) {
        try $0.tanh()
      },
      Function(testDescription: "softplus", start: [Rational(1, 2)]) { try $0.softplus() },
      Function(testDescription: "product", start: [Rational(1, 2), 2]) { try $0 * $0 },
      Function(testDescription: "matrix product", start: [Rational(1, 2), 2]) {
        try $0.times($0.transposed()).times($0)
      },
      // A_0 is some thousands: its inverse makes little of what A_0 λ is.
      Function(testDescription: "solve", start: [Rational(1, 2), 2]) { x in
        let matrix =
          try x.times(x.transposed()) + x.graph.constant(Matrix(rows: [[3000, 7], [-40, 5000]]))
        return try matrix.solving(x)
      },
    ]
  }

  /// A bound without the rounding of auxiliary series, or without |A_0| λ of a solution, is too small here by many digits:
  /// in the cases "its ..." and "solve"; and so are the others without their λ.
  @Test(arguments: Function.all) func recordedErrorsCount(_ function: Function) throws {
    try forEachTrial(3) { seed, generator in
      let graph = Graph()
      let x = graph.variable(Shape(function.start.count, 1), name: "x")
      let value = try function.build(x)
      // A product with the value, so that it is published.
      let field = try VectorField(graph: graph, state: [x], velocity: [value * x])
      let arithmetic = FixedPointSeriesArithmetic(order: 40, precision: 300, tracksErrors: true)
      arithmetic.setScale(0.125)
      let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
      let place = try #require(
        expansion.nodes.firstIndex {
          $0.operation.key == graph.entries[value.index].operation.key && $0.output.shape == value.shape
        })
      let output = expansion.nodes[place].output
      arithmetic.keepCoefficients(of: output)
      let target = function.changesAuxiliary ? try #require(output.auxiliary) : output
      // Auxiliary series begin to matter at order 1.
      let chosen = Int.random(in: function.changesAuxiliary ? 0...4 : 0...10, using: &generator)
      let signs = (0..<2).map { _ in Bool.random(using: &generator) ? 1.0 : -1.0 }
      try Self.expand(
        expansion, at: [Matrix(column: function.start)], changing: target
      ) { entry, k in
        k == chosen ? signs[entry] * 0x1p-60 : 0
      }
      // The bounds, node by node, with the state's stored polynomials as they are.
      let step = Rational(1, 64)
      let norm = StepNorm(step: step, scale: arithmetic.scale, units: arithmetic.errorUnits)
      var bounds: [ObjectIdentifier: SeriesBounds] = [:]
      for series in expansion.state {
        let known = try #require(SeriesBounds(of: series, norm: norm))
        known.errors = Array(repeating: 0, count: known.entries)
        bounds[ObjectIdentifier(series)] = known
      }
      for node in expansion.nodes.filter({ $0.output.isConstant })
        + expansion.nodes.filter({ !$0.output.isConstant })
      {
        let operation = try #require(node.operation as? any BoundedOperation)
        let result = try #require(SeriesBounds(of: node.output, norm: norm))
        result.errors = operation.errors(
          of: result, operands: node.operands.compactMap { bounds[ObjectIdentifier($0)] }, in: arithmetic)
        bounds[ObjectIdentifier(node.output)] = result
      }
      let bound = try #require(bounds[ObjectIdentifier(output)]).errors.map {
        $0.value * powerBound(-arithmetic.errorUnits.bits)
      }
      // How far the stored polynomial is from the function of the state's, at some times.
      var largest = 0.0
      let stored = arithmetic.exactCoefficients(of: output, precision: 400)
      let state = arithmetic.exactCoefficients(of: expansion.state[0], precision: 400)
      for part in [1, 3, 4] {
        let time = BigFloat(step * Rational(part, 4), precision: 400)
        let exact = try graph.evaluate(
          [value], variables: [(x, state.sum(at: time, isDifferentiated: false))], precision: 400
        )[0].elements
        let sums = stored.sum(at: time, isDifferentiated: false).elements
        for entry in exact.indices {
          let found = (exact[entry] - sums[entry]).magnitude.doubleValue
          #expect(found <= bound[entry], "seed \(seed), entry \(entry): \(found), bound \(bound[entry])")
          largest = max(largest, found / bound[entry])
        }
      }
      #expect(largest > 0x1p-16, "seed \(seed), order \(chosen): \(largest) of the bound")
    }
  }

  /// Errors of two entries at different orders, of one size at the step's end: the defect turns from one to the other, and
  /// ∫ |x' - F(x)| is greater than the norm of the entries' integrals.
  @Test func errorsThatTurnAddUp() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 1), name: "x")
    let matrix = graph.constant(Matrix(rows: [[0, Rational(1, 3)], [Rational(-1, 3), 0]]))
    let field = try VectorField(graph: graph, state: [x], velocity: [matrix.times(x)])
    let arithmetic = FixedPointSeriesArithmetic(order: 60, precision: 400, tracksErrors: true)
    arithmetic.setScale(1)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    try Self.expand(
      expansion, at: [Matrix(column: [1, Rational(1, 7)])], changing: expansion.state[0]
    ) { entry, k in
      entry == 0 && k == 1 ? 0x1p-97 : entry == 1 && k == 20 ? 0x1p-40 : 0
    }
    let step = Rational(1, 8)
    let polynomials = expansion.state.map { arithmetic.exactCoefficients(of: $0, precision: 1000) }
    let found = try StepEnclosureTests.defect(of: polynomials, field, step: step, parts: 12).doubleValue
    let bound = try #require(expansion.enclosure(step: step)).defect.doubleValue
    #expect(found <= bound && bound < 0x1.01p-99, "\(found), bound \(bound)")
    #expect(found > 1.1 * 0x1p-100 * 2.0.squareRoot(), "\(found)")
  }

  /// Where digits fall faster than terms, the sum by Horner's rule is off by its own rounding, far more than by that of
  /// the result and of the time.
  @Test(arguments: [7.0, 9, 11]) func hornersRoundingCounts(_ taper: Double) throws {
    let graph = Graph()
    let x = graph.variable(Shape(3, 1), name: "x")
    let field = try VectorField(graph: graph, state: [x], velocity: [x * x])
    let arithmetic = FixedPointSeriesArithmetic(
      order: 36, precision: 400, taper: taper, tracksErrors: true)
    arithmetic.setScale(0.5)
    let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
    let start = Matrix(column: [Rational(5, 3), Rational(-4, 3), Rational(3, 2)])
    try expansion.expand(at: [Matrix<BigFloat>(start, precision: 400)], order: 36)
    let enclosure = try #require(expansion.enclosure(step: Rational(1, 16)))
    let exact = arithmetic.exactCoefficients(of: expansion.state[0], precision: 1200)
    var largest = -Double.infinity
    for part in 1...5 {
      let time = Rational(part, 80)
      let sum = arithmetic.values(
        of: expansion.state[0], order: 36, at: [BigFloat(time, precision: 400)])[0].elements
      let wanted = exact.sum(at: BigFloat(time, precision: 1200), isDifferentiated: false).elements
      for entry in sum.indices {
        let (found, bound) = (
          (sum[entry] - wanted[entry]).log10Magnitude, enclosure.valueErrors[entry].log10UpperMagnitude
        )
        #expect(found <= bound, "\(part), \(entry): 10^\(found), bound 10^\(bound)")
        largest = max(largest, found)
      }
    }
    // Ten digits above the rounding of numbers of 400 bits.
    #expect(largest > -110, "10^\(largest)")
  }
}
