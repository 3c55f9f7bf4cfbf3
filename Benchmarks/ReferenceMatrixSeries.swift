import Multiprecision

/// The coefficients of a square matrix series and the layouts that make each entry of a Cauchy product one dot.
final class ReferenceMatrixSeries {
  let n: Int
  let lineLength: Int
  let coefficients: BallBuffer
  /// Rows and columns, by order; within an order forwards, and backwards for right factors.
  let rows: BallAliases, columns: BallAliases, reversedRows: BallAliases, reversedColumns: BallAliases

  init(_ n: Int, order: Int) {
    self.n = n
    lineLength = (order + 1) * n
    coefficients = BallBuffer(count: n * lineLength)
    rows = BallAliases(count: n * lineLength)
    columns = BallAliases(count: n * lineLength)
    reversedRows = BallAliases(count: n * lineLength)
    reversedColumns = BallAliases(count: n * lineLength)
  }

  @inline(__always) func at(_ k: Int, _ entry: Int) -> BallPointer { coefficients.base + (k * n * n + entry) }

  func publish(_ k: Int) {
    for i in 0..<n {
      for l in 0..<n {
        let header = at(k, i * n + l).pointee
        rows.base[i * lineLength + k * n + l] = header
        columns.base[l * lineLength + k * n + i] = header
        reversedRows.base[i * lineLength + k * n + (n - 1 - l)] = header
        reversedColumns.base[l * lineLength + k * n + (n - 1 - i)] = header
      }
    }
  }
}
