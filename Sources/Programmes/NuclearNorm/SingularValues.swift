import Multiprecision

/// An approximate singular value decomposition A = U Σ Vᵀ by one-sided Jacobi rotations, in floating point.
///
/// No error bound: what is built from it is checked afterwards.
struct SingularValues<Scalar: RealScalar & Comparable> {
  /// U Σ, with a column for each singular value.
  let scaledLeft: Matrix<Scalar>
  /// V.
  let right: Matrix<Scalar>
  /// σ, in no order.
  let values: [Scalar]

  /// **Complexity**: some ten sweeps of n² rotations of length m + n.
  init(_ matrix: Matrix<Scalar>, precision: Int) {
    let zero = Scalar(0, precision: precision)
    var (left, right) = (matrix, Matrix<Scalar>.identity(matrix.columns, precision: precision))
    let size = matrix.elements.reduce(zero) { $0 + $1 * $1 }
    let unit = Scalar(Rational(1, 4), precision: precision)
    // Squares: relative to the columns, and to the whole for columns that are rounding errors.
    let epsilon = (0..<max(0, precision - 4)).reduce(Scalar(1, precision: precision)) { value, _ in
      value * unit
    }
    var isDone = false
    var sweeps = 0
    while !isDone && sweeps < 100 {
      isDone = true
      sweeps += 1
      for p in 0..<matrix.columns {
        for q in (p + 1)..<max(matrix.columns, p + 1) {
          let (a, b, c) = Self.products(left, p, q, zero)
          guard c * c > epsilon * a * b, c * c > epsilon * epsilon * size * size else { continue }
          isDone = false
          let rotation = Self.rotation(a, b, c, precision)
          Self.rotate(&left, p, q, rotation)
          Self.rotate(&right, p, q, rotation)
        }
      }
    }
    scaledLeft = left
    self.right = right
    values = (0..<matrix.columns).map { column in Scalar.sqrt(Self.products(left, column, column, zero).2) }
  }

  private static func products(
    _ matrix: Matrix<Scalar>, _ p: Int, _ q: Int, _ zero: Scalar
  ) -> (Scalar, Scalar, Scalar) {
    var (a, b, c) = (zero, zero, zero)
    for row in 0..<matrix.rows {
      let (x, y) = (matrix[row, p], matrix[row, q])
      a = a + x * x
      b = b + y * y
      c = c + x * y
    }
    return (a, b, c)
  }

  /// Cosine and sine of the rotation that makes columns with squares a, b and product c orthogonal.
  private static func rotation(
    _ a: Scalar, _ b: Scalar, _ c: Scalar, _ precision: Int
  ) -> (Scalar, Scalar) {
    let one = Scalar(1, precision: precision)
    let zeta = (b - a) / (c + c)
    let root = Scalar.sqrt(one + zeta * zeta)
    let tangent = zeta < Scalar.zero ? -one / (root - zeta) : one / (root + zeta)
    let cosine = one / Scalar.sqrt(one + tangent * tangent)
    return (cosine, cosine * tangent)
  }

  private static func rotate(_ matrix: inout Matrix<Scalar>, _ p: Int, _ q: Int, _ rotation: (Scalar, Scalar))
  {
    let (cosine, sine) = rotation
    for row in 0..<matrix.rows {
      let (x, y) = (matrix[row, p], matrix[row, q])
      matrix[row, p] = cosine * x - sine * y
      matrix[row, q] = sine * x + cosine * y
    }
  }
}
