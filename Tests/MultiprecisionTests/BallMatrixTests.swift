import Multiprecision
import Testing

/// Rigorous linear algebra against exact rational results.
@Suite struct BallMatrixTests {
  @Test func containsExactResults() throws {
    try forEachTrial(60) { generator in
      let (size, precision) = (generator.size(), 400 + generator.precision())
      let (a, b) = (generator.matrix(rows: size, columns: size), generator.matrix(rows: size, columns: size))
      let (x, y) = (BallMatrix(a, precision: precision), BallMatrix(b, precision: precision))
      let input = "a = \(a), b = \(b), \(precision) bits"
      try #require((x + y).contains(a + b) && (x - y).contains(a - b) && (-x).contains(-a), "\(input)")
      try #require((x * y).contains(a * b) && x.transposed().contains(a.transposed()), "\(input)")
      try #require(x.gram().contains(a * a.transposed()), "\(input)")
      try #require(x.scaled(by: Ball(3, precision: 64)).contains(a.scaled(by: 3)), "\(input)")
      try #require(try x.determinant().contains(a.determinant()), "\(input)")
      if try a.determinant().isZero { return }
      let solution = try x.solve(y)
      try #require(try solution.contains(a.solve(b)) && x.inverse().contains(a.inverse()), "\(input)")
      try #require(solution.matrix.elements.allSatisfy { $0.log10Radius < -30 }, "\(input)")
      let (order, lower, upper) = try x.lu()
      let permuted = Matrix<Rational>(rows: size, columns: size) { a[order[$0], $1] }
      try #require((lower * upper).contains(permuted), "\(input)")
      for i in 0..<size {
        for j in 0..<size {
          try #require(i > j || (i == j ? lower[i, j].contains(1) : lower[i, j].isZero), "\(input)")
          try #require(i <= j || upper[i, j].isZero, "\(input)")
        }
      }
    }
  }

  @Test func containsSolutionsOfMembers() throws {
    try forEachTrial(60) { generator in
      let size = generator.size()
      let middle = Matrix<Rational>(rows: size, columns: size) { i, j in
        generator.rational(within: 1) + (i == j ? 8 : 0)
      }
      let radius = Rational(1, 1 << 20)
      let member = middle.map { $0 + generator.rational(within: 1) * radius }
      let balls = BallMatrix(middle.map { Ball(midpoint: $0, radius: radius, precision: 100) })
      let right = generator.matrix(rows: size, columns: 1)
      let solution = try balls.solve(BallMatrix(right, precision: 100))
      try #require(try solution.contains(member.solve(right)), "\(middle), \(member)")
      try #require(try balls.determinant().contains(member.determinant()), "\(middle), \(member)")
    }
  }

  @Test func singularAndNearlySingular() throws {
    let singular = Matrix<Rational>(rows: [[1, 2], [2, 4]])
    let inexact = singular.scaled(by: Rational(1, 3))
    for precision in [64, 1000] {
      #expect(throws: LinearAlgebraError.singular) {
        try BallMatrix(singular, precision: precision).inverse()
      }
      #expect(throws: LinearAlgebraError.singular) { try BallMatrix(singular, precision: precision).lu() }
      #expect(throws: LinearAlgebraError.undecided) {
        try BallMatrix(inexact, precision: precision).inverse()
      }
      #expect(try BallMatrix(inexact, precision: precision).determinant().containsZero)
    }
    let near = inexact + Matrix(rows: [[0, 0], [0, try Rational(10).power(-60)]])
    #expect(throws: LinearAlgebraError.undecided) { try BallMatrix(near, precision: 128).inverse() }
    #expect(try BallMatrix(near, precision: 512).inverse().contains(near.inverse()))
    let hilbert = Matrix<Rational>(rows: 12, columns: 12) { Rational(1, $0 + $1 + 1) }
    #expect(throws: LinearAlgebraError.undecided) { try BallMatrix(hilbert, precision: 40).inverse() }
    #expect(try BallMatrix(hilbert, precision: 200).inverse().contains(hilbert.inverse()))
  }

  @Test func cholesky() throws {
    try forEachTrial(60) { generator in
      let size = generator.size()
      let a = generator.matrix(rows: size, columns: size)
      let positive = a * a.transposed() + .identity(size)
      let factor = try BallMatrix(positive, precision: 300).cholesky()
      try #require(factor.gram().contains(positive), "\(positive)")
      try #require((0..<size).allSatisfy { factor[$0, $0].isPositive }, "\(positive)")
      try #require((0..<size).allSatisfy { i in (0..<i).allSatisfy { factor[$0, i].isZero } }, "\(positive)")
      try #require(BallMatrix(positive, precision: 300).isCertifiedPositiveDefinite, "\(positive)")
      // Lowering one diagonal entry below zero makes any symmetric matrix indefinite.
      var indefinite = positive
      indefinite[size - 1, size - 1] = -1
      let balls = BallMatrix(indefinite, precision: 300)
      #expect(throws: LinearAlgebraError.notPositiveDefinite) { try balls.cholesky() }
      try #require(!balls.isCertifiedPositiveDefinite, "\(indefinite)")
    }
  }

  @Test func choleskyOfSemidefiniteMatrices() throws {
    let semidefinite = Matrix<Rational>(rows: [[1, 2], [2, 4]])
    #expect(throws: LinearAlgebraError.notPositiveDefinite) {
      try BallMatrix(semidefinite, precision: 64).cholesky()
    }
    let inexact = semidefinite.scaled(by: Rational(1, 3))
    #expect(throws: LinearAlgebraError.undecided) { try BallMatrix(inexact, precision: 64).cholesky() }
    let wide = BallMatrix(Matrix<Rational>(rows: [[1, 2]]), precision: 64)
    #expect(throws: LinearAlgebraError.notSquare(wide.shape)) { try wide.cholesky() }
  }

  @Test func ranks() throws {
    try forEachTrial(60) { generator in
      let (m, n, r) = (generator.size(), generator.size(), generator.size(0...4))
      let a = generator.matrix(rows: m, columns: r) * generator.matrix(rows: r, columns: n)
      let (balls, rank) = (BallMatrix(a, precision: 1000), a.rank())
      // Rank-deficient products cancel to balls around zero: the bound is then the rank itself.
      try #require(balls.certifiedRankLowerBound() == rank, "\(a)")
      try #require(balls.certifiesFullRank() == (rank == min(m, n)), "\(a)")
      let coarse = BallMatrix(a.map { Ball(midpoint: $0, radius: Rational(1, 4), precision: 64) })
      try #require(coarse.certifiedRankLowerBound() <= rank, "\(a)")
    }
    let wide = Ball(midpoint: 1, radius: 2, precision: 64)
    #expect(BallMatrix(Matrix(rows: 2, columns: 2, repeating: wide)).certifiedRankLowerBound() == 0)
  }

  @Test func moorePenroseInverse() throws {
    try forEachTrial(60) { generator in
      let (m, n) = (generator.size(), generator.size())
      let a = generator.matrix(rows: m, columns: n)
      let balls = BallMatrix(a, precision: 800)
      if a.rank() == min(m, n) {
        let inverse = try balls.moorePenroseInverse()
        try #require(inverse.contains(a.moorePenroseInverse()), "\(a)")
        try #require(inverse.matrix.elements.allSatisfy { $0.log10Radius < -60 }, "\(a)")
      } else {
        #expect(throws: LinearAlgebraError.self) { try balls.moorePenroseInverse() }
      }
    }
    let deficient = Matrix<Rational>(rows: [[1, 2, 3], [2, 4, 6]])
    #expect(throws: LinearAlgebraError.singular) {
      try BallMatrix(deficient, precision: 64).moorePenroseInverse()
    }
    let inexact = BallMatrix(deficient.scaled(by: Rational(1, 3)), precision: 64)
    #expect(throws: LinearAlgebraError.undecided) { try inexact.moorePenroseInverse() }
  }

  @Test func shapes() {
    let wide = BallMatrix(zeroWithRows: 1, columns: 2, precision: 64)
    let square = BallMatrix.identity(2, precision: 64)
    #expect(
      wide.rows == 1 && wide.columns == 2 && wide.precision == 64
        && wide.matrix.elements.allSatisfy { $0.isZero }
    )
    #expect(throws: LinearAlgebraError.notSquare(wide.shape)) { try wide.solve(wide) }
    #expect(throws: LinearAlgebraError.notSquare(wide.shape)) { try wide.determinant() }
    #expect(throws: LinearAlgebraError.notSquare(wide.shape)) { try wide.lu() }
    #expect(throws: LinearAlgebraError.dimensionMismatch(square.shape, wide.shape)) { try square.solve(wide) }
    #expect(!wide.contains(.identity(2)) && square.contains(.identity(2)) && square.isFinite)
  }

  @Test func emptyAndNonFiniteMatrices() throws {
    let empty = Matrix<Rational>(rows: 0, columns: 0, elements: [])
    #expect(try empty.determinant() == 1 && empty.inverse() == empty && empty.moorePenroseInverse() == empty)
    let balls = BallMatrix(empty, precision: 64)
    #expect(try balls.determinant().contains(1) && balls.inverse().rows == 0 && balls.cholesky().rows == 0)
    #expect(balls.certifiesFullRank() && (balls * balls).rows == 0)
    let unknown = BallMatrix(Matrix(rows: 2, columns: 2, repeating: Ball.everything(precision: 64)))
    #expect(
      !unknown.isFinite && unknown.certifiedRankLowerBound() == 0 && !unknown.isCertifiedPositiveDefinite)
    #expect(throws: LinearAlgebraError.undecided) { try unknown.inverse() }
    #expect(throws: LinearAlgebraError.undecided) { try unknown.lu() }
    #expect(throws: LinearAlgebraError.undecided) { try unknown.cholesky() }
    #expect(throws: LinearAlgebraError.undecided) { try unknown.moorePenroseInverse() }
  }
}
