import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// The double arithmetic of derivatives, and the bounds of logarithmic norms that come from it.
@Suite struct TangentBundleTests {
  private static let (length, count) = (6, 3)

  private static func randomModel(_ generator: inout SplitMix64) -> TaylorModel {
    let coefficients = (0..<length).map { order in
      Ball(Rational(Int.random(in: -999...999, using: &generator), 700 * (order + 1)), precision: 100)
    }
    let error = Ball(Rational(Int.random(in: 0...9, using: &generator), 1_000_000), precision: 64)
    return TaylorModel(BallPolynomial(coefficients, precision: 100), error: error, length: length)
  }

  /// Sums of products in doubles contain those in balls of twice the orders.
  @Test func sumsOfProductsContainTheExactOnes() {
    var isTight = false
    forEachTrial(50) { seed, generator in
      let terms = Int.random(in: 1...4, using: &generator)
      let factors = (0..<terms).map { _ in Self.randomModel(&generator) }
      let seeds = (0..<terms).map { _ in (0..<Self.count).map { _ in Self.randomModel(&generator) } }
      // A bundle with a different model in each direction.
      let bundles = seeds.map { models in
        TangentBundle.sum(
          of: models.enumerated().map { direction, model in
            (
              ShortModel(model, length: Self.length),
              TangentBundle(unit: direction, count: Self.count, length: Self.length)
            )
          }, count: Self.count, length: Self.length)
      }
      let sum = TangentBundle.sum(
        of: zip(factors, bundles).map { (ShortModel($0, length: Self.length), $1) }, count: Self.count,
        length: Self.length)
      for direction in 0..<Self.count {
        // The operands at the ends of what they may be: a constant as large as the error added.
        for sign in [-1, 0, 1] {
          func extreme(_ model: TaylorModel) -> BallPolynomial {
            model.polynomial.adding(
              BallPolynomial([Ball(sign, precision: 200) * model.error], precision: 200), length: Self.length)
          }
          let exact = zip(factors, seeds).reduce(BallPolynomial([], precision: 200)) { sum, pair in
            sum.adding(
              extreme(pair.0).multiplied(by: extreme(pair.1[direction]), length: 2 * Self.length),
              length: 2 * Self.length)
          }
          let missed = (0..<(2 * Self.length)).reduce(Ball(0, precision: 64)) { total, order in
            let found =
              order < Self.length ? sum.coefficients[order * Self.count + direction] : 0
            return total + (exact[order] - Ball(found, precision: 64)).magnitude
          }
          #expect(missed.upperBound.doubleValue <= sum.errors[direction] * (1 + 1e-12), "seed \(seed)")
          isTight = isTight || missed.lowerBound.doubleValue > sum.errors[direction] / 4
        }
      }
    }
    #expect(isTight, "bounds a quarter as large would go unnoticed")
  }

  /// Random points of the tube: Rayleigh quotients of the Jacobian there are below the bound, and not far below everywhere.
  @Test func rayleighQuotientsInTheTubeAreBelowTheBound() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 2), name: "x")
    let a = try x.times(x.transposed()) + graph.identity(2)
    let velocity = try a.solving(x.exp()) - x * x.logistic()
    let field = try VectorField(graph: graph, state: [x], velocity: [velocity])
    let jacobian = try FieldJacobian(of: field, places: Array(field.state.indices))
    var (largest, bound) = (-Double.infinity, Double.infinity)
    try forEachTrial(20) { seed, generator in
      let radius = Rational(1, 200)
      let polynomials = (0..<4).map { _ in
        [1, 4, 40, 200].map { Rational(Int.random(in: -99...99, using: &generator), 100 * $0) }
      }
      let models = Matrix(rows: 2, columns: 2, elements: polynomials).map { coefficients in
        TaylorModel(
          BallPolynomial(coefficients.map { Ball($0, precision: 64) }, precision: 64),
          error: Ball(radius, precision: 64), length: 8)
      }
      let parts = 2
      guard
        let (bounds, _) = try JacobianModel(jacobian, at: [models], length: 8)
          .symmetricPart(StateWeights(count: models.elements.count)).eigenvalueBounds(parts: parts)
      else { return }
      for _ in 0..<20 {
        let s = Rational(Int.random(in: 0...64, using: &generator), 64)
        let point = Matrix(rows: 2, columns: 2, elements: polynomials).map { coefficients in
          coefficients.reversed().reduce(0) { $0 * s + $1 }
            + radius * Rational(Int.random(in: -1...1, using: &generator), 2)
        }.map { Ball($0, precision: 128) }
        let direction = (0..<4).map { _ in Rational(Int.random(in: -9...9, using: &generator)) }
        let size = direction.reduce(0) { $0 + $1 * $1 }
        guard !size.isZero else { continue }
        let along = Matrix(rows: 2, columns: 2, elements: direction.map { Ball($0, precision: 128) })
        let derivative = try jacobian.derivative(at: [point], along: [along], precision: 128)[0]
        let quotient =
          zip(along.elements, derivative.elements).reduce(0) { $0 + ($1.0 * $1.1).doubleValue }
          / size.doubleValue
        let place = s.doubleValue * Double(parts)
        let part = min(Int(place), parts - 1)
        let value = bounds[part] + (place - Double(part)) * (bounds[part + 1] - bounds[part])
        #expect(quotient <= value + 1e-12, "seed \(seed), s = \(s): \(quotient) against \(value)")
        if value - quotient < bound - largest { (largest, bound) = (quotient, value) }
      }
    }
    #expect(bound - largest < 0.3, "the bounds are far from every quotient")
  }
}
