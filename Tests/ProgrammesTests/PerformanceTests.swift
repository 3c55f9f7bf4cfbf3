import Multiprecision
import Testing

@testable import Programmes

/// Problems of the size of real data: 569 samples with 30 decimal features and a constant. Times are printed, and
/// bounded only so far that a change of the order of growth would show.
@Suite(.serialized) struct PerformanceTests {
  /// Features of the sizes 10⁻² to 10³ with four significant digits, strongly correlated in groups of three; the
  /// labels are those of a half-space, except for a share of `flipped` per mille.
  static func margins(samples: Int, features: Int, flipped: Int) throws -> Matrix<Rational> {
    var generator = SplitMix64(seed: 569)
    let scales = (0..<features).map { _ in Int.random(in: -2...2, using: &generator) }
    let weights = (0..<features).map { _ in Rational(Int.random(in: -9...9, using: &generator)) }
    var rows: [[Rational]] = []
    for _ in 0..<samples {
      var common = 0
      rows.append(
        try scales.enumerated().map { j, scale in
          if j % 3 == 0 { common = Int.random(in: 1000...5000, using: &generator) }
          let value = Rational(common + Int.random(in: 0...500, using: &generator), 1000)
          return try value * Rational(10).power(scale)
        })
    }
    // Scores in units of each feature; the labels part them at the median.
    let scores = try rows.map { row in
      try zip(row.indices, row).map { try weights[$0] * $1 * Rational(10).power(-scales[$0]) }.reduce(0, +)
    }
    let median = scores.sorted()[samples / 2]
    return Matrix(
      rows: zip(rows, scores).map { row, score in
        let isFlipped = Int.random(in: 0..<1000, using: &generator) < flipped
        let label: Rational = (score < median) == isFlipped ? 1 : -1
        return (row + [1]).map { label * $0 }
      })
  }

  private func timed<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    let elapsed = clock.now - start
    print("\(name): \(elapsed)")
    #expect(elapsed < .seconds(60), "\(name)")
    return result
  }

  @Test(arguments: [0, 40]) func realisticSize(flipped: Int) throws {
    let z = try Self.margins(samples: 569, features: 30, flipped: flipped)
    let separability = try timed("separability, \(flipped)‰ flipped") { try Separability(margins: z) }
    #expect(separability.kind == (flipped == 0 ? .strict : .none))
    let g = z.transposedTimes(Array(repeating: Rational(1, 2), count: z.rows))
    let constraints = try LinearConstraints(z, atLeast: Array(repeating: 1, count: z.rows))
    let outcome = try timed("linear programme") {
      try LinearProgramme(minimising: g, subjectTo: constraints).solve()
    }
    guard let optimum = outcome.optimum else {
      #expect(flipped > 0)
      return
    }
    #expect(flipped == 0)
    #expect(try timed("uniqueness") { try optimum.isUnique() })
    _ = try timed("face") { try optimum.face() }
    let margin = try timed("least norm") { try LeastNormProgramme(subjectTo: constraints).solve() }
    #expect(margin.optimum?.isStrictlyComplementary == true)
    let weights = z.times(optimum.primal.map { $0 / 100 }).map { Ball.logistic(Ball(-$0, precision: 400)) }
    let enclosed = try timed("cost in balls") {
      try constraints.minimise(EnclosedCost(combining: z, weights: weights))
    }
    #expect(enclosed.optimum?.isUnique == true)
  }
}
