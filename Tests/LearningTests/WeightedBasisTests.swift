import Multiprecision
import Testing

@testable import Learning

@Suite struct WeightedBasisTests {
  /// Whatever the weights, no row exceeds the basis by more than the choice allows, and rows are what they are made of.
  @Test(arguments: 1...20) func basesDominate(seed: Int) throws {
    var random = SeededRationals(seed: seed)
    let matrix = random.matrix(8, 3)
    var basis = try #require(WeightedBasis(of: matrix, candidates: Array(1..<8)))
    for spread in [0.0, 10, 1000, 100_000] {
      let weights = (0..<8).map { _ in -spread * Double(random.integer(0...1000)) / 1000 }
      _ = basis.improve(log2Weights: weights)
      #expect(!basis.rows.contains(0))
      for n in 1..<8 {
        for (i, row) in basis.rows.enumerated() where !basis.coordinates[n, i].isZero {
          let size = 2 * WeightedBasis.log2Magnitude(basis.coordinates[n, i])
          #expect(weights[n] + size <= weights[row] + WeightedBasis.choiceBits + 1e-9, "seed \(seed)")
        }
      }
      let rows = basis.rows
      let chosen = Matrix<Rational>(rows: 3, columns: 3) { matrix[rows[$0], $1] }
      #expect(basis.coordinates * chosen == matrix)
      var same = basis
      #expect(!same.improve(log2Weights: weights) && same.rows == basis.rows)
    }
  }

  @Test func candidatesMustSpan() {
    let matrix = Matrix<Rational>(rows: [[1, 0], [2, 0], [0, 1]])
    #expect(WeightedBasis(of: matrix, candidates: [0, 1]) == nil)
    #expect(WeightedBasis(of: matrix, candidates: []) == nil)
    #expect(WeightedBasis(of: matrix, candidates: [1, 2]) != nil)
  }
}
