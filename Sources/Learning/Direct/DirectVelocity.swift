import Multiprecision

/// The direct velocity, computed with as many bits more than the state has as it loses.
///
/// At large margins the Fisher matrix' scales are those of e^-margin, apart by any factor, and near-duplicate inputs make it
/// nearly singular. The velocity itself is well conditioned there, so the state's bits determine it.
struct DirectVelocity {
  private let problem: Problem
  /// The rank that the Fisher matrix must have; nil accepts any.
  var rank: Int?
  private var field: DirectVectorField?
  private var extraBits = 0

  /// Bits that may be lost without a repetition.
  private static let harmlessBits = 16
  /// A matrix whose rank is not clear is looked at with so many times the bits, and not more than the most, before it is
  /// called singular.
  private static let mostFactor = 8
  private static let mostBits = 1 << 16

  init(_ problem: Problem, rank: Int? = nil) { (self.problem, self.rank) = (problem, rank) }

  /// θ' and the rank, in the precision of the state.
  ///
  /// - Throws: `LinearAlgebraError`: `undecided` or `singular` where the rank is not clear, or not `rank`.
  mutating func callAsFunction(_ state: [BigFloat]) throws -> (velocity: [BigFloat], rank: Int?) {
    let precision = state.map(\.precision).max() ?? Precision.minimum
    while true {
      let working = precision + extraBits
      let current: DirectVectorField
      if let field, field.precision == working {
        current = field
      } else {
        current = try DirectVectorField(problem, precision: working)
      }
      field = current
      let wider = state.map { $0.rounded(toPrecision: working) }
      let failure: LinearAlgebraError
      do {
        let (velocity, found, lostBits) = try current.velocity(at: wider)
        let missing = lostBits.isFinite ? Int(min(lostBits, Double(Self.mostBits)).rounded(.up)) : 0
        if rank == nil || found == rank {
          guard missing > extraBits + Self.harmlessBits, working < Self.mostBits else {
            return (velocity.map { $0.rounded(toPrecision: precision) }, found)
          }
          extraBits = missing + missing / 8
          continue
        }
        failure = .singular
      } catch {
        failure = error
      }
      guard working < min(Self.mostFactor * precision, Self.mostBits) else { throw failure }
      extraBits += working
    }
  }
}
