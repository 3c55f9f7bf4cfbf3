import Multiprecision

extension MatrixCompletion {
  /// Bounds of the least nuclear norm from a matrix and a dual, both approximate: the matrix is given the observed
  /// entries, the dual zeros elsewhere.
  ///
  /// - Throws: `shape`; `notDefined` when the bounds are not proved at this precision.
  public func bounds(
    matrix: Matrix<Rational>, dual: Matrix<Rational>, precision: Int
  ) throws(ProgrammeError) -> NuclearNormBounds {
    guard dual.shape == shape else { throw .shape("a dual of \(dual.shape), expected \(shape)") }
    let (feasible, restricted) = (try completing(matrix), restricting(dual))
    let factors = BalancedFactors(feasible, precision: precision)
    let spectralBound = try SpectralBound.find(restricted, precision: precision)
    let (aligned, rest) = NuclearNormBounds.upperTerms(feasible, factors.left, factors.right)
    return try NuclearNormBounds(
      completion: self, matrix: feasible, left: factors.left, right: factors.right, dual: restricted,
      spectralBound: spectralBound, lower: product(restricted) / spectralBound,
      upper: aligned + SpectralBound.squareRootAbove(rest, precision: precision), precision: precision
    ).checked()
  }
}

/// A and B with W ≈ A Bᵀ and |A|² ≈ |B|² ≈ ‖W‖_*: A = U √Σ, B = V √Σ.
struct BalancedFactors {
  let left: Matrix<Rational>
  let right: Matrix<Rational>

  init(_ matrix: Matrix<Rational>, precision: Int) {
    let found = SingularValues<BigFloat>(Matrix(matrix, precision: precision), precision: precision)
    let largest = found.values.max() ?? .zero
    let floor = largest.scaled(byPowerOfTwo: -precision + 8)
    let kept = found.values.indices.filter { found.values[$0] > floor }
    let roots = kept.map { BigFloat.sqrt(found.values[$0]) }
    left = Matrix(rows: matrix.rows, columns: kept.count) {
      exact(found.scaledLeft[$0, kept[$1]] / roots[$1])
    }
    right = Matrix(rows: matrix.columns, columns: kept.count) { exact(found.right[$0, kept[$1]] * roots[$1]) }
  }
}

/// The value of a number that approximates; zero where it is not finite.
private func exact(_ value: BigFloat) -> Rational { (try? Rational(exactly: value)) ?? 0 }

enum SpectralBound {
  /// An s a little above ‖Q‖, for which s²I - QᵀQ is certified to be positive definite.
  ///
  /// - Throws: `notDefined` when none is found.
  static func find(_ matrix: Matrix<Rational>, precision: Int) throws(ProgrammeError) -> Rational {
    let approximate = SingularValues<BigFloat>(Matrix(matrix, precision: precision), precision: precision)
    let largest = exact(approximate.values.max() ?? .zero)
    if largest.isZero, matrix.elements.allSatisfy({ $0.isZero }) { return 1 }
    // The excess grows until the factorisation succeeds; its rounding errors are a few bits above 2^-precision.
    for bits in stride(from: precision - 8, through: 1, by: -4) {
      let excess = BigFloat(1, precision: 8).scaled(byPowerOfTwo: -bits)
      let bound = largest * (1 + exact(excess))
      if NuclearNormBounds.isSpectralBound(bound, of: matrix, precision: precision) { return bound }
    }
    throw .notDefined("no bound of the spectral norm is certified with \(precision) bits")
  }

  /// A rational r ≥ 0 with r² ≥ value, close to the root.
  static func squareRootAbove(_ value: Rational, precision: Int) -> Rational {
    let root = Ball.sqrt(Ball(value, precision: precision)).upperBound
    return max(0, exact(root))
  }
}
