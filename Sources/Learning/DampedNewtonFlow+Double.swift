import Multiprecision

extension DampedNewtonFlow {
  /// dβ/dt in double precision, for times up to about 700.
  ///
  /// - Throws: `LinearAlgebraError` where the metric is singular.
  public func velocity(at weights: [Double]) throws -> [Double] {
    let d = margins.columns
    var metric = Matrix<Double>(rows: d, columns: d) { $0 == $1 ? damping.doubleValue : 0 }
    for (row, margin) in zip(rows, scores(at: weights)) {
      let variance = Double.logistic(-margin) * Double.logistic(margin)
      for i in 0..<d {
        for j in 0..<d { metric[i, j] += variance * row[i] * row[j] }
      }
    }
    return try Double.solve(metric, Matrix(column: downhill(at: weights))).elements
  }

  /// -∇L = Σ s z.
  private func downhill(at weights: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: margins.columns)
    for (row, margin) in zip(rows, scores(at: weights)) {
      let error = Double.logistic(-margin)
      for i in sum.indices { sum[i] += error * row[i] }
    }
    return sum
  }

  /// λ|β'|/|∇L|, from 0 to 1: the part of (H + λ)β' = -∇L that damping bears.
  ///
  /// - Throws: `LinearAlgebraError` where the metric is singular.
  public func dampingShare(at weights: [Double]) throws -> Double {
    func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return damping.doubleValue * norm(try velocity(at: weights)) / norm(downhill(at: weights))
  }

  /// The margins z_n·β.
  public func scores(at weights: [Double]) -> [Double] {
    rows.map { row in zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private var rows: [[Double]] {
    (0..<margins.rows).map { margins.row($0).map(\.doubleValue) }
  }
}
