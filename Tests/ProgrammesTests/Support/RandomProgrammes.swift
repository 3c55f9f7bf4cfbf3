import Multiprecision

@testable import Programmes

extension SplitMix64 {
  /// A small integer or a half: ties, zeros and repeated rows are frequent.
  mutating func entry(_ bound: Int = 3) -> Rational {
    Rational(Int.random(in: -bound...bound, using: &self), Int.random(in: 1...6, using: &self) == 1 ? 2 : 1)
  }

  mutating func entries(_ count: Int) -> [Rational] { (0..<count).map { _ in entry() } }

  mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
    Matrix(rows: rows, columns: columns) { _, _ in entry() }
  }

  /// Up to `rows` inequalities and one or two equalities in `columns` unknowns; sometimes with repeated rows.
  mutating func constraints(rows: Int, columns: Int, equalities: Int) throws -> LinearConstraints {
    var a = matrix(rows, columns)
    var b = entries(rows)
    if rows > 1, Int.random(in: 0..<4, using: &self) == 0 {
      for j in 0..<columns { a[0, j] = a[rows - 1, j] }
      b[0] = b[rows - 1]
    }
    return try LinearConstraints(
      inequalities: a, bounds: b, equalities: matrix(equalities, columns), values: entries(equalities))
  }
}
