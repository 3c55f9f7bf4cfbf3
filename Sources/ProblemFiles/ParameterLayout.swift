import Learning
import Multiprecision

/// The form in which a problem file writes a model's parameters, and in which results are written back.
///
/// Each parameter is a list of rows, W_1 or W_2, or a plain list of numbers where the model has a vector:
/// u_1, v or b_1.
public enum ParameterLayout: Sendable, Equatable {
  /// The rows of the only matrix: a linear model.
  case matrix
  /// A list with each parameter in turn.
  case list

  /// Whether the parameter of this name is a vector, written as a plain list.
  public static func isVector(_ parameterName: String) -> Bool { !parameterName.hasPrefix("W") }
}

extension Model {
  /// The matrices that a file's `parameters` give, in this layout.
  func parameters(from field: Field, layout: ParameterLayout) throws(InputError) -> [Matrix<Rational>] {
    let names = parameterNames
    let items = try field.items("a list of \(names.joined(separator: ", "))")
    let fields = layout == .matrix && !Self.holdsMatrices(items) ? [field] : items
    guard fields.count == names.count else {
      throw field.error("found \(fields.count), expected \(names.count): \(names.joined(separator: ", "))")
    }
    var matrices: [Matrix<Rational>] = []
    for (field, (name, shape)) in zip(fields, zip(names, parameterShapes)) {
      if ParameterLayout.isVector(name) {
        matrices.append(Matrix(column: try field.vector(count: shape.rows)))
      } else {
        matrices.append(try field.matrix(rows: shape.rows, columns: shape.columns, name))
      }
    }
    return matrices
  }

  /// A linear model's matrix may also stand in a list of one, as the matrices of the other models do.
  private static func holdsMatrices(_ items: [Field]) -> Bool {
    items.count == 1 && (items[0].node.list?.first?.list != nil)
  }
}
