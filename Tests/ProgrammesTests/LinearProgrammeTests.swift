import Multiprecision
import Testing

@testable import Programmes

@Suite struct LinearProgrammeTests {
  private func programme(
    _ cost: [Rational], _ rows: [[Rational]], _ bounds: [Rational], equal: [[Rational]] = [],
    to values: [Rational] = []
  ) throws -> LinearProgramme {
    let d = cost.count
    let constraints = try LinearConstraints(
      inequalities: Matrix(rows: rows.count, columns: d, elements: Array(rows.joined())), bounds: bounds,
      equalities: Matrix(rows: equal.count, columns: d, elements: Array(equal.joined())), values: values)
    return try LinearProgramme(minimising: cost, subjectTo: constraints)
  }

  /// Small random programmes of every kind against all vertices.
  @Test func bruteForce() throws {
    var counts = [0, 0, 0, 0]
    try forEachTrial(400) { generator in
      let d = Int.random(in: 1...3, using: &generator)
      let constraints = try generator.constraints(
        rows: Int.random(in: 0...6, using: &generator), columns: d,
        equalities: Int.random(in: 0...6, using: &generator) / 5)
      let programme = try LinearProgramme(minimising: generator.entries(d), subjectTo: constraints)
      let outcome = try programme.solve()
      let expected = BruteForce.solve(programme)
      switch (outcome, expected) {
      case (.infeasible(let certificate), .infeasible):
        counts[0] += 1
        try #require(certificate.isValid)
      case (.unbounded(let certificate), .unbounded):
        counts[1] += 1
        try #require(certificate.isValid)
      case (.optimal(let certificate), .optimal(let value, let unique)):
        counts[unique ? 2 : 3] += 1
        try #require(certificate.isValid && certificate.value == value, "\(programme)")
        try #require(try certificate.isUnique() == unique, "\(programme)")
        let face = try certificate.face()
        try #require(face.isValid && face.isUnique == unique, "\(programme)")
        try #require(face.dimension == face.directions.columns, "\(programme)")
      default: Issue.record("\(programme): found \(outcome), expected \(expected)")
      }
    }
    #expect(counts.allSatisfy { $0 >= 10 }, "all kinds occur: \(counts)")
  }

  /// Beale's example, which cycles under the rule of the largest coefficient.
  @Test func beale() throws {
    let rows: [[Rational]] = [
      [Rational(-1, 4), 60, Rational(1, 25), -9], [Rational(-1, 2), 90, Rational(1, 50), -3], [0, 0, -1, 0],
    ]
    let cost: [Rational] = [Rational(-3, 4), 150, Rational(-1, 50), 6]
    let signs = (0..<4).map { Matrix<Rational>.identity(4).row($0) }
    let optimum = try programme(cost, rows + signs, [0, 0, -1, 0, 0, 0, 0]).solve().optimum
    #expect(optimum?.value == Rational(-1, 20) && optimum?.primal == [Rational(1, 25), 0, 1, 0])
  }

  @Test func degenerateShapes() throws {
    // No unknowns, no rows.
    #expect(try programme([], [], []).solve().optimum?.primal == [])
    #expect(try programme([], [[], []], [0, -1]).solve().optimum?.value == 0)
    #expect(try programme([], [[], []], [0, 1]).solve().optimum == nil)
    #expect(try programme([0, 0], [], []).solve().optimum?.value == 0)
    #expect(try programme([0, 0], [], []).solve().optimum?.face().dimension == 2)
    guard case .unbounded = try programme([0, 1], [], []).solve() else {
      Issue.record("a cost without constraints is unbounded")
      return
    }
    // Rows of zeros, harmless and contradictory.
    #expect(try programme([1], [[0], [1], [0]], [0, 2, -1]).solve().optimum?.primal == [2])
    guard case .infeasible(let zero) = try programme([1], [[0], [1]], [1, 2]).solve() else {
      Issue.record("0 ≥ 1 is infeasible")
      return
    }
    #expect(zero.multipliers.inequalities == [1, 0])
    // Dependent equalities, consistent and not.
    let dependent: [[Rational]] = [[1, 1], [2, 2], [0, 0]]
    #expect(
      try programme([1, 0], [[1, 0]], [0], equal: dependent, to: [1, 2, 0]).solve().optimum?.primal == [0, 1])
    guard case .infeasible = try programme([1, 0], [[1, 0]], [0], equal: dependent, to: [1, 3, 0]).solve()
    else {
      Issue.record("x + y = 1 and 2x + 2y = 3 contradict each other")
      return
    }
    // Many copies of the same rows.
    let copies = Array(repeating: [Rational(1), 0], count: 9) + Array(repeating: [Rational(0), 1], count: 9)
    let optimum = try #require(try programme([1, 1], copies, Array(repeating: 1, count: 18)).solve().optimum)
    #expect(try optimum.primal == [1, 1] && optimum.isUnique() && optimum.face().activeRows.count == 18)
  }

  /// T4's example with an edge of solutions.
  @Test func edgeOfSolutions() throws {
    let z: [[Rational]] = [[1, 0], [3, 1], [4, 1], [5, -2]]
    let g = Matrix(rows: z).transposedTimes(Array(repeating: Rational(1, 2), count: 4))
    let optimum = try #require(try programme(g, z, [1, 1, 1, 1]).solve().optimum)
    let face = try optimum.face()
    #expect(face.activeRows == [0] && face.dimension == 1 && face.directions.column(0)[0] == 0)
    #expect(face.point[0] == 1 && face.point[1].magnitude < 2)
  }

  @Test func shapesAreChecked() {
    #expect(throws: ProgrammeError.self) {
      try LinearConstraints(Matrix(rows: [[1, 2]]), atLeast: [1, 2])
    }
    #expect(throws: ProgrammeError.self) {
      try LinearProgramme(
        minimising: [1], subjectTo: LinearConstraints(Matrix(rows: [[1, 2]]), atLeast: [1]))
    }
  }
}
