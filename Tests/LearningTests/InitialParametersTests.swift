import Learning
import Multiprecision
import Testing

@Suite struct InitialParametersTests {
  /// The published outputs of SplitMix64 for the seed 1234567.
  @Test func generatorIsSplitMix64() {
    var generator = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    for value in expected { #expect(generator.next() == value) }
  }

  /// The recipe, written out again.
  @Test func seededEntriesAreThousandthsOfTheScale() throws {
    let model = try MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh)
    let matrices = try InitialParameters.seeded(seed: 42, scale: Rational(1, 7)).matrices(for: model)
    #expect(matrices.map(\.shape) == model.parameterShapes)
    var generator = SplitMix64(seed: 42)
    for entry in matrices.flatMap(\.elements) {
      let r = Int(generator.next() % 2000)
      #expect(entry == Rational(1, 7) * Rational(r < 1000 ? r - 1000 : r - 999, 1000))
      #expect(!entry.isZero)
    }
  }

  /// A format that files depend on: these numbers may never change.
  @Test func seedSevenIsFixedForEver() throws {
    let model = try DeepLinearModel(widths: [2, 3, 1])
    let matrices = try InitialParameters.seeded(seed: 7, scale: 1).matrices(for: model)
    let thousandths = [-513, 805, 347, -797, 675, -695, 799, 183, 986]
    #expect(matrices.flatMap(\.elements) == thousandths.map { Rational($0, 1000) })
  }

  @Test(arguments: [[2, 1], [3, 4, 2], [5, 2, 5, 3], [1, 1, 1], [4, 4, 4, 4]], [1, 2, 3] as [UInt64])
  func balancedLayersAreBalancedExactly(widths: [Int], seed: UInt64) throws {
    let model = try DeepLinearModel(widths: widths)
    let layers = try InitialParameters.balanced(scale: Rational(1, 10), seed: seed).matrices(for: model)
    for (lower, upper) in zip(layers, layers.dropFirst()) {
      #expect(upper.transposed() * upper == lower * lower.transposed())
    }
    for layer in layers { #expect(layer.rank() == widths.min()) }
  }

  @Test func balancedDiagonalParametersHaveEqualMagnitudes() throws {
    let product = try DiagonalModel(inputCount: 4, form: .product, depth: 3)
    let factors = try InitialParameters.balanced(scale: Rational(1, 2), seed: 9).matrices(for: product)
    #expect(Set(factors.map { $0.map(\.magnitude) }).count == 1)
    let difference = try DiagonalModel(inputCount: 4, form: .difference, depth: 2)
    let pair = try InitialParameters.balanced(scale: Rational(1, 2), seed: 9).matrices(for: difference)
    #expect(pair[0] == pair[1] && pair[0] == factors[1])
  }

  @Test func identityIsRectangular() throws {
    let model = try DeepLinearModel(widths: [3, 2])
    #expect(
      try InitialParameters.identity(scale: 2).matrices(for: model) == [
        Matrix(rows: [[2, 0, 0], [0, 2, 0]])
      ])
    let diagonal = try DiagonalModel(inputCount: 2, form: .product, depth: 1)
    #expect(try InitialParameters.identity(scale: 2).matrices(for: diagonal) == [Matrix(column: [2, 2])])
  }

  @Test func perceptronHasNoBalancedOrIdentityParameters() throws {
    let model = try MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh)
    for initial in [InitialParameters.balanced(scale: 1, seed: 1), .identity(scale: 1)] {
      #expect(throws: ProblemError.self) { try initial.matrices(for: model) }
    }
  }
}
