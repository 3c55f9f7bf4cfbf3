import Multiprecision
import Testing

@testable import Integrators

/// Every operation on models of time and start against the functions that they stand for, at points.
@Suite struct BoxModelTests {
  private static let monomials = Monomials(variables: 3, degree: 4)
  private static let length = 5

  /// A random model with the head c and a rest of about this size, and an error.
  private static func model(
    head: Double, size: Double, error: Double, using generator: inout SplitMix64
  ) -> BoxModel {
    var coefficients = (0..<monomials.count * length).map { _ in
      size * Double.random(in: -1...1, using: &generator) * (Bool.random(using: &generator) ? 0.1 : 0.001)
    }
    coefficients[0] = head
    return BoxModel(coefficients, error: error, monomials: monomials, length: length)
  }

  /// P at a point.
  private static func value(_ model: BoxModel, at s: Double, _ xi: [Double]) -> Ball {
    func power(_ x: Double, _ n: Int) -> Ball {
      (0..<n).reduce(Ball(1, precision: 128)) { product, _ in product * Ball(x, precision: 128) }
    }
    let table = model.monomials ?? Monomials(variables: 3, degree: 0)
    return table.exponents.enumerated().reduce(Ball(0, precision: 128)) { sum, entry in
      let monomial = zip(xi, entry.element).reduce(Ball(1, precision: 128)) { $0 * power($1.0, $1.1) }
      return (0..<model.length).reduce(sum) {
        $0 + Ball(model.coefficients[entry.offset * model.length + $1], precision: 128) * power(s, $1)
          * monomial
      }
    }
  }

  private struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let model: @Sendable (BoxModel, BoxModel) -> BoxModel
    let exact: @Sendable (Ball, Ball) -> Ball
  }

  private static let cases: [Case] = [
    Case(testDescription: "+", model: { $0 + $1 }, exact: { $0 + $1 }),
    Case(testDescription: "-", model: { $0 - $1 }, exact: { $0 - $1 }),
    Case(testDescription: "*", model: { $0 * $1 }, exact: { $0 * $1 }),
    Case(testDescription: "/", model: { $0 / $1 }, exact: { $0 / $1 }),
    Case(
      testDescription: "constant", model: { $0 * BoxModel(Rational(1, 3), precision: 64) - $1 },
      exact: { $0 * Ball(Rational(1, 3), precision: 128) - $1 }),
    Case(testDescription: "exp", model: { x, _ in .exp(x) }, exact: { x, _ in .exp(x) }),
    Case(testDescription: "log", model: { x, _ in .log(x) }, exact: { x, _ in .log(x) }),
    Case(testDescription: "sqrt", model: { x, _ in .sqrt(x) }, exact: { x, _ in .sqrt(x) }),
    Case(
      testDescription: "x^(-7/3)", model: { x, _ in .pow(x, Rational(-7, 3)) },
      exact: { x, _ in .pow(x, Rational(-7, 3)) }),
    Case(testDescription: "x^-3", model: { x, _ in .pow(x, -3) }, exact: { x, _ in .pow(x, -3) }),
    Case(testDescription: "tanh", model: { .tanh($0 - $1) }, exact: { .tanh($0 - $1) }),
    Case(testDescription: "logistic", model: { .logistic($0 - $1) }, exact: { .logistic($0 - $1) }),
    Case(testDescription: "softplus", model: { .softplus($1 - $0) }, exact: { .softplus($1 - $0) }),
  ]

  /// The functions are P plus a number up to the error.
  @Test(arguments: cases.indices) func operationsContainTheirFunctions(_ index: Int) {
    let item = Self.cases[index]
    var generator = SplitMix64(seed: 71 + UInt64(index))
    var bounded = 0
    for _ in 0..<40 {
      let size = Double.random(in: 0.01...1, using: &generator)
      let error = Bool.random(using: &generator) ? 0 : Double.random(in: 0...0.01, using: &generator)
      let operands = (0..<2).map { _ in
        Self.model(
          head: Double.random(in: 1.5...4, using: &generator), size: size, error: error, using: &generator)
      }
      let result = item.model(operands[0], operands[1])
      guard result.isFinite else { continue }
      bounded += 1
      for _ in 0..<6 {
        let s = Double.random(in: 0...1, using: &generator)
        let xi = (0..<3).map { _ in
          Bool.random(using: &generator) ? Double.random(in: -1...1, using: &generator) : 1.0
        }
        let values = operands.map {
          Self.value($0, at: s, xi)
            + Ball($0.error * Double.random(in: -1...1, using: &generator), precision: 128)
        }
        let missed = (item.exact(values[0], values[1]) - Self.value(result, at: s, xi)).magnitude
        #expect(
          Ball.certainlyLessOrEqual(missed, Ball(result.error, precision: 128)),
          "\(item.testDescription): \(missed) and \(result.error)")
      }
    }
    #expect(bounded >= 5, "\(item.testDescription)")
  }

  /// Where the degree and the orders suffice, hardly anything is missed.
  @Test func errorsAreSmallWhereRestsAre() {
    var coefficients = [Double](repeating: 0, count: Self.monomials.count * Self.length)
    coefficients[0] = 1
    coefficients[Self.length * Self.monomials.place(ofVariable: 1)] = 1e-4
    let x = BoxModel(coefficients, error: 0, monomials: Self.monomials, length: Self.length)
    for result in [BoxModel.exp(x), .log(x), .sqrt(x), .tanh(x), x * x / (x + x)] {
      #expect(result.error < 1e-14, "\(result.error)")
    }
  }

  /// What degree and orders do not hold is in the error: ξ⁴·ξ, s⁴·s.
  @Test func whatIsCutOffCounts() {
    func monomial(_ place: Int, _ order: Int) -> BoxModel {
      var coefficients = [Double](repeating: 0, count: Self.monomials.count * Self.length)
      coefficients[place * Self.length + order] = 1
      return BoxModel(coefficients, error: 0, monomials: Self.monomials, length: Self.length)
    }
    let variable = Self.monomials.place(ofVariable: 2)
    let fourth = Self.monomials.exponents.firstIndex(of: [0, 0, 4]) ?? 0
    #expect((monomial(variable, 0) * monomial(fourth, 0)).error >= 1)
    #expect((monomial(0, 1) * monomial(0, 4)).error >= 1)
    #expect((monomial(variable, 1) * monomial(variable, 1)).error < 1e-12)
  }

  @Test func productsOfMonomialsAreFound() {
    let table = Monomials(variables: 4, degree: 5)
    #expect(table.count == Monomials.count(variables: 4, degree: 5, limit: 1000))
    for i in table.exponents.indices {
      for (j, place) in table.products(with: i).enumerated() {
        #expect(table.exponents[Int(place)] == zip(table.exponents[i], table.exponents[j]).map { $0 + $1 })
      }
      #expect(
        table.products(with: i).count == table.degrees.count { $0 + table.degrees[i] <= table.degree })
    }
  }

  /// A X = B at points, for matrices of models.
  @Test func solvesContainTheirSolutions() throws {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<10 {
      let matrix = Matrix<BoxModel>(rows: 3, columns: 3) { row, column in
        Self.model(
          head: row == column ? 3 : Double.random(in: -1...1, using: &generator), size: 0.1, error: 0,
          using: &generator)
      }
      let right = Matrix<BoxModel>(rows: 3, columns: 1) { _, _ in
        Self.model(head: 1, size: 0.3, error: 0, using: &generator)
      }
      let solution = try BoxModel.solve(matrix, right)
      let xi = (0..<3).map { _ in Double.random(in: -1...1, using: &generator) }
      let exact = try Ball.solve(
        matrix.map { Self.value($0, at: 0.7, xi) }, right.map { Self.value($0, at: 0.7, xi) })
      for (model, value) in zip(solution.elements, exact.elements) {
        let missed = (Self.value(model, at: 0.7, xi) - value).magnitude
        #expect(Ball.certainlyLessOrEqual(missed, Ball(model.error, precision: 128)))
      }
    }
  }
}
