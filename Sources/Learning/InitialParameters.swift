import ComputationGraph
import Multiprecision

/// How a problem's initial parameters are made. The recipes are public and will not change: a seed in a file
/// means the same exact numbers for ever.
///
/// Draws come from `SplitMix64(seed:)`, one for each number, in the order of the parameters, each row by row.
/// A draw with bound b is k = r - b, or r - b + 1 if that is not negative, where r = next() mod 2b.
public enum InitialParameters: Sendable, Equatable {
  /// The matrices themselves.
  case given([Matrix<Rational>])
  /// Every entry is scale · k/1000, k a draw with bound 1000.
  case seeded(seed: UInt64, scale: Rational)
  /// Layers that gradient flow's conserved quantities hold to be balanced; see `StructuredInitialisation`.
  case balanced(scale: Rational, seed: UInt64)
  /// scale times (rectangular) identities; for a diagonal model every entry is scale.
  case identity(scale: Rational)

  static let entryBound = 1000

  /// The parameters of a model, one matrix for each.
  ///
  /// - Throws: `ProblemError` where the model has no such structure. Given matrices are checked by `Problem`.
  public func matrices(for model: any Model) throws(ProblemError) -> [Matrix<Rational>] {
    switch self {
    case .given(let matrices): return matrices
    case .seeded(let seed, let scale):
      var generator = SplitMix64(seed: seed)
      return model.parameterShapes.map { shape in
        Matrix(rows: shape.rows, columns: shape.columns) { _, _ in
          scale * generator.nonzeroFraction(bound: Self.entryBound)
        }
      }
    case .balanced(let scale, let seed):
      var generator = SplitMix64(seed: seed)
      return try structured(model, "balanced").balancedParameters(scale: scale, generator: &generator)
    case .identity(let scale):
      return try structured(model, "identity").identityParameters(scale: scale)
    }
  }

  private func structured(
    _ model: any Model, _ name: String
  ) throws(ProblemError) -> any StructuredInitialisation {
    guard let model = model as? any StructuredInitialisation else {
      throw ProblemError(
        field: "initial", "found \(name), expected a seed or parameters: the model has no \(name) parameters")
    }
    return model
  }
}

/// A model with a balanced and an identity initialisation.
protocol StructuredInitialisation: Model {
  func balancedParameters(scale: Rational, generator: inout SplitMix64) -> [Matrix<Rational>]
  func identityParameters(scale: Rational) -> [Matrix<Rational>]
}
