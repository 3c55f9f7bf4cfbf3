import Multiprecision
import Testing

@testable import Programmes

/// The exact method by itself, from bases that are wrong in every way.
@Suite struct SimplexTests {
  @Test func anyBasisLeadsToTheSameValue() throws {
    try forEachTrial(150) { generator in
      let (rows, d) = (7, 3)
      // Zero bounds make many bases share a vertex.
      let g = generator.matrix(rows, d)
      guard g.rank() == d else { return }
      let bounds = (0..<rows).map { _ in Bool.random(using: &generator) ? Rational(0) : generator.entry() }
      let cost = generator.entries(d)
      let programme = try LinearProgramme(
        minimising: cost, subjectTo: LinearConstraints(g, atLeast: bounds))
      let expected = try programme.solve()
      for _ in 0..<5 {
        let basis = Array((0..<rows).shuffled(using: &generator).prefix(d))
        var simplex = try #require(
          Simplex<Rational>(rows: g, bounds: bounds, equalityCount: 0, basis: basis, stepLimit: 200))
        switch (simplex.minimise(cost), expected) {
        case (.optimal, .optimal(let certificate)):
          let point = try #require(simplex.point())
          try #require(dot(cost, point) == certificate.value, "\(programme) from \(basis)")
        case (.infeasible, .infeasible), (.unbounded, .unbounded): break
        case (let stop, _): Issue.record("\(programme) from \(basis): \(stop), expected \(expected)")
        }
        try #require(simplex.steps < 40, "\(programme) from \(basis): \(simplex.steps) steps")
      }
    }
  }

  /// Beale's programme and its dual from every basis: neither method cycles.
  @Test func beale() throws {
    let rows: [[Rational]] = [
      [Rational(-1, 4), 60, Rational(1, 25), -9], [Rational(-1, 2), 90, Rational(1, 50), -3], [0, 0, -1, 0],
    ]
    let cost: [Rational] = [Rational(-3, 4), 150, Rational(-1, 50), 6]
    let primal = Matrix(rows: rows).stacked(over: .identity(4))
    try expectValue(Rational(-1, 20), primal, [0, 0, -1, 0, 0, 0, 0], cost: cost)
    // Maximise -λ₃ subject to Aᵀλ ≤ c, λ ≥ 0.
    let dual = (-Matrix(rows: rows).transposed()).stacked(over: .identity(3))
    try expectValue(Rational(1, 20), dual, cost.map { -$0 } + [0, 0, 0], cost: [0, 0, 1])
  }

  private func expectValue(
    _ value: Rational, _ g: Matrix<Rational>, _ bounds: [Rational], cost: [Rational]
  ) throws {
    for basis in BruteForce.subsets(of: Array(0..<g.rows), count: g.columns)
    where g.selectingRows(basis).rank() == g.columns {
      var simplex = try #require(
        Simplex<Rational>(rows: g, bounds: bounds, equalityCount: 0, basis: basis, stepLimit: 200))
      guard case .optimal = simplex.minimise(cost), let point = simplex.point() else {
        Issue.record("no optimum from \(basis)")
        continue
      }
      #expect(dot(cost, point) == value && simplex.steps < 40, "from \(basis): \(simplex.steps) steps")
    }
  }
}
