import Multiprecision
import Testing

@Suite struct RationalMatrixTests {
  @Test func inverseAndDeterminant() throws {
    try forEachTrial(60) { generator in
      let size = generator.size()
      let (a, b) = (generator.matrix(rows: size, columns: size), generator.matrix(rows: size, columns: size))
      let input = "a = \(a), b = \(b)"
      try #require(try (a * b).determinant() == a.determinant() * b.determinant(), "\(input)")
      if try a.determinant().isZero {
        #expect(throws: LinearAlgebraError.singular) { try a.inverse() }
      } else {
        try #require(try a * a.inverse() == .identity(size) && a.inverse() * a == .identity(size), "\(input)")
        try #require(try a * a.solve(b) == b, "\(input)")
      }
    }
    let hilbert = Matrix<Rational>(rows: 5, columns: 5) { Rational(1, $0 + $1 + 1) }
    #expect(try hilbert.determinant() == Rational(1, 266_716_800_000))
    #expect(try Matrix<Rational>(rows: [[0, 2], [3, 0]]).determinant() == -6)
  }

  @Test func rankAndNullspace() throws {
    try forEachTrial(60) { generator in
      let (m, n, r) = (generator.size(), generator.size(), generator.size(0...4))
      let a = generator.matrix(rows: m, columns: r) * generator.matrix(rows: r, columns: n)
      let (reduced, rank) = a.rowReduced()
      try #require(rank <= min(r, m, n) && rank == a.transposed().rank() && reduced.rank() == rank, "\(a)")
      let basis = a.nullspaceBasis()
      try #require(basis.rows == n && basis.columns == n - rank && basis.rank() == n - rank, "\(a)")
      try #require((a * basis).elements.allSatisfy { $0.isZero }, "\(a)")
      for row in 0..<m {
        let leading = reduced.row(row).first { !$0.isZero }
        try #require(leading == (row < rank ? 1 : nil), "\(a)")
      }
    }
    #expect(Matrix<Rational>(rows: [[1, 2], [2, 4]]).rank() == 1)
    #expect(
      Matrix<Rational>(rows: [[1, 2], [2, 4]]).rowReduced().matrix == Matrix(rows: [[1, 2], [0, 0]]))
  }

  @Test func penroseConditions() throws {
    try forEachTrial(60) { generator in
      let (m, n, r) = (generator.size(), generator.size(), generator.size(0...4))
      let a = generator.matrix(rows: m, columns: r) * generator.matrix(rows: r, columns: n)
      let inverse = a.moorePenroseInverse()
      try #require(inverse.rows == n && inverse.columns == m, "\(a)")
      try #require(a * inverse * a == a && inverse * a * inverse == inverse, "\(a)")
      try #require(
        (a * inverse).transposed() == a * inverse && (inverse * a).transposed() == inverse * a, "\(a)")
    }
  }

  @Test func positiveDefiniteness() throws {
    try forEachTrial(60) { generator in
      let size = generator.size()
      let a = generator.matrix(rows: size, columns: size)
      let gram = a * a.transposed()
      try #require(gram.isPositiveDefinite == (a.rank() == size), "\(a)")
      try #require((gram + .identity(size)).isPositiveDefinite && !(-gram).isPositiveDefinite, "\(a)")
    }
    #expect(!Matrix<Rational>(rows: [[1, 2], [2, 1]]).isPositiveDefinite)
    #expect(!Matrix<Rational>(rows: [[2, 1], [0, 2]]).isPositiveDefinite)
    #expect(!Matrix<Rational>(rows: [[2, 1]]).isPositiveDefinite)
    #expect(Matrix<Rational>(rows: [[2, 1], [1, 2]]).isPositiveDefinite)
  }

  @Test func errors() {
    let wide = Matrix<Rational>(rows: [[1, 2]])
    #expect(throws: LinearAlgebraError.notSquare(wide.shape)) { try wide.determinant() }
    #expect(throws: LinearAlgebraError.notSquare(wide.shape)) { try wide.inverse() }
    #expect(throws: LinearAlgebraError.dimensionMismatch(MatrixShape(rows: 2, columns: 2), wide.shape)) {
      try Matrix<Rational>.identity(2).solve(wide)
    }
    #expect(throws: LinearAlgebraError.singular) { try Matrix<Rational>(rows: [[1, 2], [2, 4]]).inverse() }
  }
}
