import Learning
import Multiprecision

/// Completions from smaller and smaller starts, and a lower bound of the least nuclear norm.
struct NuclearNormRuns: Sendable {
  private static let scales = [1e-1, 1e-2, 1e-3, 1e-4]
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
    var square = largestEigenvalue(of: dual * dual.transposed())
    for _ in 0..<60 {
      square *= 1 + 1e-6
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

  /// The norms' relative excess over the lower bound, and by how much it falls from one start to the next.
  func excesses() -> Measurement { measurement(norms) }

  /// The same of the matrix that is Y on Ω and 0 elsewhere.
  func ofZeros() throws -> Measurement {
    let observed = Set(sample.observed)
    let zeros = Matrix<Double>(rows: sample.target.rows, columns: sample.target.columns) { row, column in
      observed.contains(row * sample.target.columns + column) ? sample.target[row, column] : 0
    }
    // The orthogonal polar factor Q by Newton's iteration; ⟨Q, Z⟩ is the nuclear norm of Z.
    var factor = zeros
    for _ in 0..<60 { factor = (factor + (try factor.transposed().inverted())).scaled(by: 0.5) }
    let norm = zip(factor.elements, zeros.elements).reduce(0) { $0 + $1.0 * $1.1 }
    let ball = Ball(try Rational(exactly: norm), precision: Self.precision)
    return measurement(.init(repeating: ball, count: norms.count))
  }

  private func measurement(_ norms: [Ball]) -> Measurement {
    let one = Ball(1, precision: Self.precision)
    let excesses = norms.map { $0 / leastNorm - one }
    return Measurement(
      zip(Self.scales, excesses).map { .init("excess from α = \($0)", $1) }
        + zip(excesses, excesses.dropFirst()).enumerated().map { index, pair in
          .init("how much more than from α = \(Self.scales[index + 1])", pair.0 - pair.1)
        }, isRigorous: false)
  }

  /// None is negative; the last is small; each is at least the next.
  static func bounds() -> Measurement {
    let zero = Ball(0, precision: precision)
    let small = Ball(Rational(1, 20), precision: precision)
    return Measurement(
      scales.enumerated().map { index, scale in
        .init("excess from α = \(scale)", index == scales.count - 1 ? .between(zero, small) : .atLeast(zero))
      } + scales.dropFirst().map { .init("how much more than from α = \($0)", .atLeast(zero)) },
      isRigorous: true)
  }
}

extension Matrix<Double> {
  fileprivate func inverted() throws -> Matrix {
    try Double.solve(self, .identity(rows, precision: 53))
  }
}
