import Learning
import Multiprecision

/// A completion from a larger and from a smaller start, and a lower bound of the least nuclear norm.
struct NuclearNormRuns: Sendable {
  private static let scales = [1e-1, 1e-4]
  /// Flow time: observed entries are then within e^-25 of their targets.
  private static let end = 25.0
  private static let tolerance = 1e-8
  private static let precision = 128

  private let sample: CompletionSample
  /// The nuclear norm of W at the end from each start.
  private let norms: [Ball]
  private let leastNorm: Ball

  init(_ sample: CompletionSample) throws {
    self.sample = sample
    let flow = CompletionFlow(
      target: sample.target, observed: sample.observed, depth: 2, metric: .observedEntries)
    func end(_ scale: Double, _ tolerance: Double) throws -> [Double] {
      try flow.integrate(from: flow.identity(scale), at: [Self.end], tolerance: tolerance)[0].state
    }
    // W_1W_1ᵀ = W_2ᵀW_2 is conserved, so the nuclear norm of W_2W_1 is ½(‖W_1‖² + ‖W_2‖²).
    func norm(_ state: [Double]) -> Double { state.reduce(0) { $0 + $1 * $1 } / 2 }
    var bounds: [Ball] = []
    norms = try Self.scales.map { scale in
      let state = try end(scale, Self.tolerance)
      let dual = try flow.dual(state, of: sample.observed.map { sample.target.elements[$0] })
      bounds.append(try Self.lowerBound(dual, sample))
      let (value, rough) = (norm(state), norm(try end(scale, 10 * Self.tolerance)))
      return Ball(
        midpoint: try Rational(exactly: value), radius: try Rational(exactly: abs(value - rough)),
        precision: Self.precision)
    }
    leastNorm = bounds.dropFirst().reduce(bounds[0]) { Ball.certainlyLess($0, $1) ? $1 : $0 }
  }

  /// A lower bound of the nuclear norm of every matrix that is Y on Ω: ⟨M, Y⟩/c for any M that is 0 elsewhere and
  /// of spectral norm at most c. That c² - M Mᵀ is positive definite is proved in balls, with the doubles of M and
  /// Y taken exactly.
  ///
  /// M is the flow's own multiplier Λ at the end: near a stationary direction, Λ is a subgradient.
  private static func lowerBound(_ dual: Matrix<Double>, _ sample: CompletionSample) throws -> Ball {
    let matrix = try dual.map { Ball(try Rational(exactly: $0), precision: precision) }
    let product = BallMatrix(matrix).gram()
    let estimate = largestEigenvalue(of: dual * dual.transposed())
    var slack = 1e-6
    for _ in 0..<20 {
      let square = estimate * (1 + slack)
      slack *= 2
      let bound = Ball(try Rational(exactly: square), precision: precision)
      let difference = BallMatrix.identity(dual.rows, precision: precision).scaled(by: bound) - product
      guard difference.isCertifiedPositiveDefinite else { continue }
      let value = try zip(matrix.elements, sample.target.elements).reduce(Ball(0, precision: precision)) {
        $0 + $1.0 * Ball(try Rational(exactly: $1.1), precision: precision)
      }
      return value / .sqrt(bound)
    }
    throw LinearAlgebraError.undecided
  }

  /// By power iteration: an estimate from below.
  private static func largestEigenvalue(of matrix: Matrix<Double>) -> Double {
    var vector = Matrix<Double>(rows: matrix.rows, columns: 1) { row, _ in 1 + Double(row) / 7 }
    var value = 0.0
    for _ in 0..<2000 {
      vector = matrix * vector
      value = vector.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
      vector = vector.map { $0 / value }
    }
    return value
  }

  /// The norms' relative excesses over the lower bound, and that of the matrix that is Y on Ω and 0 elsewhere.
  private func excesses() throws -> (norms: [Ball], zeros: Ball) {
    let one = Ball(1, precision: Self.precision)
    return (norms.map { $0 / leastNorm - one }, try normOfZeros() / leastNorm - one)
  }

  private func normOfZeros() throws -> Ball {
    let observed = Set(sample.observed)
    let zeros = Matrix<Double>(rows: sample.target.rows, columns: sample.target.columns) { row, column in
      observed.contains(row * sample.target.columns + column) ? sample.target[row, column] : 0
    }
    // The orthogonal polar factor Q by Newton's iteration; ⟨Q, Z⟩ is the nuclear norm of Z.
    var factor = zeros
    for _ in 0..<60 { factor = (factor + (try factor.transposed().inverted())).scaled(by: 0.5) }
    let norm = zip(factor.elements, zeros.elements).reduce(0) { $0 + $1.0 * $1.1 }
    return Ball(try Rational(exactly: norm), precision: Self.precision)
  }

  private static let falls = "how much more from α = 0.1 than from 0.0001, lower end at 95 %"
  private static let nearer = "how much more of zeros than from α = 0.0001, lower end at 95 %"

  /// Each sample's excesses, and the means of their differences at the lower ends of their intervals.
  static func measure(_ samples: [NuclearNormRuns]) throws -> Measurement {
    let excesses = try samples.map { try $0.excesses() }
    return Measurement(
      excesses.enumerated().flatMap { index, excess in
        zip(scales, excess.norms).map { .init("excess of sample \(index + 1) from α = \($0)", $1) }
      } + [
        .init(falls, FiveSamples(excesses.map { $0.norms[0] - $0.norms[1] }).lower),
        .init(nearer, FiveSamples(excesses.map { $0.zeros - $0.norms[1] }).lower),
      ], isRigorous: false)
  }

  /// No excess is negative, which is proved of the least norm; and the differences are on the stated side of 0.
  static func bounds(isFalling: Bool = true, isNearerThanZeros: Bool = true) -> Measurement {
    let zero = Ball(0, precision: precision)
    return Measurement(
      (1...5).flatMap { sample in
        scales.map { .init("excess of sample \(sample) from α = \($0)", .atLeast(zero)) }
      }
        + [
          .init(falls, isFalling ? .atLeast(zero) : .atMost(zero)),
          .init(nearer, isNearerThanZeros ? .atLeast(zero) : .atMost(zero)),
        ], isRigorous: true)
  }
}

extension Matrix<Double> {
  fileprivate func inverted() throws -> Matrix {
    try Double.solve(self, .identity(rows, precision: 53))
  }
}
