/// An operation that bounds how far the stored polynomials of its result are from the function they stand for.
///
/// Each bound is the norm of the residual that the operation's recurrence leaves, times what the residual's equation
/// makes of it. Source: docs/certified-integration, "Rounding in fixed point".
protocol BoundedOperation: Operation {
  /// ‖F - P‖ for each entry of the result, in units; not finite where none is found.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
}

extension BoundedOperation {
  /// For a result each of whose entries is a sum of entries of the operands, with factors of one size: entry
  /// `place` of the result has entry `entry` of the operand `operand`.
  func linearErrors(
    of result: SeriesBounds, factor: UpperBound = 1,
    _ terms: some Sequence<(place: Int, operand: SeriesBounds, entry: Int)>
  ) -> [UpperBound] {
    var errors = result.rounding
    for (place, operand, entry) in terms {
      errors[place] += factor * (operand.errors[entry] + operand.tail(entry))
    }
    return errors
  }
}

extension Constant: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  { result.rounding }
}

extension Addition: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    linearErrors(of: result, operands.flatMap { a in (0..<a.entries).map { ($0, a, $0) } })
  }
}

extension Subtraction: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    linearErrors(of: result, operands.flatMap { a in (0..<a.entries).map { ($0, a, $0) } })
  }
}

extension Scale: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    let size = UpperBound(up: factor.magnitude.doubleValue)
    return linearErrors(
      of: result, factor: size, (0..<result.entries).lazy.map { ($0, operands[0], $0) })
  }
}

extension HadamardProduct: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    let (a, b) = (operands[0], operands[1])
    return (0..<result.entries).map { entry in
      result.rounding[entry] + a.excess(entry, times: b, entry)
        + a.productError(entry, times: b, entry)
    }
  }
}

extension MatrixProduct: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    let (a, b) = (operands[0], operands[1])
    let (left, right) = (a.series.shape, b.series.shape)
    let columns = result.series.shape.columns
    return (0..<result.entries).map { entry in
      let (row, column) = (entry / columns, entry % columns)
      var error = result.rounding[entry]
      for inner in 0..<(leftIsTransposed ? left.rows : left.columns) {
        let x = leftIsTransposed ? inner * left.columns + row : row * left.columns + inner
        let y = rightIsTransposed ? column * right.columns + inner : inner * right.columns + column
        error += a.excess(x, times: b, y) + a.productError(x, times: b, y)
      }
      return error
    }
  }
}

extension Solve: BoundedOperation {
  /// With C the stored inverse of A_0 and X the stored polynomials of F = F_A⁻¹ F_B: F_A (F - X) = Q, where
  /// Q = (B - A X) + (F_B - B) - (F_A - A) X. At orders that are kept X_k is within λ_k of C N_k with
  /// N_k = B_k - Σ_{j≥1} A_j X_{k-j}, so B - A X has (1 - A_0 C) N_k - A_0 λ_k there. With Y ≈ A⁻¹, M = 1 - F_A Y and all
  /// row sums of ‖M‖ at most g < 1, F_A⁻¹ = Y (1 - M)⁻¹, and ‖(1 - M)⁻¹ Q‖ ≤ ‖Q‖ + ‖M‖ 1·max ‖Q‖/(1 - g).
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    let (a, b) = (operands[0], operands[1])
    let (size, columns) = (result.series.shape.rows, result.series.shape.columns)
    let factorization = arithmetic.factorization(of: a.series, size: size)
    let residuals = factorization.residuals
    guard residuals.count == size * size, let inverse = Self.inverse(of: a, size, factorization.inverseValues)
    else { return result.rounding.map { _ in .infinity } }
    let greatestGain = UpperBound.greatest(inverse.gains)
    var errors = [UpperBound](repeating: 0, count: result.entries)
    for column in 0..<columns {
      let numerators = (0..<size).map { row in
        (0..<size).reduce(b.size(row * columns + column)) { sum, inner in
          sum + a.rise(row * size + inner) * result.size(inner * columns + column)
        }
      }
      let right = (0..<size).map { row in
        let entry = row * columns + column
        return (0..<size).reduce(b.errors[entry] + b.tail(entry)) { sum, inner in
          let (x, y) = (row * size + inner, inner * columns + column)
          return sum + UpperBound(residuals[x]) * numerators[inner]
            + a.weighted(x, 0) * result.rounding[y] + a.excess(x, times: result, y)
            + a.errors[x] * result.size(y)
        }
      }
      let largest = UpperBound.greatest(right).overOneMinus(greatestGain)
      let solved = zip(right, inverse.gains).map { $0 + $1 * largest }
      for row in 0..<size {
        errors[row * columns + column] = (0..<size).reduce(0) {
          $0 + inverse.norms[row * size + $1] * solved[$1]
        }
      }
    }
    return errors
  }

  /// The shortest that is near enough.
  private static func inverse(of a: SeriesBounds, _ size: Int, _ head: [Double]) -> PolynomialInverse? {
    for length in [1, 4, 12] {
      let inverse = PolynomialInverse(of: a, size: size, head: head, length: length)
      if UpperBound.greatest(inverse.gains).value < 0.75 { return inverse }
    }
    return nil
  }
}

/// Operations that move entries of one operand.
extension IndexMap {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    let map = map(from: operands[0].series.shape, to: result.series.shape)
    return map.enumerated().map { place, entry in
      result.rounding[place] + operands[0].errors[entry] + operands[0].tail(entry)
    }
  }
}

extension Transpose: BoundedOperation {}
extension Reshape: BoundedOperation {}
extension Broadcast: BoundedOperation {}
extension Slice: BoundedOperation {}

extension Total: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    linearErrors(
      of: result, map(operands[0].series.shape).enumerated().lazy.map { ($1, operands[0], $0) })
  }
}

extension Embed: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    linearErrors(of: result, map.enumerated().lazy.map { ($1, operands[0], $0) })
  }
}

extension Concatenate: BoundedOperation {
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    let maps = maps(operands.map(\.series.shape), shape: result.series.shape)
    return linearErrors(
      of: result,
      zip(operands, maps).flatMap { operand, map in map.enumerated().map { ($1, operand, $0) } })
  }
}
