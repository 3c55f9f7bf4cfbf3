import CSeriesKernels
import Multiprecision
import Testing

@testable import ComputationGraph

/// Relaxed Cauchy sums against exact ones, and against classical ones where exact ones take long.
@Suite struct RelaxedSumTests {
  /// Exponents that rise by up to 60 bits at a few orders, so that lines are raised while squares are in the sums.
  private static func exponents(_ count: Int, _ generator: inout SplitMix64) -> [Int] {
    var exponent = Int.random(in: -50...50, using: &generator)
    return (0..<count).map { _ in
      if generator.next() % 60 == 0 { exponent += Int.random(in: 1...60, using: &generator) }
      return exponent - Int.random(in: 0...3, using: &generator)
    }
  }

  /// Every order, within the bounds that the engine records, in a first and a second expansion, where lines have learnt
  /// from the first.
  @Test(arguments: RandomProduct.Kind.all, [3.0, 0])
  func sumsStayWithinTheirBounds(_ kind: RandomProduct.Kind, _ taper: Double) {
    let order = 150
    forEachTrial(2) { seed, generator in
      let precision = Int.random(in: 100...940, using: &generator)
      let arithmetic = FixedPointSeriesArithmetic(
        order: order, precision: precision, taper: taper, sums: .relaxed, tracksErrors: true)
      let product = RandomProduct(kind, arithmetic)
      for expansion in 0..<2 {
        product.begin()
        let exponents = Self.exponents(order + 1, &generator)
        for k in 0...order {
          product.advance(k, exponent: exponents[k], &generator)
          for entry in 0..<product.output.shape.count {
            let error = (product.value(of: product.output, entry, k) - product.exact(entry, k)).log10Magnitude
            let bound = product.output.errors?.current(k)[entry] ?? 0
            #expect(
              bound < .infinity && error <= BigFloat(bound, precision: 64).log10Magnitude,
              "seed \(seed), \(precision) bits, expansion \(expansion), order \(k), entry \(entry): 10^\(error)"
            )
          }
        }
      }
    }
  }

  /// Both sets of kernels give the same words.
  @Test(arguments: RandomProduct.Kind.all) func kernelsAgree(_ kind: RandomProduct.Kind) {
    let order = 140
    forEachTrial(1) { seed, generator in
      let start = generator
      let results = [FixedPointSeriesArithmetic.Kernels.fastest, .portable].map { kernels in
        generator = start
        let product = RandomProduct(
          kind,
          FixedPointSeriesArithmetic(order: order, precision: 900, kernels: kernels, sums: .relaxed))
        product.begin()
        let exponents = Self.exponents(order + 1, &generator)
        return (0...order).map { k in
          product.advance(k, exponent: exponents[k], &generator)
          return product.words(k)
        }
      }
      #expect(results[0] == results[1], "seed \(seed)")
    }
  }

  /// Squares of up to 512 orders, wide ones among them, and the choice of sides by digits.
  @Test(arguments: [FixedPointSeriesArithmetic.CauchySums.relaxed, .automatic])
  func longSumsAreThoseOfClassicalOnes(_ sums: FixedPointSeriesArithmetic.CauchySums) {
    let order = 1100
    for kind in [RandomProduct.Kind(testDescription: "", shape: .scalar), .all[1]] {
      let products = [sums, .classical].map {
        RandomProduct(kind, FixedPointSeriesArithmetic(order: order, precision: 3340, sums: $0))
      }
      #expect(products[0].arithmetic.tiling != nil && products[1].arithmetic.tiling == nil)
      for product in products { product.begin() }
      var generators = [SplitMix64(seed: 1), SplitMix64(seed: 1)]
      for k in 0...order {
        for (index, product) in products.enumerated() {
          product.advance(k, exponent: k > 700 ? 9 : 0, &generators[index])
        }
        let digits = products[0].arithmetic.digitCounts[k]
        // Lines have exponents up to 13 here, with the margin of those that are raised; see `recordProduct`.
        let units = Rational(2 * (2 * digits + 10) * (k + 2))
        let bound = BigFloat(units, precision: 64).scaled(byPowerOfTwo: 26 - 52 * digits).log10Magnitude
        for entry in 0..<products[0].output.shape.count {
          let values = products.map { $0.value(of: $0.output, entry, k) }
          let error = (values[0] - values[1]).log10Magnitude
          #expect(error <= bound, "\(sums), order \(k), entry \(entry): 10^\(error), bound 10^\(bound)")
        }
      }
    }
  }
}
