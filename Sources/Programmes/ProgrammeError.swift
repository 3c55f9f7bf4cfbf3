/// Why a programme has no answer.
public enum ProgrammeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Parts of the input that do not fit together: what was found and what was expected.
  case shape(String)
  /// A solver's result did not pass its own certificate: a defect of the solver, never of the data.
  case notCertified(CertificateFailure)
  /// What was asked for does not exist for these data, with the reason.
  case notDefined(String)

  public var description: String {
    switch self {
    case .shape(let text), .notDefined(let text): text
    case .notCertified(let failure): "a result failed its check: \(failure)"
    }
  }
}
