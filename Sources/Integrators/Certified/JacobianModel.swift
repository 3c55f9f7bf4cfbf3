import ComputationGraph
import Multiprecision

/// The Jacobian along a piece, in a tube around it: polynomials in doubles with bounds of what they miss, for each entry.
///
/// **Source**: docs/certified-integration, "Logarithmic norm".
struct JacobianModel {
  private let rows: [TangentBundle]
  private let length: Int

  /// - Parameters:
  ///   - models: the state along the piece, each entry widened by the tube's radius.
  ///   - length: orders kept.
  ///   - check: called before each operation; what it throws ends the evaluation.
  /// - Throws: `LinearAlgebraError` where a matrix to be solved with is not certainly invertible.
  init(
    _ jacobian: FieldJacobian, at models: [Matrix<TaylorModel>], length: Int,
    check: (() throws -> Void)? = nil
  ) throws {
    let shapes = jacobian.places.map { models[$0].shape }
    let size = shapes.reduce(0) { $0 + $1.count }
    var first = 0
    let directions = shapes.map { shape in
      defer { first += shape.count }
      return Matrix<DirectionalModel>(rows: shape.rows, columns: shape.columns) { row, column in
        .bundle(TangentBundle(unit: first + row * shape.columns + column, count: size, length: length))
      }
    }
    rows = try jacobian.derivative(
      at: models.map { $0.map { .model($0) } }, along: directions, precision: TaylorModel.boundPrecision,
      check: check
    ).flatMap { $0.elements.map { $0.bundle(count: size, length: length) } }
    self.length = length
  }

  /// Bounds of |J_ij(s)|, rounded.
  var sizes: Matrix<Double> {
    let sums = rows.map(\.sizes)
    return Matrix(rows: rows.count, columns: rows.count) { sums[$0][$1] + rows[$0].errors[$1] }
  }

  /// The symmetric part of D⁻¹ J D with the weights D.
  func symmetricPart(_ weights: StateWeights) -> SymmetricJacobian {
    SymmetricJacobian(rows: rows, length: length, weights: weights)
  }

  /// h W⁻¹ J W with W = diag(2^k_i).
  func matrix(exponents: [Int], duration: Double) -> MatrixPolynomial {
    MatrixPolynomial(
      rows: rows.enumerated().map { row, bundle in
        bundle.scaled(
          by: exponents.map {
            Double(sign: .plus, exponent: $0 - exponents[row], significand: 1) * duration
          })
      })
  }
}
