import Multiprecision
import Testing

@Suite struct LUFactorsTests {
  @Test(arguments: [1, 2, 31, 32, 33, 64, 97]) func solutionsSolve(_ size: Int) throws {
    var generator = SplitMix64(seed: UInt64(size))
    let matrix = (0..<size * size).map { _ in Double.random(in: -1...1, using: &generator) }
    let b = (0..<size).map { _ in Double.random(in: -1...1, using: &generator) }
    let x = try #require(LUFactors(matrix, size: size)).solution(of: b)
    for row in 0..<size {
      let sum = (0..<size).reduce(0) { $0 + matrix[row * size + $1] * x[$1] }
      #expect((sum - b[row]).magnitude < 1e-9)
    }
  }

  /// Rows of any size are as good as others.
  @Test func rowsAreScaled() throws {
    let matrix = [1e200, 1, 1e-200, 1e-200]
    let x = try #require(LUFactors(matrix, size: 2)).solution(of: [1e200, 0])
    #expect((x[0] - 1).magnitude < 1e-12 && (x[1] + 1).magnitude < 1e-12)
  }

  @Test func whatIsNotRegularHasNoFactors() {
    #expect(LUFactors([1, 2, 2, 4], size: 2) == nil)
    #expect(LUFactors([0, 0, 0, 1], size: 2) == nil)
    #expect(LUFactors([.nan, 0, 0, 1], size: 2) == nil)
    #expect(LUFactors([.infinity, 0, 0, 1], size: 2) == nil)
  }

  @Test func eigenvectorsAreThose() throws {
    var generator = SplitMix64(seed: 7)
    for size in 1...6 {
      let matrix = Matrix<Double>(rows: size, columns: size) { _, _ in
        Double.random(in: -1...1, using: &generator)
      }
      let pairs = try #require(Eigensystem(matrix)).pairs
      #expect(
        pairs.count == size && zip(pairs, pairs.dropFirst()).allSatisfy { $0.magnitude <= $1.magnitude })
      for pair in pairs {
        for (vector, of) in [(pair.right, matrix), (pair.left, matrix.transposed())] {
          for row in 0..<size {
            let (real, imaginary) = (0..<size).reduce((0.0, 0.0)) {
              ($0.0 + of[row, $1] * vector.real[$1], $0.1 + of[row, $1] * vector.imaginary[$1])
            }
            #expect(
              (real - pair.real * vector.real[row] + pair.imaginary * vector.imaginary[row]).magnitude < 1e-12
            )
            #expect(
              (imaginary - pair.real * vector.imaginary[row] - pair.imaginary * vector.real[row]).magnitude
                < 1e-12)
          }
        }
      }
    }
    #expect(Eigensystem(Matrix(rows: [[Double.nan]])) == nil)
  }

  /// Bounds hold, and of what oscillates they are about sharp where powers are far off.
  @Test func chebyshevBoundsHold() throws {
    var generator = SplitMix64(seed: 3)
    let bound = ChebyshevBound(length: 40)
    for _ in 0..<50 {
      let polynomials = (0..<3).map { _ in
        BallPolynomial(
          (0..<Int.random(in: 1...40, using: &generator)).map { _ in
            Ball(Rational(Int.random(in: -99...99, using: &generator), 7), precision: 200)
          }, precision: 200)
      }
      let claimed = bound.peak(of: polynomials)
      for step in 0...20 {
        let s = Ball(Rational(step, 20), precision: 200)
        let length = Ball.sqrt(
          polynomials.reduce(Ball(0, precision: 200)) { $0 + $1.value(at: s) * $1.value(at: s) })
        #expect(!Ball.certainlyLess(claimed, length))
      }
    }
    var (last, next) = ([Rational(1)], [Rational(-1), 2])
    for _ in 0..<29 {
      var following = [Rational](repeating: 0, count: next.count + 1)
      for (k, value) in next.enumerated() {
        following[k] -= 2 * value
        following[k + 1] += 4 * value
      }
      for (k, value) in last.enumerated() { following[k] -= value }
      (last, next) = (next, following)
    }
    let oscillating = BallPolynomial(next.map { Ball($0, precision: 300) }, precision: 300)
    #expect(bound.peak(of: [oscillating]).doubleValue < 1.001)
    #expect(oscillating.norm().doubleValue > 1e15)
  }
}
