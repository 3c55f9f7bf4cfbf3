import Learning
import Multiprecision
import Symbolics

/// What a user says an observable of a problem is, as formulas in time and in what the problem gives.
public struct Prediction: Sendable, Equatable {
  /// One formula for all entries of the observable, or one for each.
  public enum Formula: Sendable, Equatable {
    case everywhere(Expression)
    case entries(Matrix<Expression>)
  }

  public let observable: Observable
  public let formula: Formula
  /// The prediction made deliberately wrong, which the check must refute; nil for a default.
  public let control: Formula?

  public init(_ observable: Observable, _ formula: Formula, control: Formula? = nil) {
    (self.observable, self.formula, self.control) = (observable, formula, control)
  }

  /// The names that a formula may use:
  /// - t, the time; N, K, d, the numbers of samples, outputs and entries of an input;
  /// - for outputs and means: y, the target as a mean parameter, and for Bernoulli its sign s = ±1; f0 and mu0, the
  ///   entry's initial output and mean; n and k, the numbers of input and output, from 1;
  /// - for the end-to-end matrix: w0, the initial entry; i and j, row and column, from 1.
  public static func variables(of observable: Observable, likelihood: Likelihood) -> [String] {
    switch observable {
    case .outputs, .means:
      ["t", "y"] + (likelihood == .bernoulli ? ["s"] : []) + ["f0", "mu0", "n", "k", "N", "K", "d"]
    case .endToEnd: ["t", "w0", "i", "j", "N", "K", "d"]
    }
  }

  /// Checks that the observable exists, the formulas have its shape, and every name in them is known.
  ///
  /// - Throws: `ProblemError` naming the field: `prediction.means[0][1]`.
  public func check(for problem: Problem) throws(ProblemError) {
    let (rows, columns): (Int, Int)
    switch observable {
    case .outputs, .means: (rows, columns) = (problem.data.count, problem.model.outputCount)
    case .endToEnd:
      guard problem.model.isLinearInInputs else {
        throw ProblemError(
          field: "prediction.endToEnd",
          "the model is not linear in its inputs, so it has no end-to-end matrix")
      }
      (rows, columns) = (problem.model.outputCount, problem.model.inputCount)
    }
    let known = Self.variables(of: observable, likelihood: problem.likelihood)
    let parts =
      [("prediction.\(observable.rawValue)", formula)] + (control.map { [("prediction.control", $0)] } ?? [])
    for (field, formula) in parts {
      if case .entries(let matrix) = formula, matrix.rows != rows || matrix.columns != columns {
        throw ProblemError(
          field: field, "found \(matrix.rows)×\(matrix.columns) formulas, expected one or \(rows)×\(columns)")
      }
      try formula.checkNames(known, field: field)
    }
  }
}

extension Prediction.Formula {
  subscript(row: Int, column: Int) -> Expression {
    switch self {
    case .everywhere(let expression): expression
    case .entries(let matrix): matrix[row, column]
    }
  }

  var expressions: [Expression] {
    switch self {
    case .everywhere(let expression): [expression]
    case .entries(let matrix): matrix.elements
    }
  }

  func map(_ transform: (Expression) -> Expression) -> Self {
    switch self {
    case .everywhere(let expression): .everywhere(transform(expression))
    case .entries(let matrix): .entries(matrix.map(transform))
    }
  }

  /// As statements show it.
  var text: String {
    switch self {
    case .everywhere(let expression): expression.description
    case .entries(let matrix):
      "["
        + (0..<matrix.rows).map { "[\(matrix.row($0).map(\.description).joined(separator: ", "))]" }
        .joined(separator: ", ") + "]"
    }
  }

  fileprivate func checkNames(_ known: [String], field: String) throws(ProblemError) {
    for (place, expression) in expressions.enumerated() {
      guard let unknown = expression.freeVariables.subtracting(known).min() else { continue }
      var position = field
      if case .entries(let matrix) = self {
        position += "[\(place / matrix.columns)][\(place % matrix.columns)]"
      }
      let hint =
        expression.suggestion(forUnknown: unknown, among: known).map { "; did you mean '\($0)'?" } ?? ""
      throw ProblemError(
        field: position,
        "found the variable '\(VisibleText.shortened(unknown))', expected one of \(known.joined(separator: ", "))\(hint)"
      )
    }
  }
}
