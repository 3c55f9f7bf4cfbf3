import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rows of a rational matrix that form a basis of its row space, chosen for positive weights of the rows that may differ
/// by any factor.
///
/// Row n is Σ_i c_ni times basis row i. With W_n the weights, a basis row is exchanged while some W_n c_ni² is much larger than
/// its weight W_i: the weighted volume of the basis grows by each exchange, so this ends. Then every W_n c_ni² is at most
/// about W_i, and in the system of the weighted least-squares problem that has the basis as coordinates,
/// W_i⁻¹ Σ_n W_n c_ni c_nj, entries and those of the inverse are bounded by the matrix alone, whatever the weights are.
///
/// **Source**: G. W. Stewart, *On scaled projections and pseudoinverses*, Linear Algebra Appl. 112 (1989), for the bound;
/// derived in docs/design, "Three routes to the natural gradient".
struct WeightedBasis {
  /// The rows of the basis.
  private(set) var rows: [Int]
  /// c, n × r, exactly.
  private(set) var coordinates: Matrix<Rational>
  /// log2 |c|; -∞ for zeros.
  private var sizes: Matrix<Double>
  /// Which rows may be in a basis.
  private let candidates: [Int]

  /// Bits by which W_n c_ni² may exceed W_i where a basis is chosen.
  static let choiceBits = 1.0
  /// The same along a flow, before another basis is chosen. The system's condition grows as the square of the excess, and
  /// what bounds a certified step's Jacobian has few bits.
  static let toleranceBits = 4.0

  /// Nil unless the candidates have full column rank.
  init?(of matrix: Matrix<Rational>, candidates: [Int]) {
    guard !candidates.isEmpty else { return nil }
    let measured = Matrix<Rational>(rows: matrix.columns, columns: candidates.count) {
      matrix[candidates[$1], $0]
    }
    let (reduced, rank) = measured.rowReduced()
    guard rank == matrix.columns, rank > 0 else { return nil }
    let pivots = (0..<rank).compactMap { row in reduced.row(row).firstIndex { !$0.isZero } }
    rows = pivots.map { candidates[$0] }
    let chosen = rows
    let basis = Matrix<Rational>(rows: rank, columns: rank) { matrix[chosen[$0], $1] }
    guard let inverse = try? basis.inverse() else { return nil }
    coordinates = matrix * inverse
    sizes = coordinates.map(Self.log2Magnitude)
    self.candidates = candidates
  }

  /// Exchanges rows of the basis while one exceeds `choiceBits`, if one exceeds `limit`; whether any was.
  ///
  /// - Parameter log2Weights: of all rows; those of candidates are finite.
  mutating func improve(log2Weights: [Double], limit: Double = choiceBits) -> Bool {
    var (limit, isChanged) = (limit, false)
    while let (row, place) = exchange(log2Weights, above: limit) {
      pivot(row, place)
      (limit, isChanged) = (Self.choiceBits, true)
    }
    return isChanged
  }

  private func exchange(_ log2Weights: [Double], above limit: Double) -> (row: Int, place: Int)? {
    var (best, found) = (limit, (row: 0, place: 0))
    for row in candidates {
      for place in rows.indices {
        let excess = log2Weights[row] + 2 * sizes[row, place] - log2Weights[rows[place]]
        if excess > best { (best, found) = (excess, (row, place)) }
      }
    }
    return best > limit ? found : nil
  }

  /// Row `row` takes the basis' place.
  private mutating func pivot(_ row: Int, _ place: Int) {
    let (old, pivotRow) = (coordinates, coordinates.row(row))
    let factors = (0..<old.rows).map { old[$0, place] / pivotRow[place] }
    coordinates = Matrix<Rational>(rows: old.rows, columns: old.columns) { n, i in
      i == place ? factors[n] : old[n, i] - factors[n] * pivotRow[i]
    }
    sizes = coordinates.map(Self.log2Magnitude)
    rows[place] = row
  }

  /// -∞ for zero.
  static func log2Magnitude(_ value: Rational) -> Double {
    BigFloat(value, precision: 64).log10Magnitude / log10(2)
  }
}
