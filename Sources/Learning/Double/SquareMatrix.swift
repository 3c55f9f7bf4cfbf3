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

  /// Four rows of the second factor at a time, so that each entry of the product is fetched once for four updates.
  static func * (left: SquareMatrix, right: SquareMatrix) -> SquareMatrix {
    let size = left.size
    let elements = [Double](unsafeUninitializedCapacity: size * size) { product, count in
      count = size * size
      product.initialize(repeating: 0)
      left.elements.withUnsafeBufferPointer { a in
        right.elements.withUnsafeBufferPointer { b in
          for row in 0..<size {
            let (start, whole) = (row * size, size - size % blockSize)
            for inner in stride(from: 0, to: whole, by: blockSize) {
              let (f0, f1, f2, f3) = (
                a[start + inner], a[start + inner + 1], a[start + inner + 2], a[start + inner + 3]
              )
              let (first, second) = (inner * size, (inner + 1) * size)
              let (third, fourth) = (second + size, second + 2 * size)
              for column in 0..<size {
                product[start + column] +=
                  (f0 * b[first + column] + f1 * b[second + column])
                  + (f2 * b[third + column] + f3 * b[fourth + column])
              }
            }
            for inner in whole..<size {
              let factor = a[start + inner]
              for column in 0..<size { product[start + column] += factor * b[inner * size + column] }
            }
          }
        }
      }
    }
    return SquareMatrix(size: size, elements: elements)
  }

  /// The x with A x = b for a positive definite matrix, of which the upper triangle is read and overwritten by its
  /// Cholesky factor R, A = Rᵀ R.
  ///
  /// Rows are eliminated four at a time, so that each later row is fetched once for four updates.
  ///
  /// - Throws: `notPositiveDefinite` at a pivot that is not positive.
  mutating func solvePositiveDefinite(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
    let size = self.size
    var isDefinite = true
    elements.withUnsafeMutableBufferPointer { a in
      for block in stride(from: 0, to: size, by: Self.blockSize) where isDefinite {
        let end = min(block + Self.blockSize, size)
        for pivot in block..<end {
          for earlier in block..<pivot {
            let factor = a[earlier * size + pivot]
            for column in pivot..<size { a[pivot * size + column] -= factor * a[earlier * size + column] }
          }
          let square = a[pivot * size + pivot]
          guard square > 0 else {
            isDefinite = false
            return
          }
          let scale = 1 / square.squareRoot()
          for column in pivot..<size { a[pivot * size + column] *= scale }
        }
        guard end - block == Self.blockSize else { return }
        for row in end..<size {
          let (f0, f1, f2, f3) = (
            a[block * size + row], a[(block + 1) * size + row], a[(block + 2) * size + row],
            a[(block + 3) * size + row]
          )
          for column in row..<size {
            a[row * size + column] -=
              f0 * a[block * size + column] + f1 * a[(block + 1) * size + column]
              + f2 * a[(block + 2) * size + column] + f3 * a[(block + 3) * size + column]
          }
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
