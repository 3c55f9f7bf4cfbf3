import Multiprecision

/// A deep linear network W = W_L ⋯ W_1 at exact parameters: its partial products, and its Jacobian by differences,
/// which are exact because W is linear in each layer.
///
/// Shapes: W is m × n. Layers are counted from 1. Matrices as vectors are taken row by row.
struct ExactDeepLinear {
  /// W_1, ..., W_L.
  let layers: [Matrix<Rational>]

  var depth: Int { layers.count }
  var outputCount: Int { layers[depth - 1].rows }
  var inputCount: Int { layers[0].columns }

  /// B_j = W_L ⋯ W_{j+1}; the identity for j = L.
  func above(_ layer: Int) -> Matrix<Rational> {
    layers[layer...].reversed().reduce(.identity(outputCount)) { $0 * $1 }
  }

  /// A_j = W_{j-1} ⋯ W_1; the identity for j = 1.
  func below(_ layer: Int) -> Matrix<Rational> {
    layers[..<(layer - 1)].reduce(.identity(inputCount)) { $1 * $0 }
  }

  /// ∂ vec(W X)/∂ vec(W_j) for inputs X (n × N, a column each): mN rows, a column for each entry of W_j. Column
  /// (a, b) is W X with 1 added to that entry, less W X.
  func jacobian(_ layer: Int, inputs: Matrix<Rational>) -> Matrix<Rational> {
    func outputs(_ middle: Matrix<Rational>) -> Matrix<Rational> {
      var product = inputs
      for (index, matrix) in layers.enumerated() {
        product = (index == layer - 1 ? middle : matrix) * product
      }
      return product
    }
    let matrix = layers[layer - 1]
    let start = outputs(matrix)
    let columns = matrix.elements.indices.map { entry in
      var moved = matrix
      moved[entry / matrix.columns, entry % matrix.columns] += 1
      return (outputs(moved) - start).elements
    }
    return Matrix(rows: columns).transposed()
  }

  /// The Jacobian by all layers, side by side.
  func jacobian(inputs: Matrix<Rational>) -> Matrix<Rational> {
    let blocks = (1...depth).map { jacobian($0, inputs: inputs) }
    return Matrix(rows: (0..<blocks[0].rows).map { row in blocks.flatMap { $0.row(row) } })
  }

  /// The ranks u_j of B_j and v_j of A_j X, for j = 1, ..., L.
  func ranks(inputs: Matrix<Rational>) -> [(above: Int, below: Int)] {
    (1...depth).map { (above($0).rank(), (below($0) * inputs).rank()) }
  }
}

extension RandomInstances {
  /// A layer of any rank: half the time as large as possible, else drawn from 0 up.
  mutating func layerOfSomeRank(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
    let full = min(rows, columns)
    let rank = integer(below: 2) == 0 ? full : integer(below: full + 1)
    guard rank > 0 else { return Matrix(rows: rows, columns: columns, repeating: 0) }
    return fullRankMatrix(rows, rank) * fullRankMatrix(rank, columns)
  }

  /// Layers of some widths below `limit` + 1 and of some ranks.
  mutating func deepLinear(depth: Int, widthLimit limit: Int) -> ExactDeepLinear {
    let widths = (0...depth).map { _ in 1 + integer(below: limit) }
    return ExactDeepLinear(layers: (1...depth).map { layerOfSomeRank(widths[$0], widths[$0 - 1]) })
  }
}
