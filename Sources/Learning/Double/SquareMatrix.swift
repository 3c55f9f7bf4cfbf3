import Multiprecision

/// A square matrix of doubles with the two operations that must be quick.
struct SquareMatrix: Sendable {
  let size: Int
  /// Row by row.
  var elements: [Double]

  init(size: Int, elements: [Double]) { (self.size, self.elements) = (size, elements) }

  init(size: Int) { self.init(size: size, elements: .init(repeating: 0, count: size * size)) }

  init(identity size: Int) {
    self.init(size: size)
    for index in 0..<size { elements[index * size + index] = 1 }
  }

  func transposed() -> SquareMatrix {
    var result = self
    for row in 0..<size {
      for column in 0..<size { result.elements[column * size + row] = elements[row * size + column] }
    }
    return result
  }

  /// Four rows of the second factor at a time.
  static func * (left: SquareMatrix, right: SquareMatrix) -> SquareMatrix {
    let size = left.size
    let elements = [Double](unsafeUninitializedCapacity: size * size) { product, count in
      count = size * size
      product.initialize(repeating: 0)
      left.elements.withUnsafeBufferPointer { a in
        right.elements.withUnsafeBufferPointer { b in
          guard var sum = product.baseAddress, var factors = a.baseAddress, let b = b.baseAddress else {
            return
          }
          for _ in 0..<size {
            var row = b
            for inner in stride(from: 0, to: size - size % blockSize, by: blockSize) {
              sum.add(
                SIMD4(factors[inner], factors[inner + 1], factors[inner + 2], factors[inner + 3]),
                times: row, row + size, row + 2 * size, row + 3 * size, count: size)
              row += blockSize * size
            }
            for inner in size - size % blockSize..<size {
              sum.add(factors[inner], times: row, count: size)
              row += size
            }
            sum += size
            factors += size
          }
        }
      }
    }
    return SquareMatrix(size: size, elements: elements)
  }

  /// The x with A x = b for a positive definite matrix, of which the upper triangle is read and overwritten by its
  /// Cholesky factor R, A = Rᵀ R.
  ///
  /// Rows are eliminated four at a time.
  ///
  /// - Throws: `notPositiveDefinite` at a pivot that is not positive.
  mutating func solvePositiveDefinite(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
    let size = self.size
    var isDefinite = true
    elements.withUnsafeMutableBufferPointer { elements in
      guard let a = elements.baseAddress else { return }
      for block in stride(from: 0, to: size, by: Self.blockSize) {
        let end = min(block + Self.blockSize, size)
        for pivot in block..<end {
          let (diagonal, count) = (a + pivot * size + pivot, size - pivot)
          for earlier in block..<pivot {
            let above = a + earlier * size + pivot
            diagonal.add(-above[0], times: above, count: count)
          }
          guard diagonal[0] > 0 else {
            isDefinite = false
            return
          }
          let scale = 1 / diagonal[0].squareRoot()
          for column in 0..<count { diagonal[column] *= scale }
        }
        guard end - block == Self.blockSize else { return }
        for row in end..<size {
          let first = a + block * size + row
          let (second, third, fourth) = (first + size, first + 2 * size, first + 3 * size)
          (a + row * size + row).add(
            -SIMD4(first[0], second[0], third[0], fourth[0]), times: first, second, third, fourth,
            count: size - row)
        }
      }
    }
    if !isDefinite { throw .notPositiveDefinite }
    var x = right
    for row in 0..<size {
      x[row] /= elements[row * size + row]
      for column in row + 1..<size { x[column] -= x[row] * elements[row * size + column] }
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      for column in row + 1..<size { x[row] -= elements[row * size + column] * x[column] }
      x[row] /= elements[row * size + row]
    }
    return x
  }

  private static let blockSize = 4
}

extension Matrix<Double> {
  init(_ matrix: SquareMatrix) {
    self.init(rows: matrix.size, columns: matrix.size, elements: matrix.elements)
  }
}
