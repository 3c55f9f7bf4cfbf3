import Multiprecision

extension DeepLinearModel: StructuredInitialisation {
  /// W_l = scale · U_l S_l U_{l-1}ᵀ, so that W_{l+1}ᵀ W_{l+1} = W_l W_lᵀ exactly.
  ///
  /// With r the least width, the r positive values s_i = (1000 + k)/2000 (k = next() mod 1000) are drawn first;
  /// S_l is the widths[l] × widths[l-1] matrix with them on its diagonal and zeros elsewhere. Then come the
  /// rational orthogonal matrices U_0, ..., U_L, of the sizes of the widths, each from `cayleyOrthogonal`.
  func balancedParameters(scale: Rational, generator: inout SplitMix64) -> [Matrix<Rational>] {
    let rank = widths.min() ?? 0
    let values = (0..<rank).map { _ in Rational(1000 + Int(generator.next() % 1000), 2000) }
    let rotations = widths.map { Matrix<Rational>.cayleyOrthogonal($0, generator: &generator) }
    return (1...depth).map { layer in
      let left = Matrix<Rational>(rows: widths[layer], columns: rank) { rotations[layer][$0, $1] }
      let right = rotations[layer - 1].transposed()
      let scaled = Matrix<Rational>(rows: rank, columns: widths[layer - 1]) {
        scale * values[$0] * right[$0, $1]
      }
      return left * scaled
    }
  }

  func identityParameters(scale: Rational) -> [Matrix<Rational>] {
    parameterShapes.map { shape in
      Matrix(rows: shape.rows, columns: shape.columns) { $0 == $1 ? scale : 0 }
    }
  }
}

extension Matrix where Scalar == Rational {
  /// A rational orthogonal matrix by the Cayley transform, (I - A)(I + A)⁻¹ = 2 (I + A)⁻¹ - I.
  ///
  /// A is skew-symmetric; its entries above the diagonal are drawn row by row as k/10 with k a draw with
  /// bound 10 (see `InitialParameters`). I + A is invertible, as the eigenvalues of A are imaginary.
  static func cayleyOrthogonal(_ size: Int, generator: inout SplitMix64) -> Matrix {
    var sum = Matrix.identity(size)
    for i in 0..<size {
      for j in (i + 1)..<size {
        sum[i, j] = generator.nonzeroFraction(bound: 10)
        sum[j, i] = -sum[i, j]
      }
    }
    guard let inverse = try? sum.inverse() else {
      preconditionFailure("I + A is invertible for every skew-symmetric A")
    }
    return inverse.scaled(by: 2) - .identity(size)
  }
}
