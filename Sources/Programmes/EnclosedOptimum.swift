import Multiprecision

/// Proves that an exact x minimises c·x for *every* cost c = Wᵀ s with s in the balls.
///
/// x is feasible, exactly; the rows B of the basis are active at x, exactly; Wᵀ = A_Bᵀ T + Eᵀ U, exactly; and
/// λ_B = T s ≥ 0 in balls. So for each s in the balls (T s, U s) is dual feasible and complementary to x.
public struct EnclosedOptimum: Certificate {
  public let constraints: LinearConstraints
  public let cost: EnclosedCost
  /// x.
  public let point: [Rational]
  /// B: indices of inequalities.
  public let basis: [Int]
  /// T, with a row for each of B and a column for each weight.
  public let transfer: Matrix<Rational>
  /// U, with a row for each equality and a column for each weight.
  public let equalityTransfer: Matrix<Rational>

  /// λ_B = T s, in the order of B.
  public var multipliers: [Ball] {
    let precision = cost.precision
    let weights = BallMatrix(Matrix(column: cost.weights), precision: precision)
    return (BallMatrix(transfer, precision: precision) * weights).matrix.elements
  }

  /// The inequalities of the basis whose multiplier is certainly positive.
  public var support: [Int] { zip(basis, multipliers).filter { $1.isPositive }.map(\.0) }

  /// Whether x is certainly the only minimiser for each cost: the rows of positive multiplier and the equalities
  /// have rank d. False may mean "not known".
  public var isUnique: Bool { constraints.activeMatrix(support).rank() == point.count }

  /// The inequalities that hold with equality at x.
  public var activeRows: [Int] { constraints.activeRows(at: point) }

  public func check() throws(CertificateFailure) {
    try constraints.requireFeasible(point)
    let slacks = constraints.slacks(at: point)
    for row in basis {
      let isActive = slacks.indices.contains(row) && slacks[row].isZero
      try CertificateFailure.require(isActive, "row \(row) of the basis is not active")
    }
    let weights = MatrixShape(rows: basis.count, columns: cost.weights.count)
    let equalityWeights = MatrixShape(rows: constraints.values.count, columns: cost.weights.count)
    try CertificateFailure.require(
      transfer.shape == weights && equalityTransfer.shape == equalityWeights,
      "multipliers of shapes \(transfer.shape) and \(equalityTransfer.shape), expected \(weights) and "
        + "\(equalityWeights)")
    let combination =
      constraints.inequalities.selectingRows(basis).transposed() * transfer + constraints.equalities
      .transposed()
      * equalityTransfer
    try CertificateFailure.require(
      combination == cost.rows.transposed(), "the multipliers do not give the cost")
    for (row, multiplier) in zip(basis, multipliers) {
      try CertificateFailure.require(
        multiplier.isNonnegative, "the multiplier of row \(row), \(multiplier), is not certainly nonnegative")
    }
  }
}

/// Proves that c·x has no lower bound for *any* cost c = Wᵀ s with s in the balls: x is feasible, A r ≥ 0, E r = 0,
/// exactly, and c·r < 0 in balls.
public struct EnclosedRay: Certificate {
  public let constraints: LinearConstraints
  public let cost: EnclosedCost
  /// x.
  public let point: [Rational]
  /// r.
  public let ray: [Rational]

  public func check() throws(CertificateFailure) {
    try constraints.requireFeasible(point)
    try constraints.requireRecession(ray)
    let descent = cost.product(ray)
    try CertificateFailure.require(descent.isNegative, "the cost along the ray is \(descent)")
  }
}
