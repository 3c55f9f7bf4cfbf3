import ComputationGraph
import Multiprecision
import Testing

/// A flow with a solution in closed form.
struct KnownFlow: CustomTestStringConvertible {
  let name: String
  let field: VectorField
  let initial: [Matrix<Rational>]
  let end: Rational
  /// The state, one column, at a time and in a precision.
  let solution: (_ time: BigFloat) -> [BigFloat]

  var testDescription: String { name }

  /// A flow of one column x.
  init(
    _ name: String, from initial: [Rational], to end: Rational, _ velocity: (_ x: Node) throws -> Node,
    solution: @escaping (_ time: BigFloat) -> [BigFloat]
  ) throws {
    let graph = Graph()
    let x = graph.variable(Shape(initial.count, 1), name: "x")
    field = try VectorField(graph: graph, state: [x], velocity: [velocity(x)])
    (self.name, self.initial, self.end, self.solution) = (name, [Matrix(column: initial)], end, solution)
  }

  /// log10 of the largest error of `state` at `time`, relative to max(1, |solution|).
  func log10Error(_ state: [Matrix<BigFloat>], at time: Rational) -> Double {
    let precision = 4 * (state[0].elements[0].precision + 100)
    let exact = solution(BigFloat(time, precision: precision))
    let error = zip(state[0].elements, exact).map { ($0 - $1).log10Magnitude }.max() ?? 0
    return error - max(0, exact.map(\.log10Magnitude).max() ?? 0)
  }

  /// The same flow backwards.
  func reversed() throws -> VectorField {
    try VectorField(graph: field.graph, state: field.state, velocity: field.velocity.map { try -$0 })
  }
}

extension KnownFlow {
  /// Flows of many kinds, with random rational parameters.
  static func all(_ generator: inout SplitMix64) throws -> [KnownFlow] {
    let a = Rational(Int.random(in: 1...40, using: &generator), 20)
    let b = Rational(Int.random(in: 1...40, using: &generator), 20)
    func big(_ value: Rational, _ time: BigFloat) -> BigFloat { BigFloat(value, precision: time.precision) }
    func one(_ time: BigFloat) -> BigFloat { BigFloat(1, precision: time.precision) }
    return [
      try .init("growth x' = \(a) x", from: [b], to: 5, { try a * $0 }) {
        [big(b, $0) * .exp(big(a, $0) * $0)]
      },
      try .init("decay x' = -\(a) x", from: [b], to: 20, { try -a * $0 }) {
        [big(b, $0) * .exp(-big(a, $0) * $0)]
      },
      try .init("logistic x' = \(a) x(1 - x)", from: [Rational(1, 10)], to: 8, { try a * ($0 * (1 - $0)) }) {
        [.logistic(big(a, $0) * $0 - .log(big(9, $0)))]
      },
      try .init("m' = 1 + e^-m", from: [a - 1, 1 - b], to: 10, { try (-$0).exp() + 1 }) { time in
        [a - 1, 1 - b].map { start in
          time + .log(onePlus: .exp(big(start, time)) - .exp(-time))
        }
      },
      try .init("x' = x² up to 9/10 of its life", from: [a], to: Rational(9, 10) / a, { try $0 * $0 }) {
        [big(a, $0) / (one($0) - big(a, $0) * $0)]
      },
      try .init("x' = -x³/2", from: [a], to: 10, { try Rational(-1, 2) * $0.power(3) }) {
        [big(a, $0) / .sqrt(one($0) + big(a * a, $0) * $0)]
      },
      try .init(
        "shear: x' = y, y' = 0", from: [a, b], to: 7,
        { try $0.graph.constant(Matrix(rows: [[0, 1], [0, 0]])).times($0) }
      ) { [big(a, $0) + big(b, $0) * $0, big(b, $0)] },
      try .init("x' = 1/x", from: [a], to: 6, { try $0.reciprocal() }) {
        [.sqrt(big(a * a, $0) + big(2, $0) * $0)]
      },
      try .init("x' = √x", from: [a], to: 6, { try $0.sqrt() }) {
        let root = BigFloat.sqrt(big(a, $0)) + big(Rational(1, 2), $0) * $0
        return [root * root]
      },
      try .init(
        "gradient flow of a solve", from: [a, b], to: 4,
        { x in
          let matrix = x.graph.constant(Matrix(rows: [[2, 1], [1, 2]]))
          return try -matrix.solving(x)
        }
      ) { time in
        // Modes (1, 1) and (1, -1) decay with 1/3 and 1.
        let half = big(Rational(1, 2), time)
        let slow = half * big(a + b, time) * .exp(-time / big(3, time))
        let fast = half * big(a - b, time) * .exp(-time)
        return [slow + fast, slow - fast]
      },
    ]
  }
}
