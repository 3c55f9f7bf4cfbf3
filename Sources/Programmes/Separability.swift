import Multiprecision

/// Whether a half-space through the origin separates two classes, decided exactly.
///
/// Rows z_n = y_n x_n with labels y_n = ±1. Exactly one of three cases holds:
/// - *strictly separable*: some b has Z b ≥ 1. By Gordan's theorem: no α ≥ 0 other than 0 has Zᵀα = 0.
/// - *not separable*: no b has Z b ≥ 0 other than those with Z b = 0. By Stiemke's theorem: some α > 0 (all entries
///   positive) has Zᵀα = 0. (No rows at all count as strictly separable.)
/// - *quasi-separable*: some b has Z b ≥ 0 and Z b ≠ 0, but none has Z b > 0. Then the samples split uniquely into
///   N0, where z_n·b = 0 for every b with Z b ≥ 0, and the others, where one such b has z_n·b ≥ 1.
///
/// The certificate is one b and one α for all cases: on the samples of N0 z_n·b = 0 and α_n ≥ 1; on the others
/// z_n·b ≥ 1 and α_n = 0; Zᵀα = 0. N0 is empty in the first case and everything in the second one.
///
/// **Source**: docs/theory, T4.
public struct Separability: Certificate, Hashable {
  public let split: ConeSplit

  public enum Kind: Sendable, Hashable { case strict, quasi, none }

  /// Decides for Z, one sample a row, and checks the certificate.
  ///
  /// - Throws: `notCertified`, for a defect of this code.
  public init(margins: Matrix<Rational>) throws(ProgrammeError) {
    split = try ConeSplit.find(rows: margins, subspace: .empty(columns: margins.columns))
  }

  public var kind: Kind {
    split.zeroRows.isEmpty ? .strict : split.positiveRows.isEmpty ? .none : .quasi
  }

  /// b.
  public var direction: [Rational] { split.direction }

  /// α.
  public var weights: [Rational] { split.multipliers.inequalities }

  /// N0: the samples with z_n·b = 0 for every b with Z b ≥ 0.
  public var unseparatedSamples: [Int] { split.zeroRows }

  /// The samples with z_n·b ≥ 1.
  public var separatedSamples: [Int] { split.positiveRows }

  public func check() throws(CertificateFailure) { try split.check() }
}
