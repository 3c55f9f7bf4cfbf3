import Multiprecision
import Testing

@testable import Learning

@Suite struct SignInterpolationTests {
  /// Enclosures from different numbers of terms overlap, more terms give the narrower one, and both parities of d - N
  /// are near each other.
  @Test func enclosuresAgree() throws {
    let problem = try SignInterpolation(samples: 20, dimension: 51)
    let rough = problem.expectedError(terms: 120, precision: 500)
    let fine = problem.expectedError(terms: 240, precision: 500)
    #expect(rough.overlaps(fine) && fine.log10Radius < rough.log10Radius && fine.log10Radius < -5)
    let even = try SignInterpolation(samples: 20, dimension: 52).expectedError(terms: 240, precision: 700)
    #expect(even.log10Radius < -3 && abs(even.doubleValue - fine.doubleValue) < 0.005)
  }

  /// Independent of the series: the angles of random draws, and of the representation by χ² numbers.
  @Test func drawsAgree() throws {
    let (samples, dimension, draws) = (12, 31, 4000)
    let expected = try SignInterpolation(samples: samples, dimension: dimension)
      .expectedError(terms: 240, precision: 500).doubleValue
    let errors = try SparseTeacher.signErrors(
      samples: samples, dimension: dimension, draws: draws, seed: 77)
    // The standard deviation of one is below 0.05.
    #expect(abs(errors.reduce(0, +) / Double(draws) - expected) < 4 * 0.05 / Double(draws).squareRoot())
    var random = GaussianGenerator(seed: 5)
    func square(_ count: Int) -> Double {
      (0..<count).reduce(0) { sum, _ in
        let x = random.next()
        return sum + x * x
      }
    }
    var sum = 0.0
    for _ in 0..<draws {
      let x = (0..<samples).map { _ in random.next() }
      let q = x.reduce(0) { $0 + $1 * $1 }
      let c = x.reduce(0) { $0 + abs($1) } / (Double(samples) * q).squareRoot()
      let u = q / (q + square(dimension - samples))
      let w = (square(dimension - samples + 1) / (1 - c * c)).squareRoot() * c + random.next()
      sum += Double.arccos(u.squareRoot() * w / (w * w + square(dimension)).squareRoot()) / .pi
    }
    #expect(abs(sum / Double(draws) - expected) < 4 * 0.05 / Double(draws).squareRoot())
  }

  @Test func arccosAndLimit() throws {
    let precision = 200
    let third = SignInterpolation.arccos(Ball(Rational(1, 2), precision: precision))
    #expect((third - .pi(precision: precision) * Ball(Rational(1, 3), precision: precision)).containsZero)
    // γ → 0: no better than a coin.
    let coin = SignInterpolation.limit(ratio: Ball(Rational(1, 1_000_000_000_000), precision: precision))
    #expect(abs(coin.doubleValue - 0.5) < 1e-6)
  }

  @Test func sizesOutsideAreRefused() {
    #expect(throws: ProblemError.self) { try SignInterpolation(samples: 1, dimension: 10) }
    #expect(throws: ProblemError.self) { try SignInterpolation(samples: 8, dimension: 10) }
  }
}
