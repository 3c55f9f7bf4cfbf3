/// Data that prove a statement, with the check that they do.
///
/// A check shares no code with the solver that found the data. It uses sums and products of the input's numbers
/// only, in exact rationals or, where it says so, in balls; so whoever trusts a check need not trust a solver.
public protocol Certificate: Sendable {
  /// Checks every condition.
  ///
  /// - Throws: the first condition that fails.
  func check() throws(CertificateFailure)
}

extension Certificate {
  public var isValid: Bool { (try? check()) != nil }

  /// The certificate itself, after its check.
  func checked() throws(ProgrammeError) -> Self {
    do { try check() } catch { throw .notCertified(error) }
    return self
  }
}

/// A condition that a certificate does not fulfil.
public struct CertificateFailure: Error, Sendable, Hashable, CustomStringConvertible {
  public let condition: String

  init(_ condition: String) { self.condition = condition }

  public var description: String { condition }

  /// - Throws: the failure, unless `holds`.
  static func require(_ holds: Bool, _ condition: @autoclosure () -> String) throws(CertificateFailure) {
    if !holds { throw CertificateFailure(condition()) }
  }
}
