import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Coordinates that move with the flow along a piece: v = W A(s) y with a matrix polynomial A that nearly solves
/// A' = h W⁻¹ J W A, so that hardly anything is left of the equation of y.
///
/// **Source**: docs/certified-integration, "Moving frames".
struct MovingFrame {
  private let frame: MatrixPolynomial
  /// Bounds of |(A(s)⁻¹)_ij| for 0 ≤ s ≤ 1.
  let inverseSizes: Matrix<Double>
  /// Bounds of the matrix of the equation of y, and the greatest of its row sums, rounded.
  let rates: Matrix<Double>
  let leak: Double

  /// The power of two beside 1 that the orders left out may amount to, and how many are kept at most.
  private static let log2Tolerance = -30.0
  private static let mostOrders = 40
  /// Matrices of a piece's frames, for parts of it: A and its tails, C and its tails, bounds.
  static let mostMatrices = (2 * mostOrders + 8) * (1 << FrameStep.mostHalvings) + 2 * mostOrders
  /// The greatest row sum of |h W⁻¹ J W| for which a frame takes not too many orders.
  static let longest = 4.0
  /// The equation of y may make bounds grow by e to this on a piece.
  private static let mostLeak = 0.5

  /// Nil where nothing is found: the piece is too long for polynomials, or the Jacobian varies too much in the tube.
  ///
  /// - Parameters:
  ///   - jacobian: h W⁻¹ J W.
  ///   - start: A(0).
  ///   - inverse: near A(0)⁻¹.
  init?(jacobian: MatrixPolynomial, from start: Matrix<Double>, inverse: Matrix<Double>) {
    guard let length = Self.length(for: jacobian) else { return nil }
    // What A' = S A and C' = -C S miss, with the polynomial S of h W⁻¹ J W.
    let (frame, missed) = jacobian.solution(from: start, length: length)
    let (adjoint, adjointMissed) = jacobian.adjointSolution(from: inverse, length: length)
    // 1 - C A is that at 0, and grows by these.
    let gaps = inverse.bounding(distanceFromInverseOf: start)
      .bounding(adding: adjointMissed.bounding(frame.sizes))
      .bounding(adding: adjoint.sizes.bounding(missed))
    guard let inverseSizes = adjoint.sizes.corrected(by: gaps) else { return nil }
    let residual = missed.bounding(adding: jacobian.errors.bounding(frame.sizes))
    let rates = inverseSizes.bounding(residual)
    leak = LogarithmicNorm.greatestRowSum(of: rates)
    guard rates.elements.allSatisfy(\.isFinite), leak <= Self.mostLeak else { return nil }
    self.rates = rates
    (self.frame, self.inverseSizes) = (frame, inverseSizes)
  }

  /// How many orders A takes; nil if that is too many.
  private static func length(for jacobian: MatrixPolynomial) -> Int? {
    let size = LogarithmicNorm.greatestRowSum(of: jacobian.sizes)
    guard size.isFinite else { return nil }
    var (length, term) = (1, size)
    while length < jacobian.length || log2(term) > log2Tolerance {
      length += 1
      term *= size / Double(length)
      guard length <= mostOrders else { return nil }
    }
    return length
  }

  /// Bounds of |A_ij(s)| for 0 ≤ s ≤ 1.
  var sizes: Matrix<Double> { frame.sizes }

  /// Bounds of |y| up to any s, from bounds of what y starts from and what is added to it: e^N times these.
  func grown(_ bounds: BoundVector) -> BoundVector { rates.exponential(times: bounds) }

  /// A near A(s), and bounds of the distances.
  func value(at s: Double) -> (value: Matrix<Double>, errors: Matrix<Double>) { frame.value(at: s) }
}
