import ComputationGraph
import Multiprecision
import Testing

/// Recurrences against Arb's own power-series functions, which enclose the coefficients: another algorithm
/// (Newton iteration on polynomials) by other authors.
@Suite struct PowerSeriesOracleTests {
  typealias Oracle =
    @Sendable (
      _ result: UnsafeMutablePointer<arb_struct>, _ x: UnsafeMutablePointer<arb_struct>, _ length: Int,
      _ bits: Int
    ) -> Void

  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let operand: OperationCase.Operand
    let build: @Sendable (Node) throws -> Node
    let oracle: Oracle
    var testDescription: String { name }
  }

  private static let any: OperationCase.Operand = .any(.scalar)
  private static let positive: OperationCase.Operand = .positive(.scalar)
  /// The operands are polynomials of degree 2.
  private static let terms = 3

  static let functions: [Function] = [
    Function(name: "exp", operand: any, build: { try $0.exp() }) {
      _arb_poly_exp_series($0, $1, terms, $2, $3)
    },
    Function(name: "log", operand: positive, build: { try $0.log() }) {
      _arb_poly_log_series($0, $1, terms, $2, $3)
    },
    Function(name: "reciprocal", operand: positive, build: { try $0.reciprocal() }) {
      _arb_poly_inv_series($0, $1, terms, $2, $3)
    },
    Function(name: "sqrt", operand: positive, build: { try $0.sqrt() }) {
      _arb_poly_sqrt_series($0, $1, terms, $2, $3)
    },
    Function(name: "power -7/3", operand: positive, build: { try $0.power(Rational(-7, 3)) }) {
      let (result, x, length, bits) = ($0, $1, $2, $3)
      Ball(Rational(-7, 3), precision: bits).withPointer { exponent in
        _arb_poly_pow_arb_series(result, x, terms, exponent, length, bits)
      }
    },
    Function(name: "tanh", operand: any, build: { try $0.tanh() }) {
      let (result, x, length, bits) = ($0, $1, $2, $3)
      // tanh x = 1 - 2/(e^(2x) + 1)
      let (doubled, exponential) = (BallBuffer(count: terms), BallBuffer(count: length))
      for k in 0..<terms { arb_mul_2exp_si(doubled.base + k, x + k, 1) }
      _arb_poly_exp_series(exponential.base, doubled.base, terms, length, bits)
      arb_add_ui(exponential.base, exponential.base, 1, bits)
      _arb_poly_inv_series(result, exponential.base, length, length, bits)
      for k in 0..<length { arb_mul_si(result + k, result + k, -2, bits) }
      arb_add_ui(result, result, 1, bits)
    },
  ]

  struct Setting: Sendable {
    let precision: Int
    let engine: SeriesEngine
    static let all = [500, 1200].flatMap { precision in
      SeriesEngine.allCases.map { Setting(precision: precision, engine: $0) }
    }
  }

  @Test(arguments: functions, Setting.all)
  func coefficientsLieInArbsEnclosures(_ function: Function, _ setting: Setting) throws {
    let precision = setting.precision
    let order = 200
    try forEachTrial(2) { seed, generator in
      let operand = OperationCase(function.name, [function.operand]) { $0[0] }
        .polynomials(&generator, moving: [0])
      let found = try SeriesProbe(precision: precision, order: order, engine: setting.engine)
        .coefficients(of: operand) { [try function.build($0[0])] }[0]
      let bits = 3 * precision
      let (x, expected) = (BallBuffer(count: Self.terms), BallBuffer(count: order + 1))
      for (k, coefficient) in operand[0].enumerated() {
        x.set(Ball(coefficient[0, 0], precision: bits), at: k)
      }
      function.oracle(expected.base, x.base, order + 1, bits)
      var size = 0.0
      for k in 0...order {
        let ball = expected.ball(at: k, precision: bits)
        size = max(size, ball.log10UpperMagnitude)
        let error = (ball - Ball(found[k][0, 0])).log10UpperMagnitude
        #expect(
          error < size - Double(precision - 40) * 0.30103,
          "\(function.name), order \(k), operand \(operand), seed \(seed): 10^\(error)")
      }
    }
  }
}
