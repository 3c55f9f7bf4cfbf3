import Multiprecision
import Testing

@testable import Programmes

@Suite struct NuclearNormTests {
  private func completion(_ pattern: [[Rational?]]) throws -> MatrixCompletion {
    var entries: [MatrixCompletion.Entry] = []
    for (row, values) in pattern.enumerated() {
      for (column, value) in values.enumerated() {
        if let value { entries.append(.init(row: row, column: column, value: value)) }
      }
    }
    return try MatrixCompletion(rows: pattern.count, columns: pattern[0].count, entries: entries)
  }

  /// T7's patterns: alone, Y₁₁ = 4 is completed by zeros; (2, 3; 4, ·) by rank one where that is least.
  @Test func exactCertificates() throws {
    let single = try completion([[4, nil], [nil, nil]])
    let zeros = NuclearNormCertificate(
      completion: single, matrix: Matrix(rows: [[4, 0], [0, 0]]), dual: Matrix(rows: [[1, 0], [0, 0]]))
    #expect(zeros.isValid && zeros.value == 4 && zeros.isUnique && zeros.isStrict)
    // The limit of the flow in T7, E1, has a larger norm: no dual proves it.
    let flow = NuclearNormCertificate(
      completion: single, matrix: Matrix(rows: [[4, 2], [2, 1]]), dual: Matrix(rows: [[1, 0], [0, 0]]))
    #expect(!flow.isValid)
    // All of it observed: Q = U Vᵀ.
    let full = try completion([[3, 0], [0, -2]])
    let signs = NuclearNormCertificate(
      completion: full, matrix: Matrix(rows: [[3, 0], [0, -2]]), dual: Matrix(rows: [[1, 0], [0, -1]]))
    #expect(signs.isValid && signs.value == 5 && signs.isUnique)
    // [[1, 1], [1, x]]: Q = [[a, b], [b, 0]] with Q (1, 1)ᵀ = (1, 1)ᵀ has b = 1, a = 0, and ‖M‖ = 1.
    let corner = try completion([[1, 1], [1, nil]])
    let ones = NuclearNormCertificate(
      completion: corner, matrix: Matrix(rows: [[1, 1], [1, 1]]), dual: Matrix(rows: [[0, 1], [1, 0]]))
    #expect(ones.isValid && ones.value == 2 && ones.isUnique && !ones.isStrict)
    // Two ones on the diagonal, nothing else: any symmetric positive semidefinite completion has trace 2.
    let diagonal = try completion([[1, nil], [nil, 1]])
    let identity = NuclearNormCertificate(completion: diagonal, matrix: .identity(2), dual: .identity(2))
    #expect(identity.isValid && identity.value == 2 && identity.isStrict && !identity.isUnique)
    // By the formula for 2×2 matrices, ‖W‖_*² = |W|² + 2|det W|.
    for x in [Rational(-1), 0, Rational(1, 2), 1, 2] {
      let norm = try Matrix<Rational>(rows: [[1, 1], [1, x]]).map { Ball($0, precision: 128) }.nuclearNorm()
      let square = 3 + x * x + 2 * (x - 1).magnitude
      #expect(norm.squared().overlaps(Ball(square, precision: 128)), "x = \(x)")
    }
  }

  @Test func tamperedCertificates() throws {
    let corner = try completion([[1, 2], [2, nil]])
    let (w, q) = (Matrix<Rational>(rows: [[1, 2], [2, 1]]), Matrix<Rational>(rows: [[0, 1], [1, 0]]))
    func copy(_ w: Matrix<Rational>, _ q: Matrix<Rational>) -> NuclearNormCertificate {
      NuclearNormCertificate(completion: corner, matrix: w, dual: q)
    }
    #expect(copy(w, q).isValid && copy(w, q).value == 4)
    for index in 0..<4 {
      var (changedW, changedQ) = (w, q)
      changedW[index / 2, index % 2] += 2
      changedQ[index / 2, index % 2] += Rational(1, 10)
      #expect(!copy(changedW, q).isValid && !copy(w, changedQ).isValid, "\(index)")
    }
    #expect(!copy(w, -q).isValid && !copy(w.transposed().selectingRows([0]), q).isValid)
    let bounds = try corner.bounds(matrix: w, dual: q, precision: 128)
    func copy(
      w: Matrix<Rational>? = nil, left: Matrix<Rational>? = nil, q: Matrix<Rational>? = nil,
      s: Rational? = nil,
      lower: Rational? = nil, upper: Rational? = nil
    ) -> NuclearNormBounds {
      NuclearNormBounds(
        completion: corner, matrix: w ?? bounds.matrix, left: left ?? bounds.left, right: bounds.right,
        dual: q ?? bounds.dual, spectralBound: s ?? bounds.spectralBound, lower: lower ?? bounds.lower,
        upper: upper ?? bounds.upper, precision: 128)
    }
    #expect(copy().isValid && bounds.lower <= 4 && bounds.upper >= 4)
    let small = Rational(1, 1_000_000)
    let bad = [
      copy(w: w.map { $0 + 1 }), copy(left: bounds.left.map { $0 + small }), copy(q: q.map { $0 + small }),
      copy(s: 1 - small), copy(s: -1), copy(lower: bounds.lower + small), copy(upper: bounds.upper - small),
    ]
    for certificate in bad { #expect(!certificate.isValid) }
  }

  /// Norms of random matrices: 2×2 by the formula ‖W‖_*² = |W|² + 2|det W|, others by invariance and duality.
  @Test func enclosures() throws {
    try forEachTrial(40) { generator in
      let w = generator.matrix(2, 2)
      let norm = try w.map { Ball($0, precision: 200) }.nuclearNorm()
      let square = dot(w.elements, w.elements) + 2 * (try w.determinant()).magnitude
      try #require(norm.squared().overlaps(Ball(square, precision: 200)), "\(w)")
      try #require(norm.log10Radius < -50 || square.isZero, "\(w): \(norm)")
      let wide = generator.matrix(3, 5)
      let (norms, transposed) = (
        try wide.map { Ball($0, precision: 200) }.nuclearNorm(),
        try wide.transposed().map { Ball($0, precision: 200) }.nuclearNorm()
      )
      try #require(norms.overlaps(transposed) && norms.log10Radius < -45, "\(wide): \(norms) \(transposed)")
    }
    let nothing = try Matrix<Ball>(rows: 2, columns: 3, repeating: Ball(0, precision: 100)).nuclearNorm()
    #expect(nothing.contains(0) && nothing.log10Radius < -20)
    let inexact = Ball(midpoint: 1, radius: Rational(1, 1000), precision: 100)
    let zero = Ball(0, precision: 100)
    let norm = try Matrix(rows: [[inexact, zero], [zero, inexact]]).nuclearNorm()
    #expect(
      norm.contains(Rational(2002, 1000)) && norm.contains(Rational(1998, 1000)) && norm.log10Radius < -2)
  }

  /// The solver brackets the least norm; rank-one truths with enough entries are found.
  @Test func minimisation() throws {
    let corner = try completion([[1, 2], [2, nil]])
    let bounds = try corner.minimumBounds()
    #expect(bounds.isValid && bounds.lower <= 4 && bounds.upper >= 4)
    #expect((bounds.upper - bounds.lower).doubleValue < 1e-9)
    var generator = SplitMix64(seed: 7)
    let n = 8
    let (a, b) = (generator.matrix(n, 1).map { $0 + 5 }, generator.matrix(n, 1).map { $0 - 6 })
    let truth = a * b.transposed()
    var entries: [MatrixCompletion.Entry] = []
    for i in 0..<n {
      for j in 0..<n where Int.random(in: 0..<4, using: &generator) > 0 {
        entries.append(.init(row: i, column: j, value: truth[i, j]))
      }
    }
    let large = try MatrixCompletion(rows: n, columns: n, entries: entries).minimumBounds()
    let norm = try truth.map { Ball($0, precision: 128) }.nuclearNorm()
    #expect((large.upper - large.lower).doubleValue < 1e-7 * large.upper.doubleValue)
    #expect(abs(large.upper.doubleValue / norm.doubleValue - 1) < 1e-7)
    let error = zip(large.matrix.elements, truth.elements).map { ($0 - $1).magnitude }.max() ?? 1
    #expect(error.doubleValue < 1e-5)
    #expect(throws: ProgrammeError.self) {
      try MatrixCompletion(rows: 1, columns: 1, entries: [.init(row: 1, column: 0, value: 1)])
    }
  }
}
