extension Matrix where Scalar: RingScalar {
  /// - Precondition: the shapes are equal.
  public static func + (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.shape == right.shape, "sum of matrices of \(left.shape) and \(right.shape)")
    return Matrix(rows: left.rows, columns: left.columns, elements: zip(left.elements, right.elements).map(+))
  }

  /// - Precondition: the shapes are equal.
  public static func - (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.shape == right.shape, "difference of matrices of \(left.shape) and \(right.shape)")
    return Matrix(rows: left.rows, columns: left.columns, elements: zip(left.elements, right.elements).map(-))
  }

  /// The matrix product.
  ///
  /// - Precondition: the left matrix has as many columns as the right one has rows.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columns == right.rows, "product of matrices of \(left.shape) and \(right.shape)")
    return Scalar.product(left, right)
  }

  public static prefix func - (value: Matrix) -> Matrix { value.map { -$0 } }

  public func scaled(by factor: Scalar) -> Matrix { map { factor * $0 } }
}

extension Matrix where Scalar: RealScalar {
  public static func identity(_ size: Int, precision: Int) -> Matrix {
    let (zero, one) = (Scalar(0, precision: precision), Scalar(1, precision: precision))
    return Matrix(rows: size, columns: size) { $0 == $1 ? one : zero }
  }

  /// The rational matrix, rounded or enclosed entry by entry.
  public init(_ matrix: Matrix<Rational>, precision: Int) {
    self = matrix.map { Scalar($0, precision: precision) }
  }
}

extension Matrix where Scalar == Rational {
  public static func identity(_ size: Int) -> Matrix {
    Matrix(rows: size, columns: size) { $0 == $1 ? 1 : 0 }
  }

  public var isIdentity: Bool {
    isSquare && elements.enumerated().allSatisfy { $1 == ($0 / columns == $0 % columns ? 1 : 0) }
  }
}
