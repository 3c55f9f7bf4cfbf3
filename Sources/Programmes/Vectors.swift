import Multiprecision

/// The sum of the products, over the shorter one's length.
func dot(_ left: [Rational], _ right: [Rational]) -> Rational {
  var sum: Rational = 0
  for (a, b) in zip(left, right) where !a.isZero && !b.isZero { sum += a * b }
  return sum
}

/// Vectors as arrays, for code in which a matrix of one column would hide the formula.
extension [Rational] {
  static func zeros(_ count: Int) -> [Rational] { Array(repeating: 0, count: count) }

  func plus(_ other: [Rational]) -> [Rational] { zip(self, other).map { $0 + $1 } }

  func minus(_ other: [Rational]) -> [Rational] { zip(self, other).map { $0 - $1 } }

  func negated() -> [Rational] { map { -$0 } }

  func scaled(by factor: Rational) -> [Rational] { map { factor * $0 } }
}

extension Matrix where Scalar == Rational {
  /// A x, by sums of products.
  func times(_ vector: [Rational]) -> [Rational] { (0..<rows).map { dot(row($0), vector) } }

  /// Aᵀ x, by sums of products.
  func transposedTimes(_ vector: [Rational]) -> [Rational] {
    var sum = [Rational].zeros(columns)
    for (i, factor) in vector.enumerated() where !factor.isZero {
      for j in 0..<columns where !self[i, j].isZero { sum[j] += factor * self[i, j] }
    }
    return sum
  }

  /// The rows of these indices, in this order.
  func selectingRows(_ indices: [Int]) -> Matrix {
    Matrix(rows: indices.count, columns: columns) { self[indices[$0], $1] }
  }

  /// The columns of these indices, in this order.
  func selectingColumns(_ indices: [Int]) -> Matrix {
    Matrix(rows: rows, columns: indices.count) { self[$0, indices[$1]] }
  }

  /// The rows of this matrix with those of another one below.
  func stacked(over other: Matrix) -> Matrix {
    Matrix(rows: rows + other.rows, columns: columns, elements: elements + other.elements)
  }

  static func empty(columns: Int) -> Matrix { Matrix(rows: 0, columns: columns, elements: []) }
}
