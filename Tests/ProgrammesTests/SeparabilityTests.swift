import Multiprecision
import Testing

@testable import Programmes

@Suite struct SeparabilityTests {
  /// Whether row n can be positive in {b : Z b ≥ 0}, by the vertices of the cone cut with a box.
  private func positiveRows(_ z: Matrix<Rational>) throws -> [Int] {
    let cone = try LinearConstraints(z, atLeast: .zeros(z.rows))
    let vertices = BruteForce.vertices(cone, box: 1)
    return (0..<z.rows).filter { row in vertices.contains { dot(z.row(row), $0).signum() > 0 } }
  }

  @Test func bruteForce() throws {
    var counts = [Separability.Kind.strict: 0, .quasi: 0, .none: 0]
    try forEachTrial(300) { generator in
      let z = generator.matrix(
        Int.random(in: 1...7, using: &generator), Int.random(in: 1...3, using: &generator))
      let found = try Separability(margins: z)
      let expected = try positiveRows(z)
      counts[found.kind, default: 0] += 1
      try #require(found.isValid && found.separatedSamples == expected, "\(z)")
      try #require(found.kind == (expected.count == z.rows ? .strict : expected.isEmpty ? .none : .quasi))
      // The alternatives, without the certificate's own code.
      try #require(
        (0..<z.rows).allSatisfy { dot(z.row($0), found.direction) >= (expected.contains($0) ? 1 : 0) })
      try #require((z.transposed() * Matrix(column: found.weights)).elements.allSatisfy { $0.isZero }, "\(z)")
    }
    #expect(counts.values.allSatisfy { $0 >= 15 }, "all kinds occur: \(counts)")
  }

  /// A cone within a subspace, against the same cone with the subspace's rows in both signs.
  @Test func subspace() throws {
    try forEachTrial(150) { generator in
      let (rows, columns) = (Int.random(in: 1...5, using: &generator), 3)
      let c = generator.matrix(rows, columns)
      let d = generator.matrix(Int.random(in: 0...2, using: &generator), columns)
      let split = try ConeSplit.find(rows: c, subspace: d)
      let both = try ConeSplit.find(rows: c.stacked(over: d).stacked(over: -d), subspace: .empty(columns: 3))
      try #require(split.isValid && split.positiveRows == both.positiveRows.filter { $0 < rows }, "\(c) \(d)")
    }
  }

  @Test func knownCases() throws {
    #expect(try Separability(margins: Matrix(rows: [[1, 0], [0, 1]])).kind == .strict)
    #expect(try Separability(margins: Matrix(rows: [[1, 0], [-1, 0]])).kind == .none)
    let quasi = try Separability(margins: Matrix(rows: [[1, 0], [-1, 0], [3, 1], [0, 0]]))
    #expect(quasi.kind == .quasi && quasi.unseparatedSamples == [0, 1, 3] && quasi.separatedSamples == [2])
    #expect(try Separability(margins: Matrix(rows: [[0, 0]])).kind == .none)
    #expect(try Separability(margins: Matrix(rows: 0, columns: 2, elements: [])).kind == .strict)
    // Hidden: the first three rows are positively dependent; the fourth is in their span, the others are not.
    let hidden: [[Rational]] = [[1, 2, 0], [-3, 1, 0], [2, -3, 0], [5, 7, 0], [1, 1, 1], [-9, 4, 2]]
    #expect(try Separability(margins: Matrix(rows: hidden)).unseparatedSamples == [0, 1, 2, 3])
  }
}
