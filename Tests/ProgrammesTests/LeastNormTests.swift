import Multiprecision
import Testing

@testable import Programmes

@Suite struct LeastNormTests {
  private func margin(_ rows: [[Rational]]) throws -> LeastNormCertificate {
    let constraints = try LinearConstraints(
      Matrix(rows: rows), atLeast: Array(repeating: 1, count: rows.count))
    return try #require(try LeastNormProgramme(subjectTo: constraints).solve().optimum)
  }

  /// The shortest point among those of all sets of active rows: A_S w = b_S solved by the Moore-Penrose inverse.
  private func bruteForce(_ constraints: LinearConstraints) -> [Rational]? {
    var best: [Rational]?
    for count in 0...constraints.bounds.count {
      for subset in BruteForce.subsets(of: Array(0..<constraints.bounds.count), count: count) {
        let right = Matrix(column: constraints.values + subset.map { constraints.bounds[$0] })
        let w = (constraints.activeMatrix(subset).moorePenroseInverse() * right).elements
        guard constraints.isFeasible(w) else { continue }
        if best.map({ dot(w, w) < dot($0, $0) }) ?? true { best = w }
      }
    }
    return best
  }

  @Test func bruteForce() throws {
    var counts = [0, 0, 0]
    try forEachTrial(300) { generator in
      let constraints = try generator.constraints(
        rows: Int.random(in: 1...5, using: &generator), columns: Int.random(in: 1...4, using: &generator),
        equalities: Int.random(in: 0...6, using: &generator) / 5)
      let expected = bruteForce(constraints)
      switch try LeastNormProgramme(subjectTo: constraints).solve() {
      case .infeasible(let certificate):
        counts[0] += 1
        try #require(expected == nil && certificate.isValid, "\(constraints)")
      case .optimal(let certificate):
        try #require(certificate.point == expected && certificate.isValid, "\(constraints)")
        let largest = try certificate.withLargestSupport()
        counts[largest.isStrictlyComplementary ? 1 : 2] += 1
        try #require(largest.isValid && largest.point == certificate.point, "\(constraints)")
        try #require(Set(largest.support).isSuperset(of: certificate.support), "\(constraints)")
      }
    }
    #expect(counts.allSatisfy { $0 >= 5 }, "all kinds occur: \(counts)")
  }

  /// Without a guess the exact method finds the same.
  @Test func exactFromScratch() throws {
    try forEachTrial(100) { generator in
      let z = generator.matrix(6, 3)
      let bounds = [Rational](repeating: 1, count: 6)
      let constraints = try LinearConstraints(z, atLeast: bounds)
      var method = try #require(ActiveSetMethod<Rational>(rows: z, bounds: bounds, equalityCount: 0))
      let stop = method.run()
      switch (stop, try LeastNormProgramme(subjectTo: constraints).solve()) {
      case (.optimal, .optimal(let certificate)): try #require(method.point == certificate.point, "\(z)")
      case (.infeasible, .infeasible): break
      default: Issue.record("\(z): \(stop)")
      }
    }
  }

  /// The examples of docs/theory, T2, T4 and T5.
  @Test func examples() throws {
    #expect(try margin([[4, 1, 0], [1, 1, 0]]).point == [Rational(1, 2), Rational(1, 2), 0])
    #expect(try margin([[0, 1], [1, 3], [1, 4]]).point == [0, 1])
    let third = try margin([[2, 2], [6, 5], [6, 6]])
    #expect(third.point == [Rational(1, 4), Rational(1, 4)] && third.support == [0])
    let z: [[Rational]] = [[3, -2, 3, -2], [1, -2, 1, -1], [2, 2, 4, -2]]
    #expect(try margin(z).point == [Rational(1, 6), Rational(-7, 30), Rational(1, 5), Rational(-1, 6)])
    let equal = try LinearConstraints(Matrix(rows: z), equalTo: [1, 1, 1])
    let inverse = try #require(try LeastNormProgramme(subjectTo: equal).solve().optimum)
    #expect(inverse.point == [Rational(-5, 6), Rational(-1, 3), Rational(1, 2), Rational(-2, 3)])
  }

  /// Margin 1 with α = 0 (docs/theory, T5): degenerate for every choice of multipliers.
  @Test func degenerateSupport() throws {
    let found = try margin([[1, 0], [1, 3], [4, -1]])
    #expect(found.point == [1, 0] && found.activeRows == [0, 1] && found.support == [0])
    #expect(found.hasUniqueMultipliers && !found.isStrictlyComplementary)
    #expect(try found.withLargestSupport() == found)
    // Two copies of one row: multipliers are not unique, and some are positive on both.
    let copies = try margin([[1, 0], [1, 0]])
    #expect(!copies.hasUniqueMultipliers)
    #expect(try copies.withLargestSupport().isStrictlyComplementary)
  }

  /// Z⁺1 and contradictory equalities.
  @Test func equalities() throws {
    try forEachTrial(60) { generator in
      let (rows, columns) = (
        Int.random(in: 1...5, using: &generator), Int.random(in: 1...5, using: &generator)
      )
      let z = generator.matrix(rows, columns)
      let ones = [Rational](repeating: 1, count: rows)
      let candidate = (z.moorePenroseInverse() * Matrix(column: ones)).elements
      let constraints = try LinearConstraints(z, equalTo: ones)
      switch try LeastNormProgramme(subjectTo: constraints).solve() {
      case .optimal(let certificate): try #require(certificate.point == candidate, "\(z)")
      case .infeasible(let certificate):
        try #require(certificate.isValid && z.times(candidate) != ones, "\(z)")
      }
    }
  }
}
