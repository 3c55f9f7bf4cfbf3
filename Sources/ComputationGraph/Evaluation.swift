import Multiprecision

extension Graph {
  /// The values of `outputs`, in Double, BigFloat or Ball arithmetic.
  ///
  /// - Parameters:
  ///   - variables: a value for each variable that the outputs depend on.
  ///   - precision: the bits to which constants are rounded (Double ignores it).
  ///   - check: called before each operation; what it throws ends the evaluation.
  /// - Throws: `EvaluationError` where a variable has no value or one of another shape; the error of an
  ///   operation that has no value there (a singular matrix); `MemoryLimitError` where the nodes' values would take up
  ///   too much; `CancellationError`.
  public func evaluate<Scalar: RealScalar>(
    _ outputs: [Node], variables: [(Node, Matrix<Scalar>)], precision: Int,
    check: (() throws -> Void)? = nil
  ) throws -> [Matrix<Scalar>] {
    let nodes = order(for: outputs)
    let reservation = try reserve(nodes, Scalar.self, precision: precision)
    defer { withExtendedLifetime(reservation) {} }
    var values: [Int: Matrix<Scalar>] = [:]
    for (variable, value) in variables {
      guard value.shape == variable.shape else {
        throw EvaluationError.variableShape(
          name: (variable.operation as? Variable)?.name ?? variable.operation.key, expected: variable.shape,
          found: value.shape)
      }
      values[variable.index] = value
    }
    for index in nodes where values[index] == nil {
      try Task.checkCancellation()
      let entry = entries[index]
      if let variable = entry.operation as? Variable {
        throw EvaluationError.variableWithoutValue(name: variable.name)
      }
      try check?()
      values[index] = try entry.operation.value(
        entry.operands.map { operand in
          guard let value = values[operand] else { throw EvaluationError.variableWithoutValue(name: "?") }
          return value
        }, shape: entry.shape, precision: precision)
    }
    return outputs.compactMap { values[$0.index] }
  }

  /// Enters the values of all nodes in the account of memory.
  private func reserve<Scalar>(
    _ nodes: [Int], _: Scalar.Type, precision: Int
  ) throws(MemoryLimitError) -> MemoryAccount.Reservation {
    let numbers = nodes.reduce(0) { MemoryAccount.sum($0, entries[$1].shape.count) }
    let bytes =
      Scalar.self == Double.self
      ? MemoryAccount.product(numbers, MemoryLayout<Double>.stride)
      : MemoryAccount.bytes(numbers: numbers, precision: precision)
    return try MemoryAccount.current.reserve(bytes, for: "the evaluation of \(nodes.count) matrices")
  }
}

public enum EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  case variableWithoutValue(name: String)
  case variableShape(name: String, expected: Shape, found: Shape)

  public var description: String {
    switch self {
    case .variableWithoutValue(let name): "variable \(name) has no value"
    case .variableShape(let name, let expected, let found):
      "variable \(name) is \(expected), but its value is \(found)"
    }
  }
}
