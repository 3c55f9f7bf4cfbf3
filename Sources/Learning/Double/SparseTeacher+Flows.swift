import Integrators
import Multiprecision

/// End points of flows on the logistic loss of the teacher's labels, in double precision, each in a form that is not
/// stiff.
extension SparseTeacher {
  /// β of gradient flow on β = u² - v² from u = v = α1, at log(1 + t) = s.
  ///
  /// β = 2α² sinh(4Zᵀq) with q' = σ(-Zβ), N unknowns; on the clock s, q_s = exp(s - softplus(Zβ)).
  public func diagonalGradientFlow(
    scale: Double, logarithmicTime s: Double, relativeTolerance: Double
  ) throws -> [Double] {
    let margins = margins
    func weights(_ q: [Double]) -> [Double] {
      margins.transposedTimes(q).map { 2 * scale * scale * Double.sinh(4 * $0) }
    }
    let method = DoubleRungeKutta(
      relativeTolerance: relativeTolerance, absoluteTolerance: relativeTolerance / 100)
    let end = try method.integrate(
      { clock, q in margins.times(weights(q)).map { Double.exp(clock - Double.softplus($0)) } },
      from: [Double](repeating: 0, count: margins.count), at: [s])
    return weights(end.last?.state ?? [])
  }

  /// β of natural gradient flow with the Fisher matrix of the population x ~ N(0, 1), from 0, at log(1 + t) = s: the
  /// same for every parametrisation (T3 a). β_s = M(β)⁻¹ Σ exp(s - softplus(m_n)) z_n.
  public func populationFlow(logarithmicTime s: Double, relativeTolerance: Double) throws -> [Double] {
    let margins = margins
    let method = DoubleRungeKutta(
      relativeTolerance: relativeTolerance, absoluteTolerance: relativeTolerance / 100)
    let end = try method.integrate(
      { clock, weights in
        let errors = margins.times(weights).map { Double.exp(clock - Double.softplus($0)) }
        return GaussianLogisticMoments.inverse(at: weights, times: margins.transposedTimes(errors))
      }, from: [Double](repeating: 0, count: margins.dimension), at: [s])
    return end.last?.state ?? []
  }

  /// β of natural gradient flow with the Fisher matrix of the training inputs and Moore–Penrose inverse on β = u² - v²
  /// from u = v = α1, where all margins are `margin`, which is log(2e^t - 1): by T3 (b′) the Bregman projection
  /// β = 2α² sinh(Zᵀν) with Zβ = margin, by Newton's method in N unknowns along growing margins.
  ///
  /// - Throws: `LinearAlgebraError.undecided` where Newton's method does not converge.
  public func trainingFlow(scale: Double, margin: Double) throws -> [Double] {
    try Self.projection(
      margins, targets: [Double](repeating: margin, count: margins.count), scale: scale)
  }

  /// The β = 2α² sinh(Zᵀν) with Zβ = targets.
  static func projection(_ rows: DoubleRows, targets: [Double], scale: Double) throws -> [Double] {
    let size = 2 * scale * scale
    var dual = [Double](repeating: 0, count: rows.count)
    var weights = [Double](repeating: 0, count: rows.dimension)
    var part = min(1, 1e-3 * scale * scale)
    while true {
      try Task.checkCancellation()
      var isSolved = false
      for _ in 0..<200 {
        let angles = rows.transposedTimes(dual)
        weights = angles.map { size * Double.sinh($0) }
        let residual = zip(rows.times(weights), targets).map { part * $1 - $0 }
        let largest = targets.reduce(0) { max($0, abs($1)) } * part
        if residual.allSatisfy({ abs($0) <= 1e-11 * largest }) {
          isSolved = true
          break
        }
        let step = try rows.gram(weights: angles.map { size * Double.cosh($0) }).solve(residual)
        // A step that changes an angle by more than 1 is beyond the region where sinh is nearly linear.
        let change = rows.transposedTimes(step).reduce(0) { max($0, abs($1)) }
        let length = min(1, 1 / change)
        for index in dual.indices { dual[index] += length * step[index] }
      }
      guard isSolved else { throw LinearAlgebraError.undecided }
      if part == 1 { return weights }
      part = min(1, 4 * part)
    }
  }
}
