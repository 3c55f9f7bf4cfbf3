import Multiprecision
import Testing

@testable import Programmes

@Suite struct EnclosedCostTests {
  private let rows: [[Rational]] = [[0, 1], [1, 3], [1, 4]]

  private func constraints(_ rows: [[Rational]]) throws -> LinearConstraints {
    try LinearConstraints(Matrix(rows: rows), atLeast: Array(repeating: 1, count: rows.count))
  }

  /// s_n = σ(-z_n·β0) at a start where it is irrational: the certificate holds, and says what the exact programme
  /// says for rationals inside the balls.
  @Test func logisticWeights() throws {
    try forEachTrial(40) { generator in
      let z = generator.matrix(6, 3)
      let start = generator.entries(3)
      let weights = z.times(start).map { Ball.logistic(Ball(-$0, precision: 200)) }
      let constraints = try LinearConstraints(z, atLeast: Array(repeating: 1, count: 6))
      let cost = try EnclosedCost(combining: z, weights: weights)
      let exact = try LinearProgramme(
        minimising: z.transposedTimes(weights.map { try Rational(exactly: $0.midpoint) }),
        subjectTo: constraints
      ).solve()
      switch (try constraints.minimise(cost), exact) {
      case (.optimal(let found), .optimal(let expected)):
        try #require(found.isValid && found.point == expected.primal, "\(z) \(start)")
        if found.isUnique { try #require(try expected.isUnique(), "\(z) \(start)") }
        // By weak duality, apart from the certificate: c·x = λ·1.
        let value = cost.product(found.point)
        let dual = found.multipliers.reduce(Ball(0, precision: 200)) { $0 + $1 }
        try #require(value.overlaps(dual) && (value - dual).log10UpperMagnitude < -40, "\(z) \(start)")
      case (.infeasible(let certificate), .infeasible): try #require(certificate.isValid)
      case (.unbounded(let certificate), .unbounded): try #require(certificate.isValid)
      case (.undecided, _): break
      case (let found, _): Issue.record("\(z) \(start): \(found), but \(exact)")
      }
    }
  }

  @Test func widthDecides() throws {
    let constraints = try constraints(rows)
    func minimise(radius: Rational) throws -> LinearConstraints.EnclosedOutcome {
      let ball = Ball(midpoint: Rational(1, 2), radius: radius, precision: 128)
      return try constraints.minimise(
        EnclosedCost(combining: Matrix(rows: rows), weights: [ball, ball, ball]))
    }
    let narrow = try #require(try minimise(radius: Rational(1, 100)).optimum)
    #expect(narrow.point == [-2, 1] && narrow.isUnique && narrow.basis == [0, 1])
    #expect(narrow.multipliers.allSatisfy { $0.contains(1) })
    guard case .undecided = try minimise(radius: Rational(1, 2)) else {
      Issue.record("weights between 0 and 1 do not decide")
      return
    }
  }

  /// Fewer rows than columns: as single balls the cost is not known to lie in their span; as a combination it is.
  @Test func spanIsKept() throws {
    let rows: [[Rational]] = [[1, 2, 0], [0, 1, 1]]
    let weights = [Rational(1, 3), Rational(2, 7)].map { Ball($0, precision: 100) }
    let combined = try constraints(rows).minimise(
      EnclosedCost(combining: Matrix(rows: rows), weights: weights))
    let optimum = try #require(combined.optimum)
    #expect(optimum.support == [0, 1] && !optimum.isUnique)
    let entries = (0..<3).map { j in
      (0..<2).map { Ball(rows[$0][j], precision: 100) * weights[$0] }.reduce(Ball(0, precision: 100), +)
    }
    #expect(try constraints(rows).minimise(EnclosedCost(entries)).optimum == nil)
  }
}
