import ComputationGraph
import Multiprecision

/// A set of model outputs: inputs, and which output entries of them, for a function-space view of a flow.
///
/// For the categorical likelihood the outputs are the contrasts f_k - f_K with the last class, because adding
/// a constant to all logits of a sample changes nothing.
struct OutputPoints {
  /// N × d.
  let inputs: Matrix<Rational>
  /// Output entries n·K + k, or contrasts against n·K + K - 1.
  let entries: [Int]
  let outputCount: Int
  let areContrasts: Bool

  init(inputs: Matrix<Rational>, entries: [Int], outputCount: Int, areContrasts: Bool) {
    self.inputs = inputs
    self.entries = entries
    self.outputCount = outputCount
    self.areContrasts = areContrasts
  }

  /// All free outputs of `inputs`.
  init(inputs: Matrix<Rational>, model: any Model, likelihood: Likelihood) {
    let free = likelihood.freeOutputs(model.outputCount)
    self.init(
      inputs: inputs,
      entries: (0..<inputs.rows).flatMap { n in (0..<free).map { n * model.outputCount + $0 } },
      outputCount: model.outputCount, areContrasts: likelihood == .categorical)
  }

  var count: Int { entries.count }

  private var references: [Int] { entries.map { $0 / outputCount * outputCount + outputCount - 1 } }

  /// The outputs, count × 1, of the model's N × K output matrix.
  func values(of outputs: Node) throws(ShapeError) -> Node {
    let all = try outputs.reshaped(to: Shape(outputs.shape.count, 1))
    let values = try all.select(rows: entries)
    return areContrasts ? try values - all.select(rows: references) : values
  }

  /// J Jᵀ between these points and others: count × count.
  ///
  /// - Throws: `ShapeError`; `MemoryLimitError` where the kernel, or what it is made of, is too large.
  func kernel(_ model: any Model, _ parameters: [Node], with other: OutputPoints) throws -> Node {
    try checkMemory(ofSquareWith: other)
    let graph = parameters[0].graph
    let (x, z) = (graph.constant(inputs), graph.constant(other.inputs))
    func block(_ rows: [Int], _ columns: [Int]) throws(ShapeError) -> Node {
      try model.kernel(parameters, (x, rows), (z, columns))
    }
    let kernel = try block(entries, other.entries)
    guard areContrasts else { return kernel }
    return try kernel - block(entries, other.references) - block(references, other.entries)
      + block(references, other.references)
  }

  /// Throws where a matrix of these points and others, or one of all outputs of an input, is too large.
  func checkMemory(ofSquareWith other: OutputPoints) throws(MemoryLimitError) {
    let numbers = max(
      MemoryAccount.product(count, other.count), MemoryAccount.product(outputCount, outputCount))
    try MemoryAccount.current.check(
      MemoryAccount.bytes(numbers: numbers), for: "the kernel of \(count) and \(other.count) outputs")
  }

  /// Jᵀ v for a vector on these points (count × 1): one matrix for each parameter.
  func pullback(_ model: any Model, _ parameters: [Node], _ vector: Node) throws -> [Node] {
    let graph = parameters[0].graph
    let outputs = try model.outputs(parameters, inputs: graph.constant(inputs))
    let size = Shape(outputs.shape.count, 1)
    var cotangent = try vector.embedded(rows: entries, in: size)
    if areContrasts {
      cotangent = try cotangent - vector.embedded(rows: references, in: size)
    }
    return try graph.pullback([(outputs, cotangent.reshaped(to: outputs.shape))], to: parameters)
  }

  /// These points restricted to some of them.
  func subset(_ indices: [Int]) -> OutputPoints {
    OutputPoints(
      inputs: inputs, entries: indices.map { entries[$0] }, outputCount: outputCount,
      areContrasts: areContrasts)
  }
}
