import Testing

@testable import Multiprecision

/// Loops over pointers against the same sums entry by entry, at lengths around those of vectors.
@Suite struct DoubleVectorTests {
  private static let lengths = [0, 1, 2, 3, 4, 5, 7, 8, 13, 64, 65]

  private static func vector(_ count: Int, _ seed: Int) -> [Double] {
    (0..<count).map { Double(($0 * 37 + seed * 101) % 64 - 31) / 16 }
  }

  @Test(arguments: lengths) func multiplesAreAdded(count: Int) {
    let (start, other) = (Self.vector(count, 1), Self.vector(count, 2))
    var (sum, magnitudes) = (start, start)
    sum.withUnsafeMutableBufferPointer { $0.baseAddress?.add(-0.75, times: other, count: count) }
    magnitudes.withUnsafeMutableBufferPointer {
      $0.baseAddress?.add(0.5, timesMagnitudesOf: other, count: count)
    }
    #expect(sum == zip(start, other).map { $0 - 0.75 * $1 })
    #expect(magnitudes == zip(start, other).map { $0 + 0.5 * $1.magnitude })
  }

  @Test(arguments: lengths) func fourMultiplesAreAddedAtOnce(count: Int) {
    let (start, factors) = (Self.vector(count, 1), SIMD4(0.5, -1.25, 3, 0.125))
    let others = (2...5).map { Self.vector(count, $0) }
    var sum = start
    sum.withUnsafeMutableBufferPointer {
      $0.baseAddress?.add(factors, times: others[0], others[1], others[2], others[3], count: count)
    }
    // Dyadic numbers of few bits: the sums are exact.
    #expect(
      sum == start.indices.map { i in others.indices.reduce(start[i]) { $0 + factors[$1] * others[$1][i] } })
  }

  @Test(arguments: lengths) func productsAreSummed(count: Int) {
    let (a, b) = (Self.vector(count, 1), Self.vector(count, 2))
    let dot = a.withUnsafeBufferPointer { $0.baseAddress?.dot(b, count: count) }
    #expect(dot ?? 0 == zip(a, b).reduce(0) { $0 + $1.0 * $1.1 })
  }
}
