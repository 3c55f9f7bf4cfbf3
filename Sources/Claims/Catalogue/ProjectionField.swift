import ComputationGraph
import Learning
import Multiprecision

/// T1 for any constant rank, as a field of its own: the outputs and the loss integrated by
///
///     f' = -D^(-½) Π D^(-½) r,    L' = -|Π D^(-½) r|²,    Π = C (Cᵀ C)⁻¹ Cᵀ,
///
/// where C are columns of D^½ J that span its range. The toolkit's natural gradient works with rows.
struct ProjectionField {
  let problem: Problem
  /// Parameters whose columns of J are a basis of its range along the path.
  let columns: [Int]
  let factor: Rational

  private var count: Int { problem.data.count }

  /// The state at the start: the parameters, the change of the outputs, the change of the loss.
  var initial: [Matrix<Rational>] {
    problem.initial + [
      Matrix(rows: count, columns: 1, repeating: 0), Matrix(rows: 1, columns: 1, repeating: 0),
    ]
  }

  func field() throws -> VectorField {
    let flow = try problem.vectorField()
    let (graph, parameters) = (flow.graph, flow.state)
    let outputs = graph.variable(Shape(count, 1), name: "moved")
    let loss = graph.variable(.scalar, name: "lost")
    let values = try problem.model.outputs(parameters, inputs: graph.constant(problem.data.inputs))
    let deviation = try standardDeviation(values)
    let targets = graph.constant(problem.data.targets.map { $0 ?? 0 })
    let scaled = try (problem.likelihood.mean(values) - targets) / deviation
    let jacobian = try graph.jacobian(of: values, by: parameters)
      .select(rows: Array(0..<count), columns: columns)
    let C = try deviation.broadcast(to: jacobian.shape) * jacobian
    let projected = try C.times(C.transposed().times(C).solving(C.transposed().times(scaled)))
    return try VectorField(
      graph: graph, state: parameters + [outputs, loss],
      velocity: flow.velocity + [-(factor * projected) / deviation, -(projected * projected).sum()])
  }

  /// D^½.
  private func standardDeviation(_ outputs: Node) throws -> Node {
    let mean = try problem.likelihood.mean(outputs)
    switch problem.likelihood {
    case .gaussian, .categorical: return outputs.graph.constant(1, shape: outputs.shape)
    case .bernoulli: return try (mean - mean * mean).sqrt()
    case .poisson: return try mean.sqrt()
    }
  }
}
