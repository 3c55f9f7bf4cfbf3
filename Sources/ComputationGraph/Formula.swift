import Multiprecision

/// LaTeX of a node, with what is needed to put parentheses only where precedence asks for them.
public struct Formula: Sendable {
  /// How tightly the outermost operation binds, loosest first.
  public enum Binding: Int, Sendable, Comparable {
    /// A leading minus sign.
    case negative
    case sum
    /// Entrywise products and multiples.
    case entrywiseProduct
    case matrixProduct
    /// Exponents, transposes, fractions.
    case power
    case atom

    public static func < (left: Binding, right: Binding) -> Bool { left.rawValue < right.rawValue }
  }

  public let text: String
  public let binding: Binding
  public let shape: Shape

  public init(_ text: String, _ binding: Binding, shape: Shape) {
    (self.text, self.binding, self.shape) = (text, binding, shape)
  }

  /// The text, in parentheses if it binds more loosely than `least`.
  public func text(atLeast least: Binding) -> String { binding < least ? parenthesized : text }

  public var parenthesized: String { "\\left(\(text)\\right)" }

  /// A rational: integers as they are, others as small fractions.
  static func text(of value: Rational) -> String {
    if value.isInteger { return value.description }
    return "\(value.signum() < 0 ? "-" : "")\\tfrac{\(value.numerator.magnitude)}{\(value.denominator)}"
  }

  /// Indices of a submatrix, counted from 1; a dot for all of them.
  static func text(of indices: [Int], outOf count: Int) -> String {
    if indices == Array(0..<count), count > 1 { return "\\cdot" }
    if indices.count == 1 { return "\(indices[0] + 1)" }
    return "\\{\(indices.map { "\($0 + 1)" }.joined(separator: ","))\\}"
  }
}

extension Node {
  public var latex: String { formula.text }

  var formula: Formula {
    let (text, binding) = operation.latex(operands.map(\.formula))
    return Formula(text, binding, shape: shape)
  }
}
