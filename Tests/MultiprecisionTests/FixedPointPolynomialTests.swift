import Testing

@testable import Multiprecision

/// Products and exponentials of polynomials in fixed point: what they miss is within the stated bound.
@Suite struct FixedPointPolynomialTests {
  private static let fullPrecision = 1200

  /// A polynomial of random length, size and decay, rounded to `precision` bits a coefficient.
  private static func polynomial(_ generator: inout SplitMix64, precision: Int) -> BallPolynomial {
    let length = Int.random(in: 0...12, using: &generator)
    let decay = Int.random(in: 0...30, using: &generator)
    let size = Int.random(in: -40...20, using: &generator)
    let coefficients = (0..<length).map { order -> Ball in
      let bits = (0..<4).reduce(Integer(0)) { sum, _ in
        sum * 1_000_000_007 + Integer(Int(generator.next() % 1_000_000_007))
      }
      let sign = generator.next().isMultiple(of: 2) ? 1 : -1
      let number = Ball(Rational(bits * Integer(sign)) / 1_000_000_007, precision: precision)
      return number.scaled(byPowerOfTwo: size - decay * order - 90)
    }
    return BallPolynomial(coefficients, precision: precision).midpointsAndRadii.midpoints
  }

  private static func lower(_ sum: Ball, _ difference: Ball) -> Ball {
    sum + Ball(difference.magnitude.lowerBound, precision: 64)
  }

  @Test func productsMissAtMostTheirBound() {
    var isTight = false
    for seed in 0..<(60 * trialMultiplier) {
      var generator = SplitMix64(seed: UInt64(seed))
      let precision = Int.random(in: 10...300, using: &generator)
      let inner = Int.random(in: 1...3, using: &generator)
      let length = Int.random(in: 1...14, using: &generator)
      let a = Matrix(rows: 2, columns: inner) { _, _ in Self.polynomial(&generator, precision: precision) }
      let b = Matrix(rows: inner, columns: 2) { _, _ in Self.polynomial(&generator, precision: precision) }
      let (product, missed) = BallPolynomial.approximateProduct(a, b, length: length, precision: precision)
      for row in 0..<2 {
        for column in 0..<2 {
          let exact = (0..<inner).reduce(BallPolynomial([], precision: Self.fullPrecision)) { sum, k in
            let (left, right) = (a[row, k], b[k, column])
            let full = left.truncated(to: 100, precision: Self.fullPrecision)
            return sum.adding(full.multiplied(by: right, length: length), length: length)
          }
          let error = (0..<length).reduce(Ball(0, precision: 64)) {
            Self.lower($0, exact[$1] - product[row, column][$1])
          }
          #expect(!Ball.certainlyLess(missed[row, column], error), "seed \(seed): \(error)")
          let part = missed[row, column].scaled(byPowerOfTwo: -9)
          isTight = isTight || Ball.certainlyLess(part, error)
          // Close to the precision asked for, beside the largest numbers there can be.
          let size = (0..<inner).reduce(Ball(1, precision: 64).scaled(byPowerOfTwo: -400)) {
            $0 + a[row, $1].norm() * b[$1, column].norm()
          }
          let largest = (0..<inner).map { k in a[row, k].norm().log10UpperMagnitude }.max() ?? 0
          let other = (0..<inner).map { k in b[k, column].norm().log10UpperMagnitude }.max() ?? 0
          let allowed = max(size.log10UpperMagnitude, largest + other) - Double(precision) * 0.301
          #expect(missed[row, column].log10UpperMagnitude < allowed + 2, "seed \(seed)")
        }
      }
    }
    #expect(isTight, "bounds five hundred times too small would go unnoticed")
  }

  /// The residual u' - p' u of the series found, integrated.
  @Test func exponentialsHaveTheResidualStated() {
    var isTight = false
    for seed in 0..<(60 * trialMultiplier) {
      var generator = SplitMix64(seed: UInt64(seed))
      let precision = Int.random(in: 10...300, using: &generator)
      let length = Int.random(in: 1...30, using: &generator)
      let polynomial = Self.polynomial(&generator, precision: precision)
      let (series, bound) = polynomial.approximateExponential(length: length)
      guard bound.isFinite else { continue }
      let exact = polynomial.truncated(to: 100, precision: Self.fullPrecision)
      let full = series.truncated(to: 100, precision: Self.fullPrecision)
      let residual = full.derivative.subtracting(
        exact.derivative.multiplied(by: full, length: 100), length: max(length - 1, 0))
      let error = (0..<max(length - 1, 0)).reduce(Ball(0, precision: 64)) { sum, order in
        Self.lower(sum, residual[order] / Ball(order + 1, precision: 64))
      }
      #expect(!Ball.certainlyLess(bound, error), "seed \(seed): \(error) against \(bound)")
      isTight = isTight || Ball.certainlyLess(bound.scaled(byPowerOfTwo: -9), error)
    }
    #expect(isTight, "bounds five hundred times too small would go unnoticed")
  }

  /// Numbers of all signs and sizes: the sum against integers.
  @Test func sumsOfProductsAreThoseOfIntegers() {
    for seed in 0..<(60 * trialMultiplier) {
      var generator = SplitMix64(seed: UInt64(seed))
      let limbs = Int.random(in: 1...5, using: &generator)
      let count = Int.random(in: 0...20, using: &generator)
      func numbers() -> (FixedPointLine, [Integer]) {
        let line = FixedPointLine(count: count, limbs: limbs, exponent: 64 * limbs)
        var values: [Integer] = []
        for place in 0..<count {
          let used = Int.random(in: 0...limbs, using: &generator)
          let isExtreme = generator.next().isMultiple(of: 3)
          let half = Integer(1 << 32)
          var magnitude = Integer(0)
          for _ in 0..<used {
            let limb = isExtreme ? UInt64.max : generator.next()
            let (high, low) = (Integer(Int(limb >> 32)), Integer(Int(limb & 0xffff_ffff)))
            magnitude = (magnitude * half + high) * half + low
          }
          let value = generator.next().isMultiple(of: 2) ? magnitude : -magnitude
          values.append(value)
          let ball = Ball(Rational(value), precision: 64 * limbs + 2)
          #expect(line.set(place, to: ball))
        }
        return (line, values)
      }
      let ((left, a), (right, b)) = (numbers(), numbers())
      let sum = FixedPointLine.Sum(limbs: limbs)
      left.dot(from: 0, count: count, right, backwardsFrom: count - 1, into: sum)
      let exact = zip(a, b.reversed()).reduce(Integer(0)) { $0 + $1.0 * $1.1 }
      // Units of 2^(64 (limbs - 1)), within count · limbs · 2^64 of them.
      let found = sum.ball.scaled(byPowerOfTwo: 64 * (limbs - 1))
      let error = (found - Ball(Rational(exact), precision: 2000)).magnitude
      let allowed = Ball(max(count * limbs, 1), precision: 64).scaled(byPowerOfTwo: 64 * limbs)
      #expect(Ball.certainlyLess(error, allowed), "seed \(seed): \(error) against \(allowed)")
    }
  }
}
