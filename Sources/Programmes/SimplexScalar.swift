import Multiprecision

/// The numbers that the simplex method runs on: `Rational` decides, `Double` guesses.
protocol SimplexScalar: RingScalar, Comparable {
  static var one: Self { get }
  static func / (left: Self, right: Self) -> Self

  /// -1, 0 or 1; for `Double` 0 within a tolerance.
  var decidedSign: Int { get }

  /// The X with A X = B; nil when A is singular (for `Double`: when a pivot or the result is unusable).
  static func solution(_ a: Matrix<Self>, _ b: Matrix<Self>) -> Matrix<Self>?

  /// `count` independent rows, among them the first `fixed` ones, which are independent; nil if none are found.
  static func independentRows(_ matrix: Matrix<Self>, fixed: Int, count: Int) -> [Int]?
}

extension Rational: SimplexScalar {
  static var one: Rational { 1 }

  var decidedSign: Int { signum() }

  static func solution(_ a: Matrix<Rational>, _ b: Matrix<Rational>) -> Matrix<Rational>? {
    a.rows == 0 ? b : try? a.solve(b)
  }

  static func independentRows(_ matrix: Matrix<Rational>, fixed: Int, count: Int) -> [Int]? {
    let rows = matrix.transposed().independentColumns().columns
    return rows.count == count ? rows : nil
  }
}

extension Double: SimplexScalar {
  static var one: Double { 1 }

  /// Rows, columns, bounds and cost are scaled to about 1 before they are compared with this.
  private static let tolerance = 1e-9

  var decidedSign: Int { abs(self) <= Self.tolerance ? 0 : self < 0 ? -1 : 1 }

  static func solution(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double>? {
    guard let x = try? Double.solve(a, b), x.elements.allSatisfy(\.isFinite) else { return nil }
    return x
  }

  /// By elimination, each time with the row whose rest has the largest entry.
  static func independentRows(_ matrix: Matrix<Double>, fixed: Int, count: Int) -> [Int]? {
    var rest = matrix
    var open = Array(0..<matrix.rows)
    var chosen: [Int] = []
    while chosen.count < count {
      let candidates = chosen.count < fixed ? [chosen.count] : open
      var best: (row: Int, column: Int, size: Double)?
      for row in candidates {
        for column in 0..<rest.columns where abs(rest[row, column]) > best?.size ?? tolerance {
          best = (row, column, abs(rest[row, column]))
        }
      }
      guard let best else { return nil }
      chosen.append(best.row)
      open.removeAll { $0 == best.row }
      for row in open where rest[row, best.column] != 0 {
        let factor = rest[row, best.column] / rest[best.row, best.column]
        for column in 0..<rest.columns { rest[row, column] -= factor * rest[best.row, column] }
        rest[row, best.column] = 0
      }
    }
    return chosen
  }
}

extension Matrix where Scalar == Rational {
  /// The first columns that are a basis of the column space, and the matrix R with A = A[columns] R.
  func independentColumns() -> (columns: [Int], factor: Matrix<Rational>) {
    guard rows > 0, columns > 0 else { return ([], .empty(columns: columns)) }
    let (reduced, rank) = rowReduced()
    var pivots: [Int] = []
    for row in 0..<rank {
      let start = (pivots.last ?? -1) + 1
      if let pivot = (start..<columns).first(where: { !reduced[row, $0].isZero }) { pivots.append(pivot) }
    }
    return (pivots, reduced.selectingRows(Array(0..<rank)))
  }
}
