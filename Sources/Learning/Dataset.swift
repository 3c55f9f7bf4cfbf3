import Multiprecision

/// Training data: N inputs of d entries and, for each, K targets, some of which may be unobserved.
///
/// Targets are mean parameters (see `Likelihood`). A matrix to be factorised or completed is such data: its
/// inputs are the unit vectors, its targets the columns of the matrix.
public struct Dataset: Sendable, Equatable {
  /// N × d.
  public let inputs: Matrix<Rational>
  /// N × K; nil is unobserved.
  public let targets: Matrix<Rational?>
  /// Whether the data are a matrix to factorise: its samples are then its observed entries.
  public let isMatrix: Bool

  /// - Throws: `ProblemError` for no inputs, rows that differ in number, or an input with only unobserved
  ///   targets in every row.
  public init(inputs: Matrix<Rational>, targets: Matrix<Rational?>) throws(ProblemError) {
    try self.init(inputs: inputs, targets: targets, isMatrix: false)
  }

  private init(
    inputs: Matrix<Rational>, targets: Matrix<Rational?>, isMatrix: Bool
  ) throws(ProblemError) {
    guard inputs.rows > 0, inputs.columns > 0 else {
      throw ProblemError(field: "data.inputs", "found none, expected at least one input with one entry")
    }
    guard targets.rows == inputs.rows else {
      throw ProblemError(
        field: "data.targets", "found \(targets.rows), expected one for each of \(inputs.rows) inputs")
    }
    guard targets.elements.contains(where: { $0 != nil }) else {
      throw ProblemError(field: "data.targets", "found no observed target, expected at least one")
    }
    self.inputs = inputs
    self.targets = targets
    self.isMatrix = isMatrix
  }

  /// A matrix (m × n) to factorise; nil entries are unobserved.
  public init(matrix: Matrix<Rational?>) throws(ProblemError) {
    try self.init(inputs: .identity(matrix.columns), targets: matrix.transposed(), isMatrix: true)
  }

  /// N.
  public var count: Int { inputs.rows }

  /// What a mean over the samples divides by: the inputs, or a matrix's observed entries.
  public var sampleCount: Int { isMatrix ? targets.elements.count { $0 != nil } : count }

  /// The distinct inputs in order of first appearance, with the samples that share each.
  public func groups() -> [(input: [Rational], samples: [Int])] {
    var places: [[Rational]: Int] = [:]
    var groups: [(input: [Rational], samples: [Int])] = []
    for sample in 0..<count {
      let input = inputs.row(sample)
      if let place = places[input] {
        groups[place].samples.append(sample)
      } else {
        places[input] = groups.count
        groups.append((input, [sample]))
      }
    }
    return groups
  }
}

/// A problem whose parts do not fit together, with the field to change.
public struct ProblemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The field, as a problem file names it: `data.targets`, `flow.fisher`.
  public let field: String
  public let reason: String

  public init(field: String, _ reason: String) {
    self.field = field
    self.reason = reason
  }

  public var description: String { "\(field): \(reason)" }
}
