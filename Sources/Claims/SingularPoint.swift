import Learning
import Multiprecision

/// A deep linear network with one output at one exact point, with training inputs and others: what T3 says of its
/// velocities under the measure ν_ε = training + ε·others. Variances D and residuals r are drawn, so that they stand for
/// any family and loss.
struct SingularPoint: Sendable {
  let name: String
  let training: Matrix<Rational>
  /// The Jacobian on the training inputs, and on all.
  let trainingJacobian: Matrix<Rational>
  let jacobian: Matrix<Rational>
  /// D on the training inputs.
  let weights: [Rational]
  /// Jᵀr.
  let gradient: Matrix<Rational>
  /// f' = -D⁻¹r.
  let outputVelocity: Matrix<Rational>
  /// M_r = Σ D x xᵀ over the other inputs.
  let othersMetric: Matrix<Rational>

  private let otherWeights: [Rational]
  private let endToEndJacobian: Matrix<Rational>

  /// Drawn until the training Jacobian has full row rank and ∂β/∂θ is surjective, exactly.
  init(
    _ widths: [Int], training count: Int, others: Int, stream: UInt64, _ settings: CheckSettings
  ) throws {
    var random = RandomInstances(settings, stream: stream)
    let model = try DeepLinearModel(widths: widths)
    let d = widths[0]
    var layers: [Matrix<Rational>] = []
    var onUnits = Matrix<Rational>(rows: 0, columns: 0, repeating: 0)
    repeat {
      layers = zip(widths.dropFirst(), widths).map { random.fullRankMatrix($0, $1) }
      onUnits = model.exactJacobian(layers, inputs: .identity(d))
    } while onUnits.rank() < d
    let inputs = random.independentRows(count + others, d)
    training = Matrix(rows: (0..<count).map(inputs.row))
    trainingJacobian = model.exactJacobian(layers, inputs: training)
    jacobian = model.exactJacobian(layers, inputs: inputs)
    endToEndJacobian = onUnits
    let weights = random.factors(count).elements
    let residual = random.factors(count)
    (self.weights, otherWeights) = (weights, random.factors(others).elements)
    gradient = trainingJacobian.transposed() * residual
    outputVelocity = Matrix(column: zip(weights, residual.elements).map { -$1 / $0 })
    let rest = Matrix<Rational>(rows: others, columns: d) { inputs[count + $0, $1] }
    othersMetric = ExactNaturalGradient.fisher(measure: rest, weights: otherWeights)
    let shape = widths.map(String.init).joined(separator: "-")
    name = "deep linear \(shape), N = \(count)" + (others == 0 ? "" : ", \(others) others")
  }

  /// F of ν_ε.
  func fisher(othersWeight: Rational) -> Matrix<Rational> {
    ExactNaturalGradient.fisher(measure: jacobian, weights: allWeights(othersWeight))
  }

  /// θ' = -F⁺∇L under ν_ε.
  func naturalGradient(othersWeight: Rational) -> Matrix<Rational> {
    ExactNaturalGradient.velocity(
      measure: jacobian, weights: allWeights(othersWeight), gradient: gradient)
  }

  private func allWeights(_ othersWeight: Rational) -> [Rational] {
    weights + otherWeights.map { othersWeight * $0 }
  }

  /// β' for a θ'.
  func endToEnd(of velocity: Matrix<Rational>) -> Matrix<Rational> { endToEndJacobian * velocity }

  /// v_0, v_1, v_2 with β' = v_0 - ε v_1 + ε² v_2 - ..., for M_r ≻ 0: v_k = M_r⁻¹Xᵀ S⁻¹ (D⁻¹S⁻¹)^k f', S = XM_r⁻¹Xᵀ.
  ///
  /// With A = M_r^-½ XᵀDX M_r^-½ it is the expansion of (A + ε)⁻¹a for a in the range of A; what is left after v_k has at
  /// most the norm of ε^(k+1) v_{k+1} in the metric M_r.
  func limitExpansion() throws -> [Matrix<Rational>] {
    let x = training
    let lifted = try othersMetric.solve(x.transposed())
    let inverse = try (x * lifted).inverse()
    var factor = inverse * outputVelocity
    return (0..<3).map { _ in
      defer {
        factor = inverse * Matrix(column: zip(weights, factor.elements).map { $1 / $0 })
      }
      return lifted * factor
    }
  }

  /// The trace of M_r⁻¹, which bounds every (M_r⁻¹)_ii.
  func spread() throws -> Rational {
    let inverse = try othersMetric.inverse()
    return (0..<inverse.rows).reduce(0) { $0 + inverse[$1, $1] }
  }
}

extension RandomInstances {
  /// Rows of which any min(rows, columns) in a row are independent at both ends: the first and the last ones.
  fileprivate mutating func independentRows(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
    while true {
      let candidate = fullRankMatrix(rows, columns)
      let count = min(rows, columns)
      let last = Matrix(rows: (rows - count..<rows).map(candidate.row))
      let first = Matrix(rows: (0..<count).map(candidate.row))
      if first.rank() == count, last.rank() == count { return candidate }
    }
  }
}
