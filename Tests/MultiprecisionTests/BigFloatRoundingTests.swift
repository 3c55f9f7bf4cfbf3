import CMPFR
import Multiprecision
import Testing

/// Rounding against exact rational bounds.
@Suite struct BigFloatRoundingTests {
  typealias Operation = (
    name: String, floating: @Sendable (BigFloat, BigFloat, RoundingMode) -> BigFloat,
    exact: @Sendable (Rational, Rational) -> Rational
  )

  static let operations: [Operation] = [
    ("add", { BigFloat.add($0, $1, rounding: $2) }, { $0 + $1 }),
    ("subtract", { BigFloat.subtract($0, $1, rounding: $2) }, { $0 - $1 }),
    ("multiply", { BigFloat.multiply($0, $1, rounding: $2) }, { $0 * $1 }),
    ("divide", { BigFloat.divide($0, $1, rounding: $2) }, { $0 / $1 }),
  ]

  @Test(arguments: RoundingMode.allCases)
  func conversion(_ mode: RoundingMode) throws {
    try forEachTrial(100) { generator in
      let (x, precision) = (generator.rational(), generator.precision())
      let rounded = BigFloat(x, precision: precision, rounding: mode)
      try #require(rounded.precision == precision)
      try requireRounded(rounded, x, mode, "x = \(x), \(precision) bits")
      let again = Int.random(in: 2...precision, using: &generator)
      try requireRounded(
        rounded.rounded(toPrecision: again, mode), Rational(exactly: rounded), mode,
        "\(rounded), \(again) bits")
    }
  }

  @Test(arguments: operations.indices, RoundingMode.allCases)
  func arithmetic(_ index: Int, _ mode: RoundingMode) throws {
    let operation = Self.operations[index]
    try forEachTrial(60) { generator in
      let a = BigFloat(generator.nonzeroRational(), precision: generator.precision())
      let b = BigFloat(generator.nonzeroRational(), precision: generator.precision())
      let result = operation.floating(a, b, mode)
      try #require(result.precision == max(a.precision, b.precision))
      let exact = operation.exact(try Rational(exactly: a), try Rational(exactly: b))
      try requireRounded(result, exact, mode, "\(operation.name) of \(a) and \(b)")
    }
  }

  @Test func operatorsRoundToNearest() throws {
    try forEachTrial { generator in
      let a = BigFloat(generator.nonzeroRational(), precision: generator.precision())
      let b = BigFloat(generator.nonzeroRational(), precision: generator.precision())
      let (x, y) = (try Rational(exactly: a), try Rational(exactly: b))
      var (sum, difference, product, quotient) = (a, a, a, a)
      sum += b
      difference -= b
      product *= b
      quotient /= b
      try #require(sum == a + b && difference == a - b && product == a * b && quotient == a / b, "\(a), \(b)")
      try requireRounded(a + b, x + y, .nearestEven, "\(a) + \(b)")
      try requireRounded(a - b, x - y, .nearestEven, "\(a) - \(b)")
      try requireRounded(a * b, x * y, .nearestEven, "\(a) * \(b)")
      try requireRounded(a / b, x / y, .nearestEven, "\(a) / \(b)")
      try #require(try Rational(exactly: -a) == -x && Rational(exactly: a.magnitude) == x.magnitude)
    }
  }

  @Test func fusedProducts() throws {
    try forEachTrial { generator in
      let numbers = (0..<3).map { _ in BigFloat(generator.rational(), precision: generator.precision()) }
      let exact = try numbers.map { try Rational(exactly: $0) }
      var (sum, difference) = (numbers[0], numbers[0])
      sum.addProduct(numbers[1], numbers[2])
      difference.subtractProduct(numbers[1], numbers[2])
      try requireRounded(sum, exact[0] + exact[1] * exact[2], .nearestEven, "\(numbers)")
      try requireRounded(difference, exact[0] - exact[1] * exact[2], .nearestEven, "\(numbers)")
    }
  }

  @Test(arguments: RoundingMode.allCases)
  func squareRoots(_ mode: RoundingMode) throws {
    try forEachTrial(60) { generator in
      let x = BigFloat(generator.nonzeroRational().magnitude, precision: generator.precision())
      let root = BigFloat.sqrt(x, rounding: mode)
      let (below, above) = (try Rational(exactly: root.nextDown), try Rational(exactly: root.nextUp))
      let (exact, value) = (try Rational(exactly: x), try Rational(exactly: root))
      try #require(below * below < exact && exact < above * above, "x = \(x)")
      switch mode {
      case .up, .awayFromZero: try #require(value * value >= exact, "x = \(x)")
      case .down, .towardZero: try #require(value * value <= exact, "x = \(x)")
      case .nearestEven:
        let (low, high) = ((below + value) * Rational(1, 2), (above + value) * Rational(1, 2))
        try #require(low * low <= exact && exact <= high * high, "x = \(x)")
      }
    }
  }

  /// Whether `value` is `exact` rounded: on the right side, and nothing of its precision lies between.
  private func requireRounded(
    _ value: BigFloat, _ exact: Rational, _ mode: RoundingMode, _ input: @autoclosure () -> String
  ) throws {
    let rounded = try Rational(exactly: value)
    if rounded == exact { return }
    let (below, above) = (try Rational(exactly: value.nextDown), try Rational(exactly: value.nextUp))
    let message = "\(input()), \(mode): found \(value)"
    try #require(below < exact && exact < above, "\(message)")
    switch mode {
    case .up: try #require(rounded > exact, "\(message)")
    case .down: try #require(rounded < exact, "\(message)")
    case .towardZero: try #require(rounded.magnitude < exact.magnitude, "\(message)")
    case .awayFromZero: try #require(rounded.magnitude > exact.magnitude, "\(message)")
    case .nearestEven:
      let neighbour = exact < rounded ? below : above
      let (distance, other) = ((exact - rounded).magnitude, (exact - neighbour).magnitude)
      try #require(distance <= other, "\(message)")
      if distance == other {
        // The odd one of the two neighbours needs every bit of the precision.
        try #require(value.withPointer { mpfr_min_prec($0) } < value.precision, "\(message)")
      }
    }
  }
}
