import Multiprecision

/// F⁺ g and (F + λ)⁻¹ g for F = Bᵀ B, by orthogonal factorisations of B: F is never formed.
///
/// **Shapes**: B is M × P, given by its M rows; g has P entries.
enum GramPseudoInverse {
  /// F⁺ g = B⁺ (B⁺)ᵀ g, by the complete orthogonal decomposition Bᵀ Π = Q₁ R, Rᵀ Π' = Z T, so that
  /// F = Q₁ R Rᵀ Q₁ᵀ and R Rᵀ = Π' Tᵀ T Π'ᵀ. With R square (rank M) the second factorisation is not needed.
  ///
  /// - Parameter rows: the rows of B one after the other; overwritten.
  /// - Returns: F⁺ g, the rank of F, and about how many bits of g's it may have lost: where rows of B have very different
  ///   scale, g is given as a sum in which the small ones hardly show.
  /// - Throws: `undecided` where the rank is not clear.
  static func apply(
    rows: BigFloatBuffer, to vector: [BigFloat]
  ) throws(LinearAlgebraError) -> (product: [BigFloat], rank: Int, lostBits: Double) {
    let length = vector.count
    let count = length == 0 ? 0 : rows.count / length
    let first = try PivotedOrthogonalFactorisation(columns: rows, length: length)
    let rank = first.rank
    let (projected, lostBits) = (first.project(vector), 2 * first.log2Spread)
    if rank == count {
      let product = first.expand(first.solveTransposedTriangle(first.solveTriangle(projected)))
      return (product, rank, lostBits)
    }
    let trapezoid = BigFloatBuffer(count: rank * count, precision: rows.precision)
    for row in 0..<rank {
      for column in row..<count { trapezoid[row * count + column] = first.entry(row, column) }
    }
    let second = try PivotedOrthogonalFactorisation(columns: trapezoid, length: count)
    guard second.rank == rank else { throw .undecided }
    return (first.expand(solveGram(second, projected)), rank, lostBits)
  }

  /// (F + λ)⁻¹ g by the factorisation of B on top of √λ·identity.
  ///
  /// - Throws: `undecided` where λ is too small for the precision.
  static func applyDamped(
    rows: BigFloatBuffer, damping: BigFloat, to vector: [BigFloat]
  ) throws(LinearAlgebraError) -> [BigFloat] {
    let (size, count) = (vector.count, rows.count / max(vector.count, 1))
    let length = count + size
    let stacked = BigFloatBuffer(count: size * length, precision: rows.precision)
    let root = BigFloat.sqrt(damping)
    for column in 0..<size {
      for row in 0..<count { stacked[column * length + row] = rows[row * size + column] }
      stacked[column * length + count + column] = root
    }
    let factorisation = try PivotedOrthogonalFactorisation(columns: stacked, length: length)
    guard factorisation.rank == size else { throw .undecided }
    return solveGram(factorisation, vector)
  }

  /// The x with AᵀA x = b, from the factorisation of an A of full column rank: AᵀA = Π RᵀR Πᵀ.
  private static func solveGram(_ a: PivotedOrthogonalFactorisation, _ right: [BigFloat]) -> [BigFloat] {
    let solution = a.solveTriangle(a.solveTransposedTriangle(a.order.map { right[$0] }))
    var x = right
    for (place, index) in a.order.enumerated() { x[index] = solution[place] }
    return x
  }
}
