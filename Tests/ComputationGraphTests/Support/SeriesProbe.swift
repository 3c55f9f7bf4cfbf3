import ComputationGraph
import Multiprecision

/// The power series of expressions of given polynomials in t, as the recurrences compute them.
///
/// The state is t, with t' = 1, and one w for each expression, with w' = the expression: its coefficient of order
/// k is (k + 1) w_{k+1}.
struct SeriesProbe {
  /// An operand: matrix coefficients of 1, t, t², ...
  typealias Polynomial = [Matrix<Rational>]

  let precision: Int
  let order: Int
  var engine = SeriesEngine.ball

  func coefficients(
    of operands: [Polynomial], _ build: ([Node]) throws -> [Node]
  ) throws -> [[Matrix<BigFloat>]] {
    let graph = Graph()
    let time = graph.variable(.scalar, name: "t")
    let nodes = try operands.map { polynomial in
      var sum = graph.constant(polynomial[polynomial.count - 1])
      for coefficient in polynomial.dropLast().reversed() {
        sum = try time * sum + graph.constant(coefficient)
      }
      return sum
    }
    let outputs = try build(nodes)
    let states = outputs.enumerated().map { graph.variable($1.shape, name: "w_\($0)") }
    let field = try VectorField(
      graph: graph, state: [time] + states, velocity: [graph.constant(1)] + outputs)
    let zero = field.state.map { Matrix($0.shape.zeros, precision: precision) as Matrix<BigFloat> }
    return try engine.coefficients(of: field, at: zero, order: order + 1, precision: precision, taper: 0)
      .dropFirst().map { series in
        series.enumerated().dropFirst().map { k, coefficient in
          coefficient.map { $0 * BigFloat(k, precision: precision) }
        }
      }
  }
}

extension MatrixShape {
  var zeros: Matrix<Rational> { Matrix(rows: rows, columns: columns, repeating: 0) }
}

extension OperationCase {
  /// Polynomials of degree 2 whose values near t = 0 are in the operands' domains; those not in `moving` are
  /// constant.
  func polynomials(_ generator: inout SplitMix64, moving: Set<Int>) -> [SeriesProbe.Polynomial] {
    values(&generator).enumerated().map { index, value in
      let slope = generator.matrix(value.shape).map { $0 * Rational(1, 4) }
      let curvature = generator.matrix(value.shape).map { $0 * Rational(1, 8) }
      return moving.contains(index) ? [value, slope, curvature] : [value]
    }
  }
}
