import Multiprecision

/// A symmetric matrix in double precision, of which the lower triangle is kept, row by row.
public struct SymmetricDouble: Sendable {
  public let size: Int
  /// Full rows; above the diagonal they are not used.
  private var elements: [Double]

  public init(size: Int) {
    self.size = size
    elements = [Double](repeating: 0, count: size * size)
  }

  public subscript(row: Int, column: Int) -> Double {
    row >= column ? elements[row * size + column] : elements[column * size + row]
  }

  public mutating func set(_ row: Int, _ column: Int, _ value: Double) {
    elements[max(row, column) * size + min(row, column)] = value
  }

  /// The rows and columns with the given indices.
  public func restricted(to indices: [Int]) -> SymmetricDouble {
    var result = SymmetricDouble(size: indices.count)
    for (i, row) in indices.enumerated() {
      for j in 0...i { result.set(i, j, self[row, indices[j]]) }
    }
    return result
  }

  /// The x with A x = b for a positive definite A, by Cholesky's factorisation.
  ///
  /// - Throws: `LinearAlgebraError.singular` where a pivot is not positive.
  /// **Complexity**: size³/6 multiplications. **Error**: that of rounding, condition number times 10^-16.
  public func solve(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
    var factor = elements
    var solution = right
    let n = size
    let isPositive = factor.withUnsafeMutableBufferPointer { a in
      solution.withUnsafeMutableBufferPointer { x in Self.solve(a, x, n) }
    }
    if !isPositive { throw .singular }
    return solution
  }

  private static func solve(
    _ a: UnsafeMutableBufferPointer<Double>, _ x: UnsafeMutableBufferPointer<Double>, _ n: Int
  ) -> Bool {
    for i in 0..<n {
      for j in 0...i {
        // Four sums, so that additions need not wait for each other.
        var (p, q, r, s) = (0.0, 0.0, 0.0, 0.0)
        let (left, right) = (i * n, j * n)
        var k = 0
        while k + 4 <= j {
          p += a[left + k] * a[right + k]
          q += a[left + k + 1] * a[right + k + 1]
          r += a[left + k + 2] * a[right + k + 2]
          s += a[left + k + 3] * a[right + k + 3]
          k += 4
        }
        while k < j {
          p += a[left + k] * a[right + k]
          k += 1
        }
        let rest = a[left + j] - ((p + q) + (r + s))
        if i == j {
          guard rest > 0 else { return false }
          a[left + j] = rest.squareRoot()
        } else {
          a[left + j] = rest / a[right + j]
        }
      }
    }
    for i in 0..<n {
      var sum = x[i]
      for k in 0..<i { sum -= a[i * n + k] * x[k] }
      x[i] = sum / a[i * n + i]
    }
    for i in stride(from: n - 1, through: 0, by: -1) {
      let value = x[i] / a[i * n + i]
      x[i] = value
      for k in 0..<i { x[k] -= a[i * n + k] * value }
    }
    return true
  }
}
