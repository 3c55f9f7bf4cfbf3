import Foundation
import Multiprecision
import Testing

/// The three number types against values by mpmath (Oracles/make_elementary.py).
@Suite struct OracleTests {
  struct Line: Sendable {
    let function: String
    let argument: Rational
    let exponent: Rational
    /// Correct to half a unit of the last of its 100 digits.
    let value: Rational
    let text: String

    /// The true value's enclosure.
    func enclosure() throws -> Ball {
      Ball(midpoint: value, radius: try value.magnitude * Rational(10).power(-99), precision: 400)
    }
  }

  static let lines: [Line] = {
    guard
      let url = Bundle.module.url(forResource: "elementary", withExtension: "csv", subdirectory: "Oracles"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 4, let argument = try? Rational(parsing: cells[1]),
        let exponent = try? Rational(parsing: cells[2].isEmpty ? "1" : cells[2]),
        let value = try? Rational(parsing: cells[3])
      else { return nil }
      return Line(
        function: cells[0], argument: argument, exponent: exponent, value: value, text: String(line))
    }
  }()

  private func evaluate<Scalar: RealScalar>(_ line: Line, _ type: Scalar.Type, precision: Int) -> Scalar? {
    let x = Scalar(line.argument, precision: precision)
    switch line.function {
    case "exp": return .exp(x)
    case "expMinusOne": return .expMinusOne(x)
    case "log": return .log(x)
    case "logOnePlus": return .log(onePlus: x)
    case "logistic": return .logistic(x)
    case "softplus": return .softplus(x)
    case "tanh": return .tanh(x)
    case "sqrt": return .sqrt(x)
    case "pow": return .pow(x, line.exponent)
    default: return nil
    }
  }

  @Test func tableIsComplete() {
    #expect(Self.lines.count == 291)
    #expect(Set(Self.lines.map(\.function)).count == 9)
  }

  @Test(arguments: [24, 53, 128, 300])
  func balls(_ precision: Int) throws {
    for line in Self.lines {
      let result = try #require(evaluate(line, Ball.self, precision: precision), "\(line.text)")
      try #require(try result.overlaps(line.enclosure()), "\(line.text): found \(result)")
      if Ball(line.argument, precision: precision).isExact && !line.value.isZero {
        try #require(result.relativeAccuracyBits >= precision - 4, "\(line.text): found \(result)")
      }
    }
  }

  /// The error stays below 0.51 units of the last bit for every argument that the precision holds.
  @Test(arguments: [24, 128, 300])
  func floats(_ precision: Int) throws {
    for line in Self.lines where Ball(line.argument, precision: precision).isExact {
      let result = try #require(evaluate(line, BigFloat.self, precision: precision), "\(line.text)")
      let found = try Rational(exactly: result)
      let ulp = line.value.isZero ? 0 : try Rational(2).power(result.exponent - precision + 1)
      let slack = try line.value.magnitude * Rational(10).power(-99)
      try #require(
        (found - line.value).magnitude <= ulp * Rational(51, 100) + slack, "\(line.text): \(result)")
    }
  }

  /// A few units of the last bit, for arguments and values that doubles hold.
  @Test func doubles() throws {
    for line in Self.lines where Ball(line.argument, precision: 53).isExact {
      let expected = line.value.doubleValue
      if !expected.isFinite || expected.magnitude < .leastNormalMagnitude { continue }
      let result = try #require(evaluate(line, Double.self, precision: 53), "\(line.text)")
      // The exponent of a power is rounded to a double: |q log x| units more.
      let sensitivity = line.function == "pow" ? abs(log(expected)) : 0
      try #require(
        abs(result - expected) <= (4 + sensitivity) * expected.ulp, "\(line.text): found \(result)")
    }
  }

  @Test func doublesNeitherOverflowNorUnderflowEarly() {
    #expect(Double.softplus(1e300) == 1e300 && Double.softplus(-745) > 0 && Double.softplus(-1e300) == 0)
    #expect(Double.logistic(-745) > 0 && Double.logistic(-1e300) == 0 && Double.logistic(1e300) == 1)
    #expect(Double.pow(-8, Rational(1, 3)).isNaN && Double.pow(-2, 3) == -8)
  }
}
