/// The claims that the toolkit checks, in the order of the theory.
public enum Catalogue {
  public static let claims: [Claim] =
    onSampleLaw + linearModel + invariance + spanningData + gradientFlow + factorization + completion
    + discreteSteps + generalisation + softmax + blockDiagonal + furtherFacts

  /// The closed forms of natural gradient flow and where each ends: what `verify` checks when nothing else is
  /// asked for.
  public static let quick: [Claim] = [
    .t1Bernoulli, .t1Gaussian, .t1Poisson, .t1Duplicates,
    .t2LimitDirection,
    .t3SpanningInvariance, .t3NullSpace,
    .t4GradientLaw, .t4Limit,
    .t6Factorization, .t7AllEntries, .t7ObservedEntries,
  ]

  public static func claim(_ id: String) -> Claim? { claims.first { $0.id == id } }

  /// T1.
  private static let onSampleLaw: [Claim] = [
    .t1Bernoulli, .t1Gaussian, .t1Poisson, .t1Duplicates,
  ]

  /// T2.
  private static let linearModel: [Claim] = [
    .t2LimitDirection
  ]

  /// T3.
  private static let invariance: [Claim] = [
    .t3SpanningInvariance, .t3NullSpace,
  ]

  /// T4.
  private static let spanningData: [Claim] = [
    .t4GradientLaw, .t4Limit, .t4Degenerate, .t4NotUnique, .t4NotSeparable, .t4QuasiSeparable,
    .t4AffineCovariance, .t4StartDependence, .t4MaximumMargin, .t4Intercept,
    .t4BreastCancer, .t4CanonicalLink,
  ]

  /// T5.
  private static let gradientFlow: [Claim] = []

  /// T6.
  private static let factorization: [Claim] = [
    .t6Factorization
  ]

  /// T7.
  private static let completion: [Claim] = [
    .t7AllEntries, .t7ObservedEntries,
  ]

  /// T8.
  private static let discreteSteps: [Claim] = []

  /// T9.
  private static let generalisation: [Claim] = []

  /// T10.
  private static let softmax: [Claim] = [
    .t10Probabilities, .t10LinearWeights, .t10Programme,
  ]

  /// T11.
  private static let blockDiagonal: [Claim] = []

  /// T12.
  private static let furtherFacts: [Claim] = []
}
