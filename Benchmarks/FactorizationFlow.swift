import ComputationGraph
import Multiprecision

/// P3, deep factorisation: W = W3 W2 W1 (n × n), gradient flow of |W - Y|²/2, t from 0 to 5.
struct FactorizationFlow: Workload {
  let n: Int

  var name: String { "P3 n=\(n)" }
  let end: Rational = 5
  let scale = 0.25

  var initial: [Matrix<Rational>] {
    (0..<3).map { j in
      Matrix(rows: n, columns: n) { a, b in
        Rational((3 * a + 5 * b + 7 * j) % 11 - 5, 100) + (a == b ? Rational(3, 10) : 0)
      }
    }
  }

  private var target: Matrix<Rational> {
    Matrix(rows: n, columns: n) { a, b in Rational((2 * a + 3 * b) % 5, 10) + (a == b ? Rational(a + 1) : 0) }
  }

  /// The field as reverse differentiation gives it: nothing here is special to the problem.
  func field() throws -> VectorField {
    let graph = Graph()
    let weights = (0..<3).map { graph.variable(Shape(n, n), name: "W_\($0 + 1)") }
    let product = try weights[2].times(weights[1].times(weights[0]))
    let residual = try product - graph.constant(target)
    let gradients = try graph.pullback([(product, residual)], to: weights)
    return try VectorField(graph: graph, state: weights, velocity: gradients.map { try -$0 })
  }

  var references: [Reference] {
    [
      Reference(name: "tapered dot") { digits in
        let flow = ReferenceFactorizationFlow(initial: initial, target: target, digits: digits)
        flow.integrate(to: end.doubleValue)
        return ReferenceResult(steps: flow.steps, state: flow.state)
      }
    ]
  }

  /// W1[0][0] at the end, to the digits on which two independent integrators agree (see README.md).
  private var knownEntry: String {
    n == 3
      ? "0.9896191714337072391689845222923225739735211003935111133378047543018808941018554805783554"
        + "094928708214822944497525868180586237436458249413630789998573555424224980468363043058704897"
        + "98567983485451157270855178390"
      : "0.9778052444943003820828482742698279822386655735827473870024758904950546203763227849804605"
        + "3039747320402902272"
  }

  func log10Error(of state: [BigFloat]) throws -> Double {
    let known = BigFloat(try Rational(parsing: knownEntry), precision: 1000)
    return (state[0] - known).log10Magnitude
  }
}
