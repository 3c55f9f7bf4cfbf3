import Multiprecision

/// A stretch of time with a candidate's values there, around which the Jacobian is taken.
protocol ModelledPiece {
  var start: Rational { get }
  var length: Rational { get }

  /// The state along the piece as Taylor models of at most `length` orders, in a tube: each entry is shifted by constants up
  /// to its radius.
  func models(length: Int, widenedBy radii: [Ball]) -> [Matrix<TaylorModel>]
  /// The same with so many bits, as functions of σ from -1 to 1; nil where no more bits are known.
  func centredModels(length: Int, precision: Int, widenedBy radii: [Ball]) -> [Matrix<TaylorModel>]?
}

extension ModelledPiece {
  func centredModels(length: Int, precision: Int, widenedBy radii: [Ball]) -> [Matrix<TaylorModel>]? { nil }

  var end: Rational { start + length }
}

/// A candidate solution on a stretch of time, as it is verified: polynomials, or part of them.
///
/// **Source**: docs/certified-integration, "The plan".
protocol CandidatePiece: ModelledPiece {
  /// Bounds of the distances of the polynomials from `value(at:)`, at the start and anywhere, beyond the balls' radii: for
  /// each entry that counts, or empty where there are none.
  var startErrors: [Ball] { get }
  var valueErrors: [Ball] { get }
  /// The two halves in time.
  var halves: [Self] { get }

  /// For each entry of the state its value; of motions known exactly that of the motion.
  func value(at time: Rational) -> [Ball]
  /// Bounds of ∫ |p' - F(p)|; nil where none is found.
  func defect(by verifier: inout StepVerifier) throws -> Defect?
}

/// Bounds of what a piece's defect d adds up to.
struct Defect {
  /// Of ∫ |d| with the Euclidean norm.
  let norm: Ball
  /// Of ∫ |d_i|, for each entry that counts.
  let entries: [Ball]
  /// The same for the greatest |d_i| times the duration; empty where it is not known.
  let peaks: [Ball]

  static func + (left: Defect, right: Defect) -> Defect {
    Defect(
      norm: left.norm + right.norm, entries: zip(left.entries, right.entries).map { $0 + $1 },
      peaks: zip(left.peaks, right.peaks).map { $0 + $1 })
  }
}

/// The motion of a matrix of the state whose velocity is constant.
struct UniformMotion {
  let start: Matrix<Rational>
  let slope: Matrix<Ball>

  func value(_ entry: Int, at time: Rational, precision: Int) -> Ball {
    Ball(start.elements[entry], precision: precision)
      + slope.elements[entry] * Ball(time, precision: precision)
  }
}
