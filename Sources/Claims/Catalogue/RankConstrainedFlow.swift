import ComputationGraph
import Learning
import Multiprecision

/// The gradient flow of squared loss on the m × n matrices of rank h, in the metric of the surrounding space:
/// W' = -(P_U G + G P_V - P_U G P_V), with G = W - Y on the observed entries and 0 elsewhere, and P_U, P_V the
/// projections onto the column and row space of W. A flow of W alone: nothing is factorised.
///
/// With h columns C and h rows R of W that are independent, P_U = C (Cᵀ C)⁻¹ Cᵀ and P_V = Rᵀ (R Rᵀ)⁻¹ R.
/// **Source**: docs/theory, T6 and T7.
struct RankConstrainedFlow: Sendable {
  let target: Matrix<Rational?>
  let initial: Matrix<Rational>
  /// The coefficient of P_U G P_V, which the other two terms both contain: 1.
  var overlap: Rational = 1

  func trajectory(at times: [Rational], _ settings: CheckSettings) -> IntegratedTrajectory {
    IntegratedTrajectory(from: [initial], at: times, settings, field: field)
  }

  func field() throws -> VectorField {
    let graph = Graph()
    let w = graph.variable(Shape(initial.rows, initial.columns), name: "W")
    let observed = graph.constant(target.map { $0 == nil ? 0 : 1 })
    let gradient = try observed * (w - graph.constant(target.map { $0 ?? 0 }))
    let columns = try w.select(rows: Array(0..<initial.rows), columns: Self.pivots(initial))
    let rows = try w.select(rows: Self.pivots(initial.transposed()))
    func inColumnSpace(_ matrix: Node) throws -> Node {
      let transpose = try columns.transposed()
      return try columns.times(transpose.times(columns).solving(transpose.times(matrix)))
    }
    func inRowSpace(_ matrix: Node) throws -> Node {
      let transpose = try rows.transposed()
      let coefficients = try rows.times(transpose).solving(rows.times(matrix.transposed()))
      return try transpose.times(coefficients).transposed()
    }
    let left = try inColumnSpace(gradient)
    let tangent = try left + inRowSpace(gradient) - overlap * inRowSpace(left)
    return try VectorField(graph: graph, state: [w], velocity: [-tangent])
  }

  /// Columns that form a basis of the column space.
  private static func pivots(_ matrix: Matrix<Rational>) -> [Int] {
    let (reduced, rank) = matrix.rowReduced()
    return (0..<rank).compactMap { row in reduced.row(row).firstIndex { !$0.isZero } }
  }
}

/// Factorisation and completion through a bottleneck: what the claims of T6 and T7 share.
struct BottleneckProblem: Sendable {
  let problem: Problem
  let target: Matrix<Rational?>
  let start: Matrix<Rational>
  let width: Int

  /// Layers near (rectangular) identities and a target near their product, so that no rank is lost on the way.
  ///
  /// - Parameter isObserved: which entries the loss sees.
  init(
    widths: [Int], _ random: inout RandomInstances, times: [Rational], isObserved: (Int, Int) -> Bool
  ) throws {
    let model = try DeepLinearModel(widths: widths)
    width = widths.min() ?? 0
    while true {
      let layers = try InitialParameters.identity(scale: 1).matrices(for: model).map { layer in
        layer + random.matrix(layer.rows, layer.columns).scaled(by: Rational(1, 4))
      }
      let start = model.exactEndToEndMatrix(layers)
      let shift = random.matrix(start.rows, start.columns)
      guard start.rank() == width else { continue }
      let target = Matrix<Rational?>(rows: start.rows, columns: start.columns) {
        isObserved($0, $1) ? start[$0, $1] + shift[$0, $1] / 2 : nil
      }
      (self.start, self.target) = (start, target)
      problem = try FactorizationInstances.factorize(model, target, .allEntries, layers, times: times)
      return
    }
  }

  var condition: Condition {
    Condition("W has the rank of the bottleneck", .monitored, "rank \(width) at t = 0, exactly")
  }

  /// W by the flow on matrices of this rank.
  func constrained(overlap: Rational = 1, _ settings: CheckSettings) -> IntegratedTrajectory {
    RankConstrainedFlow(target: target, initial: start, overlap: overlap)
      .trajectory(at: problem.times, settings)
  }
}
