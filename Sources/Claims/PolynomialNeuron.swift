import ComputationGraph
import Learning
import Multiprecision

/// f(x) = φ(w·x) with φ(z) = z³ - 3z, which is not monotone: N parameters are enough for N outputs, and the
/// Jacobian diag φ'(w·x_n) X loses rank where any w·x_n is ±1.
struct PolynomialNeuron: Model {
  let inputCount: Int

  var outputCount: Int { 1 }
  var parameterNames: [String] { ["w"] }
  var parameterShapes: [Shape] { [Shape(inputCount, 1)] }
  var isLinearInInputs: Bool { false }

  func outputs(_ parameters: [Node], inputs: Node) throws(ShapeError) -> Node {
    let z = try inputs.times(parameters[0])
    return try z.power(3) - 3 * z
  }

  func endToEndMatrix(_ parameters: [Node]) throws(ShapeError) -> Node? { nil }

  /// φ'(z) = 3z² - 3.
  static func slope(_ z: Node) throws(ShapeError) -> Node {
    try 3 * (z * z - z.graph.constant(1, shape: z.shape))
  }

  /// diag φ' X Xᵀ diag φ'.
  func kernel(
    _ parameters: [Node], _ left: (inputs: Node, entries: [Int]), _ right: (inputs: Node, entries: [Int])
  ) throws(ShapeError) -> Node {
    let (a, b) = (try left.inputs.select(rows: left.entries), try right.inputs.select(rows: right.entries))
    let (s, t) = (try Self.slope(a.times(parameters[0])), try Self.slope(b.times(parameters[0])))
    return try a.times(b.transposed()) * s.times(t.transposed())
  }
}
