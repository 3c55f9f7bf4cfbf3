import Multiprecision

extension DiagonalModel: StructuredInitialisation {
  /// Equal magnitudes in every coordinate, from one draw k_i with bound 1000 each.
  ///
  /// Product form: u_1 = scale · k_i/1000 and u_2 = ... = u_L = scale · |k_i|/1000.
  /// Difference form: u = v = scale · |k_i|/1000, so β(0) = 0.
  func balancedParameters(scale: Rational, generator: inout SplitMix64) -> [Matrix<Rational>] {
    let draws = (0..<inputCount).map { _ in generator.nonzeroFraction(bound: InitialParameters.entryBound) }
    let magnitudes = Matrix(column: draws.map { scale * $0.magnitude })
    switch form {
    case .difference: return [magnitudes, magnitudes]
    case .product:
      return [Matrix(column: draws.map { scale * $0 })] + parameterShapes.dropFirst().map { _ in magnitudes }
    }
  }

  func identityParameters(scale: Rational) -> [Matrix<Rational>] {
    parameterShapes.map { Matrix(rows: $0.rows, columns: $0.columns, repeating: scale) }
  }
}
