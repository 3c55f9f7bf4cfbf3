import Multiprecision
import Testing

@Suite struct MatrixTests {
  @Test func layout() {
    let matrix = Matrix<Rational>(rows: [[1, 2, 3], [4, 5, 6]])
    #expect(matrix.rows == 2 && matrix.columns == 3 && matrix.elements == [1, 2, 3, 4, 5, 6])
    #expect(matrix[1, 0] == 4 && matrix.row(1) == [4, 5, 6] && matrix.column(2) == [3, 6])
    #expect(matrix.transposed() == Matrix(rows: [[1, 4], [2, 5], [3, 6]]))
    #expect(matrix.map { $0 * 2 } == matrix.scaled(by: 2) && matrix.shape.description == "2×3")
    #expect(Matrix<Rational>(rows: 2, columns: 3) { Rational(3 * $0 + $1 + 1) } == matrix)
    #expect(Matrix<Rational>(rows: 2, columns: 2, repeating: 7).elements == [7, 7, 7, 7])
    #expect(Matrix<Rational>(column: [1, 2]) == Matrix(rows: [[1], [2]]))
    #expect(Set([matrix, matrix.transposed().transposed()]).count == 1)
  }

  @Test func products() throws {
    try forEachTrial(60) { generator in
      let (m, n, p) = (generator.size(), generator.size(), generator.size())
      let (a, b) = (generator.matrix(rows: m, columns: n), generator.matrix(rows: n, columns: p))
      let c = generator.matrix(rows: n, columns: p)
      let product = Matrix<Rational>(rows: m, columns: p) { i, j in
        zip(a.row(i), b.column(j)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let input = "a = \(a), b = \(b), c = \(c)"
      try #require(a * b == product, "\(input)")
      try #require(a * (b + c) == product + a * c && b - c == -(c - b), "\(input)")
      let balls = Matrix<Ball>(a, precision: 90) * Matrix<Ball>(b, precision: 120)
      try #require(BallMatrix(balls).contains(product) && balls[0, 0].precision == 120, "\(input)")
      let floats = Matrix<BigFloat>(a, precision: 90) * Matrix<BigFloat>(b, precision: 120)
      let scale = a.map(\.magnitude) * b.map(\.magnitude)
      for (index, value) in floats.elements.enumerated() {
        let error = (try Rational(exactly: value) - product.elements[index]).magnitude
        try #require(error <= scale.elements[index] * Rational(1, 1 << 62) * Rational(1, 1 << 25), "\(input)")
      }
    }
  }

  @Test func emptyProducts() {
    let (a, b) = (
      Matrix<Rational>(rows: 2, columns: 0, elements: []), Matrix<Rational>(rows: 0, columns: 2, elements: [])
    )
    #expect(a * b == Matrix(rows: 2, columns: 2, repeating: 0))
    #expect(
      (Matrix<Ball>(a, precision: 64) * Matrix<Ball>(b, precision: 64)).elements.allSatisfy { $0.isZero })
    #expect(
      (Matrix<BigFloat>(a, precision: 64) * Matrix<BigFloat>(b, precision: 64)).elements.allSatisfy {
        $0.isZero
      })
    #expect((Matrix<Double>(a, precision: 64) * Matrix<Double>(b, precision: 64)).elements == [0, 0, 0, 0])
  }

  /// The same formula in the three types: the floating solutions are near, the rigorous one contains the exact one.
  @Test func solutionsOfEveryScalar() throws {
    try forEachTrial(60) { generator in
      let size = generator.size()
      // Diagonally dominant: the condition number is small, so the bounds below are safe.
      let a = Matrix<Rational>(rows: size, columns: size) { i, j in
        generator.rational(within: 1) + (i == j ? 8 : 0)
      }
      let b = Matrix<Rational>(rows: size, columns: 2) { _, _ in generator.rational(within: 1) }
      let exact = try a.solve(b)
      let input = "a = \(a), b = \(b)"
      let doubles = try Double.solve(Matrix(a, precision: 53), Matrix(b, precision: 53))
      let floats = try BigFloat.solve(Matrix(a, precision: 200), Matrix(b, precision: 200))
      let balls = try Ball.solve(Matrix(a, precision: 200), Matrix(b, precision: 200))
      for (index, value) in exact.elements.enumerated() {
        try #require(abs(doubles.elements[index] - value.doubleValue) < 1e-14, "\(input)")
        let error = (try Rational(exactly: floats.elements[index]) - value).magnitude
        try #require(error < (try Rational(2).power(-190)), "\(input)")
        try #require(
          balls.elements[index].contains(value) && balls.elements[index].log10Radius < -56, "\(input)")
      }
    }
  }

  @Test func pivotingAndErrors() throws {
    let swap = Matrix<Double>(rows: [[0, 1], [1, 0]])
    #expect(try Double.solve(swap, Matrix(column: [2, 3])).elements == [3, 2])
    #expect(throws: LinearAlgebraError.singular) {
      try Double.solve(Matrix(rows: [[1, 2], [2, 4]]), Matrix(column: [1, 1]))
    }
    #expect(throws: LinearAlgebraError.singular) {
      try Double.solve(Matrix(rows: [[.nan]]), Matrix(column: [1]))
    }
    let zero = Matrix<BigFloat>(rows: 1, columns: 1, repeating: BigFloat(zeroWithPrecision: 9))
    #expect(throws: LinearAlgebraError.singular) { try BigFloat.solve(zero, zero) }
    let wide = Matrix<Double>(rows: 1, columns: 2, repeating: 1)
    #expect(throws: LinearAlgebraError.notSquare(wide.shape)) { try Double.solve(wide, wide) }
    #expect(throws: LinearAlgebraError.dimensionMismatch(swap.shape, wide.shape)) {
      try Double.solve(swap, wide)
    }
    #expect(
      "\(LinearAlgebraError.dimensionMismatch(swap.shape, wide.shape))"
        == "matrices of 2×2 and 1×2 do not fit together")
  }
}
