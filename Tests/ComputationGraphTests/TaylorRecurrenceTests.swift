import ComputationGraph
import Multiprecision
import Testing

/// Each operation's recurrence against the operation's own values: coefficients by interpolation at points so
/// near to each other that hundreds of bits are right.
@Suite struct TaylorRecurrenceTests {
  private static let order = 6
  /// With 13 points at distance 2^-80 coefficient 6 has an error of about 2^(-80·7).
  private static let points = 13
  private static let spacing = 80

  @Test(arguments: OperationCase.catalogue, SeriesEngine.allCases)
  func recurrenceMatchesInterpolation(_ operation: OperationCase, _ engine: SeriesEngine) throws {
    let count = operation.operands.count
    // Every choice of operands that depend on t; the others are constants.
    for mask in 1..<(1 << count) {
      let moving = Set((0..<count).filter { mask >> $0 & 1 == 1 })
      try forEachTrial(2) { seed, generator in
        let polynomials = operation.polynomials(&generator, moving: moving)
        let found = try SeriesProbe(precision: 500, order: Self.order, engine: engine)
          .coefficients(of: polynomials) { [try operation.build($0)] }[0]
        let expected = try interpolated(operation, polynomials)
        for k in 0...Self.order {
          let error = (found[k] - expected[k]).log2Magnitude
          #expect(
            error < max(0, expected[k].log2Magnitude) - 440,
            "\(operation.name), \(engine), order \(k), moving \(moving.sorted()), seed \(seed): 2^\(error)")
        }
      }
    }
  }

  private func interpolated(
    _ operation: OperationCase, _ polynomials: [SeriesProbe.Polynomial]
  ) throws -> [Matrix<BigFloat>] {
    let precision = 3000
    let (graph, variables, output) = try operation.graph()
    let unit = try Rational(2).power(-Self.spacing)
    let samples = try (0..<Self.points).map { index in
      let time = Rational(index - Self.points / 2) * unit
      let values = polynomials.map { polynomial in
        polynomial.dropLast().reversed().reduce(polynomial[polynomial.count - 1]) { sum, coefficient in
          sum.map { time * $0 } + coefficient
        }
      }
      return try graph.evaluate(
        [output], variables: Array(zip(variables, values.rounded(precision))), precision: precision)[0]
    }
    let powers = Matrix<Rational>(rows: Self.points, columns: Self.points) { row, k in
      (0..<k).reduce(1) { product, _ in product * Rational(row - Self.points / 2) }
    }
    let weights = try powers.inverse()
    return (0...Self.order).map { k in
      let zero = Matrix<BigFloat>(output.shape.zeros, precision: precision)
      return (0..<Self.points).reduce(zero) { sum, index in
        let weight = BigFloat(weights[k, index], precision: precision)
        return sum + samples[index].map { weight * $0 }
      }.map { $0.scaled(byPowerOfTwo: Self.spacing * k) }
    }
  }
}
