import ComputationGraph
import Multiprecision

/// The symmetric part of the Jacobian along a piece, in a tube around it: S(s) = Σ_k S_k s^k + Δ(s) with doubles S_k and
/// |Δ_ij(s)| ≤ errors_ij for 0 ≤ s ≤ 1.
///
/// **Source**: docs/certified-integration, "Logarithmic norm".
struct JacobianModel {
  private let orders: [Matrix<Double>]
  private let errors: Matrix<Double>

  /// - Parameters:
  ///   - models: the state along the piece, each entry widened by the tube's radius.
  ///   - length: orders kept.
  /// - Throws: `LinearAlgebraError` where a matrix to be solved with is not certainly invertible.
  init(_ jacobian: FieldJacobian, at models: [Matrix<TaylorModel>], length: Int) throws {
    let shapes = jacobian.places.map { models[$0].shape }
    let size = shapes.reduce(0) { $0 + $1.count }
    var first = 0
    let directions = shapes.map { shape in
      defer { first += shape.count }
      return Matrix<DirectionalModel>(rows: shape.rows, columns: shape.columns) { row, column in
        .bundle(TangentBundle(unit: first + row * shape.columns + column, count: size, length: length))
      }
    }
    let rows = try jacobian.derivative(
      at: models.map { $0.map { .model($0) } }, along: directions, precision: TaylorModel.boundPrecision
    ).flatMap { $0.elements.map { $0.bundle(count: size, length: length) } }
    let full = (0..<length).map { order in
      Matrix<Double>(rows: size, columns: size) { rows[$0].coefficients[order * size + $1] }
    }
    let missing = Matrix<Double>(rows: size, columns: size) { rows[$0].errors[$1] }
    orders = full.map { matrix in
      Matrix(rows: size, columns: size) { (matrix[$0, $1] + matrix[$1, $0]) / 2 }
    }
    let symmetric = orders
    errors = Matrix(rows: size, columns: size) { row, column in
      let roundings = symmetric.reduce(0) { $0 + $1[row, column].magnitude } * TangentBundle.unit
      return TangentBundle.outward(
        (missing[row, column] + missing[column, row]) / 2 + roundings, operations: length + 3)
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
