import Multiprecision

/// The symmetric part of D⁻¹ J D along a piece, in a tube around it: S(s) = Σ_k S_k s^k + Δ(s) with doubles S_k and
/// |Δ_ij(s)| ≤ errors_ij for 0 ≤ s ≤ 1.
///
/// **Source**: docs/certified-integration, "Logarithmic norm".
struct SymmetricJacobian {
  private let orders: [Matrix<Double>]
  private let errors: Matrix<Double>

  /// - Parameters:
  ///   - rows: the rows of J, an entry for each direction.
  ///   - weights: those of D: powers of two, so that multiplication by them is exact but for what underflows.
  init(rows: [TangentBundle], length: Int, weights: StateWeights) {
    let size = rows.count
    let factors = Matrix<Double>(rows: size, columns: size) { row, column in
      Double(
        sign: .plus, exponent: weights.exponents[column] - weights.exponents[row], significand: 1)
    }
    orders = (0..<length).map { order in
      Matrix<Double>(rows: size, columns: size) { row, column in
        let above = rows[row].coefficients[order * size + column] * factors[row, column]
        let below = rows[column].coefficients[order * size + row] * factors[column, row]
        return (above + below) / 2
      }
    }
    let symmetric = orders
    errors = Matrix(rows: size, columns: size) { row, column in
      let above = rows[row].errors[column] * factors[row, column]
      let below = rows[column].errors[row] * factors[column, row]
      let roundings = symmetric.reduce(0) { $0 + $1[row, column].magnitude } * TangentBundle.unit
      return TangentBundle.outward((above + below) / 2 + roundings, operations: length + 3)
    }
  }

  /// Bounds of the greatest eigenvalue of S(s) at s = 0, 1/parts, ..., 1, such that it is at most what interpolates
  /// them linearly, and by how much they were raised to make it so; nil where there are none.
  ///
  /// The greatest eigenvalue is convex and grows by at most ‖·‖ of what is added; and S differs from its linear interpolant by
  /// at most (1/parts)²/8 · Σ k (k - 1) |S_k|.
  func eigenvalueBounds(parts: Int) -> (bounds: [Double], raised: Double)? {
    let size = errors.rows
    let operations = 4 * orders.count + 8
    let curvature = 1 / Double(8 * parts * parts)
    let rest = Matrix<Double>(rows: size, columns: size) { row, column in
      var sum = errors[row, column]
      for (k, order) in orders.enumerated() {
        let weight = curvature * Double(k * (k - 1)) + TangentBundle.unit * Double(operations)
        sum += weight * order[row, column].magnitude
      }
      return TangentBundle.outward(sum, operations: operations)
    }
    let distance = Self.normBound(rest)
    guard distance.isFinite else { return nil }
    var bounds: [Double] = []
    for part in 0...parts {
      let s = Double(part) / Double(parts)
      let value = Matrix<Double>(rows: size, columns: size) { row, column in
        orders.reversed().reduce(0) { $0 * s + $1[row, column] }
      }
      guard let bound = LogarithmicNorm.upperBound(of: value) else { return nil }
      bounds.append((bound + distance).nextUp)
    }
    return (bounds, distance)
  }

  /// A bound of the Euclidean norm of a symmetric matrix that is not negative: the lesser of Frobenius norm and
  /// greatest row sum. Entries whose squares underflow are counted besides. Infinite where one is not finite.
  private static func normBound(_ matrix: Matrix<Double>) -> Double {
    guard matrix.elements.allSatisfy(\.isFinite) else { return .infinity }
    let frobenius = matrix.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let count = matrix.elements.count
    return TangentBundle.outward(
      min(frobenius + Double(count) * 0x1p-500, LogarithmicNorm.greatestRowSum(of: matrix)),
      operations: 2 * count + 4)
  }
}
