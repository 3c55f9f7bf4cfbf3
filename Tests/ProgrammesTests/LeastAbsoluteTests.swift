import Multiprecision
import Testing

@testable import Programmes

@Suite struct LeastAbsoluteTests {
  /// ‖β‖₁ as a linear programme with the rows t_i ± β_i ≥ 0, for the brute force over vertices.
  private func lifted(_ constraints: LinearConstraints) throws -> LinearProgramme {
    let d = constraints.dimension
    func widened(_ matrix: Matrix<Rational>) -> Matrix<Rational> {
      Matrix(rows: matrix.rows, columns: 2 * d) { $1 < d ? matrix[$0, $1] : 0 }
    }
    let cones = Matrix<Rational>(rows: 2 * d, columns: 2 * d) { row, column in
      column == row % d + d ? 1 : column == row % d ? (row < d ? 1 : -1) : 0
    }
    return try LinearProgramme(
      minimising: .zeros(d) + Array(repeating: 1, count: d),
      subjectTo: LinearConstraints(
        inequalities: widened(constraints.inequalities).stacked(over: cones),
        bounds: constraints.bounds + .zeros(2 * d), equalities: widened(constraints.equalities),
        values: constraints.values))
  }

  @Test func bruteForce() throws {
    var counts = [0, 0, 0]
    try forEachTrial(120) { generator in
      let constraints = try generator.constraints(
        rows: Int.random(in: 0...3, using: &generator), columns: 2,
        equalities: Int.random(in: 0...1, using: &generator))
      let programme = LeastAbsoluteProgramme(subjectTo: constraints)
      let expected = BruteForce.solve(try lifted(constraints))
      for outcome in [try programme.solvePrimal(), try programme.solveDual()] {
        switch (outcome, expected) {
        case (.infeasible(let certificate), .infeasible):
          counts[0] += 1
          try #require(certificate.isValid)
        case (.optimal(let certificate), .optimal(let value, let unique)):
          counts[unique ? 1 : 2] += 1
          try #require(certificate.isValid && certificate.value == value, "\(constraints)")
          let face = try certificate.face()
          try #require(face.isValid && face.isUnique == unique, "\(constraints)")
          try #require(constraints.isFeasible(face.point), "\(constraints)")
          try #require(face.point.map(\.magnitude).reduce(0, +) == value, "\(constraints)")
          let strictest = try certificate.strictestDual()
          try #require(strictest.kappa <= certificate.largestCorrelationOffSupport, "\(constraints)")
          // Another solution with a larger support forces κ = 1.
          if !Set(certificate.support).isSuperset(of: face.point.indices.filter { !face.point[$0].isZero }) {
            try #require(strictest.kappa == 1, "\(constraints)")
          }
        default: Issue.record("\(constraints): found \(outcome), expected \(expected)")
        }
      }
    }
    #expect(counts.allSatisfy { $0 >= 10 }, "all kinds occur: \(counts)")
  }

  /// The best single data set of docs/theory, T5: both ℓ1 limits and their κ.
  @Test func examples() throws {
    let z: [[Rational]] = [[3, -2, 3, -2], [1, -2, 1, -1], [2, 2, 4, -2]]
    let margin = try LinearConstraints(Matrix(rows: z), atLeast: [1, 1, 1])
    let largest = try #require(try LeastAbsoluteProgramme(subjectTo: margin).solve().optimum)
    #expect(largest.point == [0, Rational(-3, 10), Rational(2, 5), 0])
    #expect(try largest.face().isUnique)
    let equal = try LinearConstraints(Matrix(rows: z), equalTo: [1, 1, 1])
    let pursuit = try #require(try LeastAbsoluteProgramme(subjectTo: equal).solve().optimum)
    #expect(pursuit.point == [Rational(-2, 3), Rational(-1, 6), 0, Rational(-4, 3)])
    #expect(try pursuit.face().isUnique)
    #expect(try largest.strictestDual().kappa == Rational(4, 5))
    #expect(try pursuit.strictestDual().kappa == Rational(2, 3))
  }

  /// Multipliers that are not unique: x₁ = 1 twice; and solutions that are not: x₁ + x₂ = 1.
  @Test func choices() throws {
    // β = (1, 0, 0): g = (ν₁ + ν₂, ν₁, -ν₂/2) with ν₁ + ν₂ = 1; the least maximum is at ν₁ = 1/3.
    let rows: [[Rational]] = [[1, 1, 0], [1, 0, Rational(-1, 2)]]
    let constraints = try LinearConstraints(Matrix(rows: rows), equalTo: [1, 1])
    let optimum = try #require(try LeastAbsoluteProgramme(subjectTo: constraints).solve().optimum)
    #expect(try optimum.point == [1, 0, 0] && optimum.face().isUnique)
    let strictest = try optimum.strictestDual()
    #expect(strictest.kappa == Rational(1, 3))
    #expect(strictest.optimum.multipliers.equalities == [Rational(1, 3), Rational(2, 3)])
    let edge = try LinearConstraints(Matrix(rows: [[1, 1]]), equalTo: [1])
    let vertex = try #require(try LeastAbsoluteProgramme(subjectTo: edge).solve().optimum)
    let face = try vertex.face()
    #expect(face.dimension == 1 && face.point.allSatisfy { $0.signum() > 0 })
    #expect(try vertex.strictestDual().kappa == 1)
  }
}
