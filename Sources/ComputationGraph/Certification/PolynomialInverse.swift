/// A polynomial Y ≈ A⁻¹ with double coefficients for a square matrix A of series, and what A Y is off from 1.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
struct PolynomialInverse {
  /// ‖Y‖, by rows.
  let norms: [UpperBound]
  /// Row sums of ‖1 - F_A Y‖, where F_A are the functions that A stands for.
  let gains: [UpperBound]

  /// - Parameters:
  ///   - head: about A_0⁻¹, by rows.
  ///   - length: how many coefficients Y has at most.
  init(of a: SeriesBounds, size: Int, head: [Double], length: Int) {
    // Later coefficients of A are known as bounds only.
    let length = min(length, a.norm.sharpOrders)
    let coefficients = (0..<length).map { k in
      (0..<size * size).map { k < a.orders ? a.coefficient($0, k) : 0 }
    }
    // Y_m = -Y_0 Σ_{j≥1} A_j Y_{m-j}, by columns of Y as the product's right factor.
    var inverse = [head]
    for m in 1..<max(length, 1) {
      var sum = [Double](repeating: 0, count: size * size)
      for j in 1...m { Self.add(&sum, coefficients[j], inverse[m - j], size: size) }
      var next = [Double](repeating: 0, count: size * size)
      Self.add(&next, head, sum, size: size)
      inverse.append(next.map { -$0 })
    }
    norms = (0..<size * size).map { entry in
      UpperBound(sumOfProducts: inverse.reduce(0) { $0 + abs($1[entry]) })
    }
    // Orders of 1 - A Y below `length` in doubles, with the rounding of as many sums of products, and of A's coefficients.
    let unit = Double(size * length + 8) * 0x1p-46 + 0x1p-34
    var gains = [UpperBound](repeating: 0, count: size)
    for k in 0..<length {
      var residual = [Double](repeating: 0, count: size * size)
      var sizes = residual
      for j in 0...k {
        Self.add(&residual, coefficients[j], inverse[k - j], size: size)
        Self.add(&sizes, coefficients[j].map(abs), inverse[k - j].map(abs), size: size)
      }
      for row in 0..<size {
        for column in 0..<size {
          let entry = row * size + column
          let one = k == 0 && row == column ? 1.0 : 0
          gains[row] += UpperBound(up: abs(one - residual[entry]) + unit * (sizes[entry] + one))
        }
      }
    }
    // What else A Y has, and the errors of A.
    for row in 0..<size {
      for inner in 0..<size {
        let x = row * size + inner
        let error = a.units.size * a.errors[x] + UpperBound(Double(length) * 0x1p-900)
        for column in 0..<size {
          let y = inner * size + column
          gains[row] += error * norms[y]
          for m in 0..<length { gains[row] += a.size(x, from: length - m) * UpperBound(abs(inverse[m][y])) }
        }
      }
    }
    self.gains = gains
  }

  private static func add(_ sum: inout [Double], _ a: [Double], _ b: [Double], size: Int) {
    for row in 0..<size {
      for inner in 0..<size {
        let factor = a[row * size + inner]
        for column in 0..<size { sum[row * size + column] += factor * b[inner * size + column] }
      }
    }
  }
}
