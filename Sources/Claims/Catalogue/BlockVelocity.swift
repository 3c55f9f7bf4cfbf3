import Multiprecision

/// The end-to-end velocity of block-diagonal natural gradient for a deep linear network with squared loss:
/// W' X = -T (W X - Y), where T = Σ_j J_j F_j⁺ J_jᵀ, a block for each layer.
struct BlockVelocity {
  let network: ExactDeepLinear
  /// n × N, a column for each input.
  let inputs: Matrix<Rational>

  /// T, from the Jacobians J_j and the Moore–Penrose inverses of the blocks F_j = J_jᵀ J_j; acts on m × N
  /// matrices as vectors, row by row.
  func operation() -> Matrix<Rational> {
    (1...network.depth).map { projection(network.jacobian($0, inputs: inputs)) }.reduce(zero, +)
  }

  /// J F⁺ Jᵀ with the whole Fisher matrix: natural gradient without blocks.
  func exactOperation() -> Matrix<Rational> { projection(network.jacobian(inputs: inputs)) }

  /// Σ_j P_{col B_j} ⊗ P_{row A_j X}, from projections in output and sample space.
  func projectors() -> Matrix<Rational> {
    (1...network.depth).map { layer in
      let (above, features) = (network.above(layer), network.below(layer) * inputs)
      let left = above * above.moorePenroseInverse()
      let right = features.moorePenroseInverse() * features
      let size = right.rows
      return Matrix(rows: left.rows * size, columns: left.rows * size) { p, q in
        left[p / size, q / size] * right[p % size, q % size]
      }
    }.reduce(zero, +)
  }

  /// How often T has each of the eigenvalues 0, ..., L: the dimension of the kernel of T - k, exactly.
  func multiplicities() -> [Int] {
    let operation = operation()
    return (0...network.depth).map { value in
      operation.rows - (operation - .identity(operation.rows).scaled(by: Rational(value))).rank()
    }
  }

  /// The same from the ranks u_j of B_j and v_j of A_j X alone. The column spaces grow with j and the row spaces
  /// shrink; in bases adapted to both, component (i, l) is in term j iff i ≤ u_j and l ≤ v_j.
  func multiplicitiesFromRanks() -> [Int] {
    let ranks = network.ranks(inputs: inputs)
    var counts = [Int](repeating: 0, count: network.depth + 1)
    for i in 1...network.outputCount {
      for l in 1...inputs.columns { counts[ranks.count { i <= $0.above && l <= $0.below }] += 1 }
    }
    return counts
  }

  private var zero: Matrix<Rational> {
    let size = network.outputCount * inputs.columns
    return Matrix(rows: size, columns: size, repeating: 0)
  }

  private func projection(_ jacobian: Matrix<Rational>) -> Matrix<Rational> {
    let transpose = jacobian.transposed()
    return jacobian * (transpose * jacobian).moorePenroseInverse() * transpose
  }
}
