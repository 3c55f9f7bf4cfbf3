import Multiprecision

extension Model {
  /// The parameters' matrices from all their entries, in order, each row by row.
  func matrices<Scalar>(_ entries: [Scalar]) -> [Matrix<Scalar>] {
    var rest = entries[...]
    return parameterShapes.map { shape in
      defer { rest = rest.dropFirst(shape.count) }
      return Matrix(rows: shape.rows, columns: shape.columns, elements: Array(rest.prefix(shape.count)))
    }
  }
}
