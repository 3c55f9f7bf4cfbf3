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
    .t1Bernoulli, .t1Gaussian, .t1Poisson, .t1Duplicates, .t1ProjectedLaw, .t1Normalisation, .t1AnyLink,
    .t1FrozenOutputs, .t1OffSample, .t1Stop, .t1RankWall,
  ]

  /// T2.
  private static let linearModel: [Claim] = [
    .t2LimitDirection, .t2MaximumMargin, .t2MarginGaps, .t2Duplicates,
  ]

  /// T3.
  private static let invariance: [Claim] = [
    .t3SpanningInvariance, .t3NullSpace, .t3Bregman, .t3SameEndPoint, .t3EqualitySparsity,
    .t3NullSpaceKept, .t3Conserved, .t3SingularLimit, .t3WhenSurjective,
    .t3PopulationGaussian, .t3PopulationFlow,
  ]

  /// T4.
  private static let spanningData: [Claim] = [
    .t4GradientLaw, .t4Limit, .t4Degenerate, .t4NotUnique, .t4NotSeparable, .t4QuasiSeparable,
    .t4AffineCovariance, .t4StartDependence, .t4MaximumMargin, .t4Intercept,
    .t4BreastCancer, .t4CanonicalLink,
  ]

  /// T5.
  private static let gradientFlow: [Claim] = [
    .t5Hypentropy, .t5DepthPath, .t5SmallStart, .t5MaximumMargin, .t5MarginRate, .t5L1Margin,
    .t5DegenerateSupport, .t5DepthThree, .t5FourLimits, .t5Balancedness, .t5Parametrisation,
  ]

  /// T6.
  private static let factorization: [Claim] = [
    .t6Factorization, .t6Surjectivity, .t6Bottleneck, .t6BalancedStop, .t6SingularModes,
  ]

  /// T7.
  private static let completion: [Claim] = [
    .t7AllEntries, .t7ObservedEntries, .t7Bottleneck, .t7LowRank, .t7NuclearNorm, .t7Image,
  ]

  /// T8.
  private static let discreteSteps: [Claim] = [
    .t8Orders, .t8DiscreteSquared, .t8DiscreteLogistic, .t8LinearReparametrisation,
    .t8Damping, .t8DampingTakeover,
  ]

  /// T9.
  private static let generalisation: [Claim] = [
    .t9LinearError, .t9Regression, .t9SparseTeacher, .t9SparseRegression,
  ]

  /// T10.
  private static let softmax: [Claim] = [
    .t10Probabilities, .t10LinearWeights, .t10Programme,
  ]

  /// T11.
  private static let blockDiagonal: [Claim] = [
    .t11Kfac, .t11BlockDiagonal,
  ]

  /// T12.
  private static let furtherFacts: [Claim] = [
    .t12Loss, .t12StraightLine, .t12Convexity, .t12ExponentialLoss, .t12ZeroNetwork,
  ]
}
