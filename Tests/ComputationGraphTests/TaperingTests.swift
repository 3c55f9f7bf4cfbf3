import ComputationGraph
import Multiprecision
import Testing

/// Falling precision takes from each coefficient only what cannot reach the sum.
@Suite struct TaperingTests {
  private static let order = 150

  /// tanh of a product, a solve, an exponential: recurrences of every kind at once.
  private func field() throws -> (VectorField, [Matrix<BigFloat>]) {
    let graph = Graph()
    let x = graph.variable(Shape(3, 3), name: "x")
    let y = graph.variable(Shape(3, 1), name: "y")
    let gram = try x.times(x.transposed()) + graph.identity(3)
    let velocity = try gram.solving(x.times(y).tanh() + y.exp())
    let field = try VectorField(
      graph: graph, state: [x, y], velocity: [-velocity.times(y.transposed()), velocity - y])
    var generator = SplitMix64(seed: 3)
    return (field, [generator.matrix(x.shape), generator.matrix(y.shape)].rounded(1200))
  }

  @Test(arguments: [500, 1200]) func taperedCoefficientsKeepTheBitsThatReachTheSum(_ precision: Int) throws {
    let (field, point) = try field()
    func expansion(_ taper: Double, _ precision: Int) throws -> [[Matrix<BigFloat>]] {
      let expansion = try SeriesExpansion(
        of: field, arithmetic: BallSeriesArithmetic(order: Self.order, precision: precision, taper: taper))
      try expansion.expand(at: point, order: Self.order)
      return expansion.state.map { expansion.arithmetic.coefficients(of: $0, order: Self.order) }
    }
    let (exact, full, tapered) = (
      try expansion(0, precision + 200), try expansion(0, precision), try expansion(2.885, precision)
    )
    for (index, reference) in exact.enumerated() {
      var growth = 0.0
      for k in 1...Self.order {
        growth = max(growth, reference[k].log2Magnitude / Double(k))
        let size = growth * Double(k)
        let fullError = (full[index][k] - reference[k]).log2Magnitude
        let taperedError = (tapered[index][k] - reference[k]).log2Magnitude
        #expect(fullError < size - Double(precision - 40), "order \(k)")
        #expect(taperedError < size - Double(precision - 40) + 2.885 * Double(k), "order \(k)")
      }
    }
  }

  @Test func precisionFallsWithTheOrderToAFloor() {
    let arithmetic = BallSeriesArithmetic(order: 200, precision: 400)
    let precisions = (0...200).map { arithmetic.precision(ofOrder: $0) }
    #expect(precisions[0] == 400 && precisions[100] == 400 - 300 && precisions[200] == 64)
    #expect(zip(precisions, precisions.dropFirst()).allSatisfy { $0 >= $1 })
    let untapered = BallSeriesArithmetic(order: 200, precision: 400, taper: 0)
    #expect((0...200).allSatisfy { untapered.precision(ofOrder: $0) == 400 })
  }
}
