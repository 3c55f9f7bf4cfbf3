import Multiprecision

/// Takes note of the polynomials that a certified integration verifies: of a proof all that cannot be found again quickly.
///
/// An integration makes passes, each from time 0 on. Whoever records keeps a pass that proves as many samples as any before.
public protocol CertificateRecorder: AnyObject {
  func beginPass()
  /// The next piece of the pass: it begins where the one before ends, at 0 if it is the first.
  func record(_ piece: CertifiedPiece)
  /// - Parameter samples: the pass proves so many of the first ones, to the digits asked for.
  func endPass(proving samples: Int)
}

/// Polynomials near the solution, from `start` to `end`.
public struct CertifiedPiece: Sendable {
  public let start: Rational
  public let end: Rational
  /// For each matrix of the state its coefficients as polynomials of the time from `start`, the constant one first.
  public let coefficients: [[Matrix<BigFloat>]]
}
