/// The claims that the toolkit checks, in the order of the theory.
public enum Catalogue {
  public static let claims: [Claim] =
    OnSampleLawClaims.all + LimitDirectionClaims.all + InvarianceClaims.all + NewtonFlowClaims.all
    + FactorizationClaims.all

  public static func claim(_ id: String) -> Claim? { claims.first { $0.id == id } }
}
