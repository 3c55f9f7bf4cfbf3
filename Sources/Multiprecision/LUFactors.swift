/// A square matrix of doubles in triangular factors, P A = L U, for approximate solutions of A x = b.
///
/// Gaussian elimination with partial pivoting, in blocks of columns so that large matrices pass through the processor's
/// cache a few times only (Golub & Van Loan, *Matrix Computations*, 3.4). Rows are scaled by powers of two beforehand.
/// Backward stable in practice; no error bound. **Complexity**: 2/3 n³ operations, and 2 n² for each solution.
public struct LUFactors: Sendable {
  public let size: Int
  /// L below the diagonal, U from it on, row by row.
  private var entries: [Double]
  /// Row k was exchanged with row `exchanges[k]`.
  private var exchanges: [Int] = []
  private let rowScales: [Double]

  /// Columns eliminated together.
  private static let block = 32

  /// Nil where a pivot is 0 or an entry is not finite.
  ///
  /// - Parameter matrix: row by row.
  /// - Precondition: `matrix` has size² entries.
  public init?(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size, "the matrix is not square")
    self.size = size
    entries = matrix
    rowScales = (0..<size).map { row in
      let largest = matrix[row * size..<(row + 1) * size].reduce(0) { Swift.max($0, $1.magnitude) }
      return largest > 0 && largest.isFinite
        ? Double(sign: .plus, exponent: -largest.exponent, significand: 1) : .nan
    }
    guard rowScales.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    exchanges.reserveCapacity(size)
    let scales = rowScales
    let isRegular = entries.withUnsafeMutableBufferPointer { buffer -> Bool in
      guard let base = buffer.baseAddress else { return true }
      for row in 0..<size {
        for column in 0..<size { base[row * size + column] *= scales[row] }
      }
      for first in stride(from: 0, to: size, by: Self.block) {
        let end = Swift.min(first + Self.block, size)
        guard Self.eliminate(first..<end, base, size, &exchanges) else { return false }
        Self.update(first..<end, base, size)
      }
      return true
    }
    guard isRegular else { return nil }
  }

  /// Eliminates some columns below the diagonal, within themselves.
  private static func eliminate(
    _ columns: Range<Int>, _ base: UnsafeMutablePointer<Double>, _ size: Int, _ exchanges: inout [Int]
  ) -> Bool {
    for k in columns {
      var pivot = k
      for row in k..<size where base[row * size + k].magnitude > base[pivot * size + k].magnitude {
        pivot = row
      }
      let value = base[pivot * size + k]
      guard value != 0, value.isFinite else { return false }
      exchanges.append(pivot)
      if pivot != k {
        for column in 0..<size { swap(&base[k * size + column], &base[pivot * size + column]) }
      }
      let count = columns.upperBound - k - 1
      for row in k + 1..<size {
        let factor = base[row * size + k] / value
        base[row * size + k] = factor
        if factor != 0 {
          (base + row * size + k + 1).add(-factor, times: base + k * size + k + 1, count: count)
        }
      }
    }
    return true
  }

  /// What eliminated columns make of those to their right.
  private static func update(_ columns: Range<Int>, _ base: UnsafeMutablePointer<Double>, _ size: Int) {
    let (first, end) = (columns.lowerBound, columns.upperBound)
    let count = size - end
    guard count > 0 else { return }
    for row in first + 1..<size {
      let target = base + row * size + end
      let factors = base + row * size
      let last = Swift.min(row, end)
      var k = first
      while k + 4 <= last {
        target.add(
          -SIMD4(factors[k], factors[k + 1], factors[k + 2], factors[k + 3]), times: base + k * size + end,
          base + (k + 1) * size + end, base + (k + 2) * size + end, base + (k + 3) * size + end, count: count)
        k += 4
      }
      while k < last {
        target.add(-factors[k], times: base + k * size + end, count: count)
        k += 1
      }
    }
  }

  /// x with A x = b, to the accuracy of doubles and of the matrix's condition.
  ///
  /// - Precondition: b has as many entries as the matrix has rows.
  public func solution(of b: [Double]) -> [Double] {
    precondition(b.count == size, "wrong number of entries")
    var x = zip(b, rowScales).map { $0 * $1 }
    for (k, pivot) in exchanges.enumerated() where pivot != k { x.swapAt(k, pivot) }
    x.withUnsafeMutableBufferPointer { x in
      entries.withUnsafeBufferPointer { entries in
        guard let x = x.baseAddress, let base = entries.baseAddress else { return }
        for row in 0..<size {
          x[row] -= (base + row * size).dot(UnsafePointer(x), count: row)
        }
        for row in (0..<size).reversed() {
          let rest = (base + row * size + row + 1).dot(UnsafePointer(x + row + 1), count: size - row - 1)
          x[row] = (x[row] - rest) / base[row * size + row]
        }
      }
    }
    return x
  }
}
