import ComputationGraph
import Learning
import Multiprecision

/// The solution of "minimise g·b subject to Zb ≥ 1", g = Σ w_n z_n, from a given active set of d samples, and what it
/// says of the flow with ∇L = -Σ a_n e^-t z_n decaying as e^-t: β(t) = t b* + c + o(1).
///
/// b* = Z_S⁻¹ 1 exactly; the dual α = Z_S⁻ᵀ g and c = -Z_S⁻¹ log α in balls. By duality b* is the unique solution if
/// α > 0 and the other constraints hold.
struct VertexLimit {
  let margins: Matrix<Rational>
  /// b*.
  let solution: [Rational]
  /// c.
  let offset: [Ball]
  /// z_n·b* - 1: 0 on the active set.
  let slacks: [Rational]
  private let active: [Int]
  private let dual: [Ball]

  /// - Throws: `LinearAlgebraError` where the active rows are dependent.
  init(_ margins: Matrix<Rational>, active: [Int], weights: [Ball]) throws {
    let precision = weights.map(\.precision).max() ?? Precision.minimum
    let inverse = try Matrix(rows: active.map { margins.row($0) }).inverse()
    let balls = inverse.map { Ball($0, precision: precision) }
    let solution = inverse * Matrix(rows: active.count, columns: 1, repeating: Rational(1))
    let gradient = margins.transposed().map { Ball($0, precision: precision) } * Matrix(column: weights)
    (self.margins, self.active, self.solution) = (margins, active, solution.elements)
    slacks = (margins * solution).elements.map { $0 - 1 }
    dual = (balls.transposed() * gradient).elements
    offset = (balls * Matrix(column: dual.map { -Ball.log($0) })).elements
  }

  var conditions: [Condition] {
    let others = slacks.indices.filter { !active.contains($0) }.map { slacks[$0] }
    return [
      Condition(
        "the constraints hold, those outside the active set strictly",
        others.allSatisfy { $0.signum() > 0 } ? .certified : .violated,
        "slacks \(others.map(\.description).joined(separator: ", ")), exactly"),
      Condition(
        "the dual is positive", dual.allSatisfy(\.isPositive) ? .certified : .undecided,
        "α = \(dual.map { $0.certifiedDecimal(maximumDigits: 6) }.joined(separator: ", "))"),
    ]
  }

  /// Newton's flow of exponential loss seen from t b*, in the clock w = e^-t, which is at 0 when t is infinite.
  ///
  /// γ = β - t b*, and with a_n = e^(t - m_n) = e^(-z_n·γ) w^slack_n, H = Σ a_n z_n z_nᵀ: as H b* = Σ a_n (1 + slack_n)
  /// z_n, γ' = H⁻¹ Σ a_n z_n - b* = -H⁻¹ Σ slack_n a_n z_n, and dγ/dw = -γ'/w is regular at 0 for slacks of 1 or more.
  ///
  /// **State**: γ (d × 1) and w (1 × 1), in the time s = 1 - w. **Assumption**: the slacks are integers.
  func fieldAtInfinity() throws -> VectorField {
    let graph = Graph()
    let gamma = graph.variable(Shape(margins.columns, 1), name: "γ")
    let w = graph.variable(.scalar, name: "w")
    let Z = graph.constant(margins)
    let powers = try slacks.map { slack in try w.power(slack) }
    let weights = try (-Z.times(gamma)).exp() * Node.stacked(powers)
    // slack_n a_n/w without division.
    let falls = try slacks.map { slack in
      slack.isZero ? graph.zero(.scalar) : try slack * w.power(slack - 1)
    }
    let force = try Z.transposed().times((-Z.times(gamma)).exp() * Node.stacked(falls))
    let hessian = try Z.transposed().times(weights.broadcast(to: Shape(margins.rows, margins.columns)) * Z)
    return try VectorField(
      graph: graph, state: [gamma, w], velocity: [-hessian.solving(force), graph.constant(-1)])
  }
}
