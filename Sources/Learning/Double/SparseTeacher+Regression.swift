import Integrators
import Multiprecision

/// Noiseless regression on the teacher, y = Xw*, with β = u² - v² from u = v = α1: both flows run to the end.
extension SparseTeacher {
  /// β of natural gradient flow on the training inputs with Moore–Penrose inverse at time t, in its parameters:
  /// (u', v') = (2u∘Xᵀλ, -2v∘Xᵀλ) with X K Xᵀ λ = y - Xβ and K = 4(u² + v²).
  public func regressionNaturalGradientFlow(
    scale: Double, time: Double, relativeTolerance: Double
  ) throws -> [Double] {
    let (inputs, targets, d) = (inputs, inputs.times(teacher), inputs.dimension)
    func weights(_ state: [Double]) -> [Double] {
      (0..<d).map { state[$0] * state[$0] - state[d + $0] * state[d + $0] }
    }
    let method = DoubleRungeKutta(
      relativeTolerance: relativeTolerance, absoluteTolerance: relativeTolerance * scale * 1e-4)
    let end = try method.integrate(
      { _, state in
        let kernel = (0..<d).map { 4 * (state[$0] * state[$0] + state[d + $0] * state[d + $0]) }
        let residual = zip(targets, inputs.times(weights(state))).map { $0 - $1 }
        let pull = inputs.transposedTimes(try inputs.gram(weights: kernel).solve(residual))
        return (0..<2 * d).map { $0 < d ? 2 * state[$0] * pull[$0] : -2 * state[$0] * pull[$0 - d] }
      }, from: [Double](repeating: scale, count: 2 * d), at: [time])
    return weights(end.last?.state ?? [])
  }

  /// The end point of gradient flow on ½|Xβ - y|²: β = 2α² sinh(4Xᵀq) with q' = y - Xβ, by implicit Euler steps.
  ///
  /// An implicit step keeps that form, so its fixed point is the flow's; steps grow fourfold, and the path in between
  /// is not the flow's.
  ///
  /// - Throws: `LinearAlgebraError.undecided` where Newton's method does not converge.
  public func regressionGradientFlowLimit(scale: Double) throws -> [Double] {
    let (inputs, targets) = (inputs, inputs.times(teacher))
    let size = 2 * scale * scale
    var dual = [Double](repeating: 0, count: inputs.count)
    var weights = [Double](repeating: 0, count: inputs.dimension)
    var step = 1e-3
    while step < 1e14 {
      try Task.checkCancellation()
      let start = dual
      var isSolved = false
      for _ in 0..<200 {
        let angles = inputs.transposedTimes(dual).map { 4 * $0 }
        weights = angles.map { size * Double.sinh($0) }
        // G(q) = y - Xβ(q) - (q - q_0)/h, with a positive definite -G'.
        var residual = zip(targets, inputs.times(weights)).map { $0 - $1 }
        for index in residual.indices { residual[index] -= (dual[index] - start[index]) / step }
        var system = inputs.gram(weights: angles.map { 4 * size * Double.cosh($0) })
        for index in dual.indices { system.set(index, index, system[index, index] + 1 / step) }
        let move = try system.solve(residual)
        let change = inputs.transposedTimes(move).reduce(0) { max($0, abs(4 * $1)) }
        let length = min(1, 1 / change)
        for index in dual.indices { dual[index] += length * move[index] }
        if change < 1e-9 {
          isSolved = true
          break
        }
      }
      guard isSolved else { throw LinearAlgebraError.undecided }
      step *= 4
    }
    return weights
  }

  /// |β - w*|².
  public func squaredError(of weights: [Double]) -> Double {
    zip(weights, teacher).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
