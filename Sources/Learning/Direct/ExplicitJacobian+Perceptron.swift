import Multiprecision

extension MultilayerPerceptron: ExplicitJacobian {
  /// Back-propagation: δ_L = e_k, δ_l = φ'(z_l) ∘ W_{l+1}ᵀ δ_{l+1}; ∂f_k/∂W_l = δ_l h_{l-1}ᵀ, ∂f_k/∂b_l = δ_l.
  func evaluate(_ parameters: [Matrix<BigFloat>], at inputs: [[BigFloat]], precision: Int) -> OutputJacobian {
    var result = OutputJacobian(model: self, inputCount: inputs.count, precision: precision)
    let units = Matrix<BigFloat>.identity(outputCount, precision: precision)
    let perLayer = hasBias ? 2 : 1
    let weights = stride(from: 0, to: parameters.count, by: perLayer).map { parameters[$0] }
    var offsets = [0]
    for matrix in parameters { offsets.append(offsets[offsets.count - 1] + matrix.elements.count) }
    for (n, input) in inputs.enumerated() {
      var hidden = [input]
      var slopes: [[BigFloat]] = []
      for (layer, matrix) in weights.enumerated() {
        var z = matrix.applied(to: hidden[layer])
        if hasBias { z = zip(z, parameters[2 * layer + 1].elements).map { $0 + $1 } }
        if layer == weights.count - 1 {
          result.outputs.append(z)
        } else {
          hidden.append(z.map(activation.explicitValue))
          slopes.append(z.map(activation.explicitSlope))
        }
      }
      for output in 0..<outputCount {
        var delta = units.row(output)
        for layer in weights.indices.reversed() {
          let offset = offsets[layer * perLayer]
          result.setOuterProduct(delta, hidden[layer], input: n, output: output, offset: offset)
          if hasBias {
            let start = result.row(n, output).lowerBound + offsets[layer * perLayer + 1]
            for (a, value) in delta.enumerated() { result.gradients[start + a] = value }
          }
          if layer > 0 {
            delta = zip(slopes[layer - 1], weights[layer].transposedApplied(to: delta)).map { $0 * $1 }
          }
        }
      }
    }
    return result
  }
}

extension MultilayerPerceptron.Activation {
  fileprivate func explicitValue(_ z: BigFloat) -> BigFloat {
    switch self {
    case .tanh: BigFloat.tanh(z)
    case .softplus: BigFloat.softplus(z)
    case .logistic: BigFloat.logistic(z)
    }
  }

  /// The derivative, in forms that do not cancel: σ' = e/(1 + e)² with e = exp(-|z|), tanh' = 4 σ'(2z).
  fileprivate func explicitSlope(_ z: BigFloat) -> BigFloat {
    func logisticSlope(_ z: BigFloat) -> BigFloat {
      let small = BigFloat.exp(-z.magnitude)
      let sum = BigFloat(1, precision: z.precision) + small
      return small / (sum * sum)
    }
    switch self {
    case .softplus: return BigFloat.logistic(z)
    case .logistic: return logisticSlope(z)
    case .tanh: return logisticSlope(z.scaled(byPowerOfTwo: 1)).scaled(byPowerOfTwo: 2)
    }
  }
}
