import Multiprecision

/// N vectors of R^d in double precision, one a row: for experiments of which a few digits are wanted.
public struct DoubleRows: Sendable {
  public let count: Int
  public let dimension: Int
  public private(set) var elements: [Double]

  public init(count: Int, dimension: Int, _ entry: (Int, Int) -> Double) {
    (self.count, self.dimension) = (count, dimension)
    elements = []
    elements.reserveCapacity(count * dimension)
    for row in 0..<count {
      for column in 0..<dimension { elements.append(entry(row, column)) }
    }
  }

  public subscript(row: Int, column: Int) -> Double { elements[row * dimension + column] }

  /// Each row multiplied by a number of its own.
  public func scaled(by factors: [Double]) -> DoubleRows {
    DoubleRows(count: count, dimension: dimension) { factors[$0] * self[$0, $1] }
  }

  /// X v: the inner product of each row with a vector.
  public func times(_ vector: [Double]) -> [Double] { times(vector, rows: count) }

  /// Xᵀ v: the combination of the rows.
  public func transposedTimes(_ vector: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: dimension)
    sum.withUnsafeMutableBufferPointer { sum in
      elements.withUnsafeBufferPointer { x in
        guard let sum = sum.baseAddress, let x = x.baseAddress else { return }
        for row in 0..<count where vector[row] != 0 {
          sum.add(vector[row], times: x + row * dimension, count: dimension)
        }
      }
    }
    return sum
  }

  /// X diag(weights) Xᵀ, N × N.
  public func gram(weights: [Double]? = nil) -> SymmetricDouble {
    var result = SymmetricDouble(size: count)
    for row in 0..<count {
      var scaled = [Double](repeating: 0, count: dimension)
      for k in 0..<dimension { scaled[k] = self[row, k] * (weights?[k] ?? 1) }
      let products = times(scaled, rows: row + 1)
      for column in 0...row { result.set(row, column, products[column]) }
    }
    return result
  }

  /// The first entries of X v.
  private func times(_ vector: [Double], rows: Int) -> [Double] {
    elements.withUnsafeBufferPointer { x in
      vector.withUnsafeBufferPointer { v in
        guard let x = x.baseAddress, let v = v.baseAddress else { return .init(repeating: 0, count: rows) }
        return (0..<rows).map { (x + $0 * dimension).dot(v, count: dimension) }
      }
    }
  }
}
