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

  /// The exact method without a guess, as where double precision fails: slower, and the same optimum.
  @Test func withoutGuess() throws {
    let z = try Self.margins(samples: 569, features: 30, flipped: 0)
    let ones = [Rational](repeating: 1, count: z.rows)
    let g = z.transposedTimes(ones)
    var simplex = try #require(Simplex<Rational>(rows: z, bounds: ones, equalityCount: 0))
    let stop = timed("exact simplex method from scratch") { simplex.minimise(g) }
    print("\(simplex.steps) steps")
    let optimum = try #require(
      try LinearProgramme(minimising: g, subjectTo: LinearConstraints(z, atLeast: ones)).solve().optimum)
    guard case .optimal = stop else {
      Issue.record("\(stop)")
      return
    }
    #expect(simplex.point() == optimum.primal)
    var method = try #require(ActiveSetMethod<Rational>(rows: z, bounds: ones, equalityCount: 0))
    _ = timed("exact active-set method from scratch") { method.run() }
    let margin = try LeastNormProgramme(subjectTo: LinearConstraints(z, atLeast: ones)).solve()
    #expect(method.point == margin.optimum?.point)
  }

  /// Sparse recovery as in docs/theory, T9, at half the size: equalities and margins.
  @Test func sparseRecovery() throws {
    var generator = SplitMix64(seed: 80)
    let x = Matrix<Rational>(rows: 40, columns: 100) { _, _ in
      Rational((0..<12).map { _ in Int.random(in: -500...500, using: &generator) }.reduce(0, +), 1000)
    }
    let truth: [Rational] = [3, -2, 1] + .zeros(97)
    let equal = try LinearConstraints(x, equalTo: x.times(truth))
    let pursuit = try timed("basis pursuit, 40×100") {
      try #require(try LeastAbsoluteProgramme(subjectTo: equal).solve().optimum)
    }
    #expect(pursuit.point == truth)
    #expect(try timed("all solutions") { try pursuit.face() }.isUnique)
    let kappa = try timed("κ") { try pursuit.strictestDual() }.kappa
    #expect(kappa.signum() > 0 && kappa < 1)
    let labels = x.times(truth).map { Rational($0.signum()) }
    let z = Matrix<Rational>(rows: 40, columns: 100) { labels[$0] * x[$0, $1] }
    let margins = try LinearConstraints(z, atLeast: Array(repeating: 1, count: 40))
    let margin = try timed("ℓ1 margin, 40×100") {
      try #require(try LeastAbsoluteProgramme(subjectTo: margins).solve().optimum)
    }
    #expect(try timed("all solutions") { try margin.face() }.isUnique)
    _ = try timed("κ") { try margin.strictestDual() }
    _ = try timed("ℓ2 margin, 40×100") { try LeastNormProgramme(subjectTo: margins).solve() }
  }

  /// Matrix completion as in docs/theory, T7: 20×20 of rank 2, 60 % observed.
  @Test func completion() throws {
    var generator = SplitMix64(seed: 20)
    let (a, b) = (generator.matrix(20, 2), generator.matrix(20, 2))
    let truth = a * b.transposed()
    var entries: [MatrixCompletion.Entry] = []
    for i in 0..<20 {
      for j in 0..<20 where Int.random(in: 0..<10, using: &generator) < 6 {
        entries.append(.init(row: i, column: j, value: truth[i, j]))
      }
    }
    let completion = try MatrixCompletion(rows: 20, columns: 20, entries: entries)
    let bounds = try timed("least nuclear norm, 20×20") { try completion.minimumBounds() }
    let gap = (bounds.upper - bounds.lower) / bounds.upper
    print(
      "bounds \(bounds.lower.doubleValue) and \(bounds.upper.doubleValue), relative gap \(gap.doubleValue)")
    #expect(gap.doubleValue < 1e-6)
    let norm = try timed("nuclear norm, 256 bits") {
      try truth.map { Ball($0, precision: 256) }.nuclearNorm()
    }
    #expect(norm.log10Radius < -60)
  }
}
