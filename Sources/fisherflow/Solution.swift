import Integrators
import Multiprecision

/// The solution of a problem or system at its times. Numbers are balls: around them the radius that is proved or
/// estimated.
struct Solution: Sendable {
  struct Sample: Sendable {
    let time: Rational
    /// Whether the radii are proved.
    let isCertified: Bool
    let numbers: NumberTree
  }

  /// The one used: `closed-form`, `taylor` or `collocation`.
  let method: SolveMethod
  let digits: Int
  /// Those that were reached.
  var samples: [Sample]
  /// Why later times have no sample; nil where all have one.
  var stop: IntegrationError?
  /// Why radii are not proved; nil where all are.
  var whyNotCertified: String?
  /// Nil for a closed form.
  var work: IntegrationWork?

  /// Whether every radius is proved and no time is missing.
  var isCertified: Bool { stop == nil && samples.allSatisfy(\.isCertified) }
}
