/// The claims that the toolkit checks, in the order of the theory.
public enum Catalogue {
  public static let claims: [Claim] = [
    .t1Bernoulli, .t1Gaussian, .t1Poisson, .t1Duplicates,
    .t2LimitDirection,
    .t3SpanningInvariance, .t3NullSpace,
    .t4GradientLaw, .t4Limit,
    .t6Factorization, .t7AllEntries, .t7ObservedEntries,
  ]

  public static func claim(_ id: String) -> Claim? { claims.first { $0.id == id } }
}
