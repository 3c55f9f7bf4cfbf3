import ComputationGraph
import Multiprecision

/// P1: m_i' = 1 + e^(-m_i), i = 1...8, m_i(0) = i/10 - 2/5, t from 0 to 10.
struct ExponentialFlow: Workload {
  let name = "P1"
  let end: Rational = 10
  /// The least radius of the eight components is log(1 + e^-0.3).
  let scale = 0.55

  private var values: [Rational] { (1...8).map { Rational($0 - 4, 10) } }
  var initial: [Matrix<Rational>] { [Matrix(column: values)] }

  func field() throws -> VectorField {
    let graph = Graph()
    let m = graph.variable(Shape(values.count, 1), name: "m")
    return try VectorField(graph: graph, state: [m], velocity: [(-m).exp() + 1])
  }

  var references: [Reference] {
    [("tapered dot", nil), ("relaxed, tapered", 16)].map { (name: String, block: Int?) in
      Reference(name: name) { digits in
        let flow = ReferenceExponentialFlow(initial: values, digits: digits, block: block)
        flow.integrate(to: end.doubleValue)
        return ReferenceResult(steps: flow.steps, state: flow.state)
      }
    }
  }

  /// Against the closed form t + log(1 + e^(m(0)) - e^(-t)), by MPFR.
  func log10Error(of state: [BigFloat]) throws -> Double {
    let precision = state[0].precision + 200
    let time = BigFloat(end, precision: precision)
    let decay = BigFloat.exp(-time)
    return zip(state, values).map { found, start in
      let exact = time + .log(onePlus: .exp(BigFloat(start, precision: precision)) - decay)
      return (found - exact).log10Magnitude
    }.max() ?? -.infinity
  }
}
