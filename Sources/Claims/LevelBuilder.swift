import Multiprecision

/// The levels found so far, and what they leave free.
struct LevelBuilder {
  private let rows: Matrix<Rational>
  private(set) var levels: [LimitProgramme.Level] = []
  /// A basis of what is orthogonal to the levels' rows, one vector a column.
  private var free: Matrix<Rational>

  init(_ rows: Matrix<Rational>) {
    self.rows = rows
    free = .identity(rows.columns)
  }

  var dimension: Int { rows.columns }
  var spans: Bool { rows.rank() == rows.columns }
  var isComplete: Bool { free.columns == 0 }

  func select(_ indices: [Int]) -> Matrix<Rational> {
    Matrix(rows: indices.count, columns: rows.columns) { rows[indices[$0], $1] }
  }

  /// Rows that vary along the free directions.
  var freeRows: [Int] {
    let products = rows * free
    return (0..<rows.rows).filter { row in products.row(row).contains { !$0.isZero } }
  }

  mutating func add(_ members: [Int], margin: Rational) {
    let earlier = free
    // Within the free directions F: those orthogonal to the new rows are F n, n in the null space of Z_B F.
    let products = select(members) * earlier
    free = earlier * products.nullspaceBasis()
    // The others: orthogonal to the new free ones, F q with (new)ᵀ F q = 0.
    let directions = earlier * (free.transposed() * earlier).nullspaceBasis()
    levels.append(.init(rows: members, margin: margin, directions: directions))
  }
}
