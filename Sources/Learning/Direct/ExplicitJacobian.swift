import Multiprecision

/// A model's outputs and Jacobian by formulas written out, apart from the computation graph.
protocol ExplicitJacobian: Model {
  /// Outputs and their gradients at each input.
  ///
  /// - Parameters:
  ///   - parameters: of the model's shapes.
  ///   - inputs: each of d entries.
  func evaluate(_ parameters: [Matrix<BigFloat>], at inputs: [[BigFloat]], precision: Int) -> OutputJacobian
}

/// The outputs at N inputs and their gradients.
struct OutputJacobian {
  /// For each input its K outputs.
  var outputs: [[BigFloat]] = []
  /// ∂f_k/∂θ at input n in row n·K + k, of P entries: parameters in order, each row by row.
  let gradients: BigFloatBuffer
  let outputCount: Int
  let parameterCount: Int

  init(model: some Model, inputCount: Int, precision: Int) {
    (outputCount, parameterCount) = (model.outputCount, model.parameterCount)
    gradients = BigFloatBuffer(count: inputCount * outputCount * parameterCount, precision: precision)
  }

  /// The places of the gradient of output `output` at input `input`.
  func row(_ input: Int, _ output: Int) -> Range<Int> {
    let row = input * outputCount + output
    return row * parameterCount..<(row + 1) * parameterCount
  }

  /// Writes an outer product u vᵀ, row by row, from entry `offset` of a gradient on.
  func setOuterProduct(_ u: [BigFloat], _ v: [BigFloat], input: Int, output: Int, offset: Int) {
    var place = row(input, output).lowerBound + offset
    for a in u {
      for b in v {
        gradients[place] = a * b
        place += 1
      }
    }
  }
}

extension Matrix where Scalar == BigFloat {
  /// A x.
  func applied(to vector: [BigFloat]) -> [BigFloat] {
    (0..<rows).map { row in
      var sum = BigFloat.zero
      for column in 0..<columns { sum.addProduct(self[row, column], vector[column]) }
      return sum
    }
  }

  /// Aᵀ x.
  func transposedApplied(to vector: [BigFloat]) -> [BigFloat] {
    (0..<columns).map { column in
      var sum = BigFloat.zero
      for row in 0..<rows { sum.addProduct(self[row, column], vector[row]) }
      return sum
    }
  }
}

extension DeepLinearModel: ExplicitJacobian {
  /// ∂f_k/∂W_l = (row k of W_L ⋯ W_{l+1})ᵀ (W_{l-1} ⋯ W_1 x)ᵀ.
  func evaluate(_ parameters: [Matrix<BigFloat>], at inputs: [[BigFloat]], precision: Int) -> OutputJacobian {
    var result = OutputJacobian(model: self, inputCount: inputs.count, precision: precision)
    let units = Matrix<BigFloat>.identity(outputCount, precision: precision)
    var offsets = [0]
    for matrix in parameters { offsets.append(offsets[offsets.count - 1] + matrix.elements.count) }
    /// For each output and layer the row of W_L ⋯ W_{l+1}, the last layer's first.
    let rows = (0..<outputCount).map { output in
      parameters.dropFirst().reversed().reduce(into: [units.row(output)]) { rows, weights in
        rows.append(weights.transposedApplied(to: rows[rows.count - 1]))
      }
    }
    for (n, input) in inputs.enumerated() {
      var hidden = input
      for (layer, weights) in parameters.enumerated() {
        for output in 0..<outputCount {
          result.setOuterProduct(
            rows[output][parameters.count - 1 - layer], hidden, input: n, output: output,
            offset: offsets[layer])
        }
        hidden = weights.applied(to: hidden)
      }
      result.outputs.append(hidden)
    }
    return result
  }
}

extension DiagonalModel: ExplicitJacobian {
  /// f = Σ_i x_i β_i with ∂β_i/∂u_{l,i} = Π_{m≠l} u_{m,i}, or L u_i^(L-1) and -L v_i^(L-1).
  func evaluate(_ parameters: [Matrix<BigFloat>], at inputs: [[BigFloat]], precision: Int) -> OutputJacobian {
    var result = OutputJacobian(model: self, inputCount: inputs.count, precision: precision)
    let one = BigFloat(1, precision: precision)
    let factor = BigFloat(depth, precision: precision)
    func power(_ x: BigFloat, _ exponent: Int) -> BigFloat { BigFloat.pow(x, Rational(exponent)) }
    var coefficients: [BigFloat] = []
    var slopes: [[BigFloat]] = []
    for i in 0..<inputCount {
      let entries = parameters.map { $0[i, 0] }
      switch form {
      case .product:
        coefficients.append(entries.reduce(one, *))
        slopes.append(
          entries.indices.map { l in entries.indices.filter { $0 != l }.reduce(one) { $0 * entries[$1] } })
      case .difference:
        coefficients.append(power(entries[0], depth) - power(entries[1], depth))
        slopes.append([factor * power(entries[0], depth - 1), -factor * power(entries[1], depth - 1)])
      }
    }
    for (n, input) in inputs.enumerated() {
      let start = result.row(n, 0).lowerBound
      for (i, slope) in slopes.enumerated() {
        for (l, value) in slope.enumerated() {
          result.gradients[start + l * inputCount + i] = input[i] * value
        }
      }
      result.outputs.append([zip(input, coefficients).reduce(BigFloat.zero) { $0 + $1.0 * $1.1 }])
    }
    return result
  }
}
