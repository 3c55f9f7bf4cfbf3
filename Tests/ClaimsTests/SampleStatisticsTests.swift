import Learning
import Multiprecision
import Testing

@testable import Claims

@Suite struct SampleStatisticsTests {
  @Test func meanAndErrorOfFive() {
    let statistics = SampleStatistics(values: [1, 2, 3, 4, 5])
    #expect(statistics.mean == 3)
    #expect(abs(statistics.standardError - 0.5.squareRoot()) < 1e-15)
    #expect(abs(statistics.confidence - 8.611 * 0.5.squareRoot()) < 1e-12)
  }

  /// Of many samples of Gaussian numbers, nearly all intervals contain the expectation, and of a hundred times as
  /// narrow ones few do.
  @Test func intervalsCover() {
    var generator = GaussianGenerator(seed: 11)
    let trials = 2000
    var (covered, narrow) = (0, 0)
    for _ in 0..<trials {
      let statistics = SampleStatistics(values: (0..<10).map { _ in generator.next() + 1 })
      let deviation = abs(statistics.mean - 1)
      covered += deviation <= statistics.confidence ? 1 : 0
      narrow += deviation <= statistics.confidence / 100 ? 1 : 0
    }
    #expect(covered >= trials - 10 && covered < trials + 1 && narrow < trials / 10)
  }

  @Test func doublesBecomeBalls() {
    #expect(Ball(double: 0.5, precision: 64).isExact)
    #expect(!Ball(double: .nan, precision: 64).isFinite)
    let ball = Ball(double: 3, digits: 6, precision: 64)
    #expect(ball.contains(Rational(3_000_001, 1_000_000)) && !ball.contains(Rational(30_001, 10_000)))
  }

  /// More draws, with FISHERFLOW_EXTENDED=1: the order of the learners is the same, and the means are printed.
  @Test(.enabled(if: isExtended)) func moreDrawsOfTheSparseTeacher() throws {
    for (samples, dimension) in [(80, 200), (100, 500)] {
      let errors = try SparseTeacherErrors(
        samples: samples, dimension: dimension, sparsity: 3, seeds: (0..<40).map { 50_000 + $0 })
      let methods: [SparseTeacherErrors.Method] = [
        .gradient(2), .gradient(1), .gradient(0), .training, .population, .minimumNorm,
      ]
      let rows = methods.map { ($0, SampleStatistics(values: errors.values($0))) }
      for (method, row) in rows {
        print("d = \(dimension), \(method): \(row.mean) ± \(row.standardError)")
      }
      print("d = \(dimension), \(errors.mean(.maximumMargin)) for the maximum margin")
      #expect(zip(rows, rows.dropFirst()).dropLast().allSatisfy { $0.1.mean < $1.1.mean })
      #expect(errors.accuracy < 1e-4)
    }
  }
}
