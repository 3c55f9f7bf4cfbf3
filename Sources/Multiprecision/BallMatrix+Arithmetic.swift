import CFLINT

extension BallMatrix {
  /// - Precondition: the shapes are equal.
  public static func + (left: BallMatrix, right: BallMatrix) -> BallMatrix {
    precondition(left.shape == right.shape, "sum of matrices of \(left.shape) and \(right.shape)")
    return combine(left, right, shape: left.shape, arb_mat_add)
  }

  /// - Precondition: the shapes are equal.
  public static func - (left: BallMatrix, right: BallMatrix) -> BallMatrix {
    precondition(left.shape == right.shape, "difference of matrices of \(left.shape) and \(right.shape)")
    return combine(left, right, shape: left.shape, arb_mat_sub)
  }

  /// The matrix product.
  ///
  /// - Precondition: the left matrix has as many columns as the right one has rows.
  public static func * (left: BallMatrix, right: BallMatrix) -> BallMatrix {
    precondition(left.columns == right.rows, "product of matrices of \(left.shape) and \(right.shape)")
    let shape = MatrixShape(rows: left.rows, columns: right.columns)
    return combine(left, right, shape: shape, arb_mat_mul)
  }

  public static prefix func - (value: BallMatrix) -> BallMatrix {
    BallMatrix(shape: value.shape, precision: value.precision) { result in
      value.withPointer { arb_mat_neg(result, $0) }
    }
  }

  public func transposed() -> BallMatrix {
    BallMatrix(shape: MatrixShape(rows: columns, columns: rows), precision: precision) { result in
      withPointer { arb_mat_transpose(result, $0) }
    }
  }

  public func scaled(by factor: Ball) -> BallMatrix {
    let precision = max(self.precision, factor.precision)
    return BallMatrix(shape: shape, precision: precision) { result in
      withPointer { a in factor.withPointer { arb_mat_scalar_mul_arb(result, a, $0, precision) } }
    }
  }

  /// A Aᵀ.
  public func gram() -> BallMatrix { self * transposed() }

  typealias BinaryFunction = (
    UnsafeMutablePointer<arb_mat_struct>?, UnsafePointer<arb_mat_struct>?, UnsafePointer<arb_mat_struct>?, Int
  ) -> Void

  private static func combine(
    _ a: BallMatrix, _ b: BallMatrix, shape: MatrixShape, _ function: BinaryFunction
  ) -> BallMatrix {
    let precision = max(a.precision, b.precision)
    return BallMatrix(shape: shape, precision: precision) { result in
      a.withPointer { x in b.withPointer { function(result, x, $0, precision) } }
    }
  }
}
