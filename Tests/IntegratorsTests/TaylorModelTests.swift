import Multiprecision
import Testing

@testable import Integrators

/// Taylor models against power series of many more orders and bits: what a model misses is within its error, and
/// bounds made too small are caught.
@Suite struct TaylorModelTests {
  /// Orders of the models, of their operands and of the series that they are held against.
  private static let (length, operandLength, fullLength) = (10, 20, 50)
  private static let precision = 160
  private static let fullPrecision = 500

  /// A polynomial that is known exactly, and what a model knows of it.
  struct Function {
    let exact: BallPolynomial
    let model: TaylorModel

    /// Around `head`, with coefficients below size · decay^k, from `length` on as large as `rest` at most.
    init(head: Rational, size: Rational, decay: Rational, rest: Rational, _ generator: inout SplitMix64) {
      var scale = size
      var coefficients = [head]
      for order in 1..<operandLength {
        scale *= decay
        let largest = order < length ? scale : rest
        coefficients.append(largest * Rational(Int.random(in: -97...97, using: &generator), 97))
      }
      exact = BallPolynomial(
        coefficients.map { Ball($0, precision: fullPrecision) }, precision: fullPrecision)
      model = TaylorModel(
        exact.truncated(to: length, precision: precision), error: exact.norm(from: length), length: length)
    }

    /// The model that pretends to be exact.
    var withoutError: TaylorModel { TaylorModel(model.polynomial, length: length) }
  }

  /// Σ |f_k - P_k| over the orders of `exact`: certainly missed.
  private static func missed(_ exact: BallPolynomial, _ model: TaylorModel) -> Ball {
    (0..<fullLength).reduce(Ball(0, precision: 64)) { sum, order in
      let difference = (exact[order] - model.polynomial[order]).magnitude
      return sum + Ball(difference.lowerBound, precision: 64)
    }
  }

  private static func isCaught(_ error: Ball, _ exact: BallPolynomial, _ model: TaylorModel) -> Bool {
    Ball.certainlyLess(error.ceiling, missed(exact, model))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let head: Rational
    let model: @Sendable (TaylorModel, TaylorModel) -> TaylorModel
    let series: @Sendable (BallPolynomial, BallPolynomial) -> BallPolynomial
  }

  private static func one() -> BallPolynomial {
    BallPolynomial([Ball(1, precision: fullPrecision)], precision: fullPrecision)
  }

  /// e^x by the recurrence of its derivative, in balls.
  private static func exponential(_ x: BallPolynomial) -> BallPolynomial {
    var series = [Ball.exp(x[0])]
    let slopes = x.derivative.coefficients
    for k in 1..<fullLength {
      let sum = slopes.prefix(k).enumerated().reduce(Ball(0, precision: fullPrecision)) {
        $0 + $1.element * series[k - 1 - $1.offset]
      }
      series.append(sum / Ball(k, precision: fullPrecision))
    }
    return BallPolynomial(series, precision: fullPrecision)
  }

  private static func logistic(_ x: BallPolynomial) -> BallPolynomial {
    one().adding(exponential(-x), length: fullLength).reciprocal(length: fullLength)
  }

  static let cases: [Case] = [
    Case(
      testDescription: "sum", head: 1, model: { $0 + $1 }, series: { $0.adding($1, length: fullLength) }),
    Case(
      testDescription: "product", head: 1, model: { $0 * $1 },
      series: { $0.multiplied(by: $1, length: fullLength) }),
    Case(
      testDescription: "quotient", head: 2, model: { $0 / $1 },
      series: { $0.multiplied(by: $1.reciprocal(length: fullLength), length: fullLength) }),
    Case(
      testDescription: "exp", head: -1, model: { x, _ in .exp(x) },
      series: { x, _ in exponential(x) }),
    Case(
      testDescription: "log", head: 2, model: { x, _ in .log(x) },
      series: { x, _ in x.logarithm(length: fullLength) }),
    Case(
      testDescription: "sqrt", head: 2, model: { x, _ in .sqrt(x) },
      series: { x, _ in x.squareRoot(length: fullLength) }),
    Case(
      testDescription: "power 2/3", head: 2, model: { x, _ in .pow(x, Rational(2, 3)) },
      series: { x, _ in
        exponential(
          x.logarithm(length: fullLength).scaled(by: Ball(Rational(2, 3), precision: fullPrecision)))
      }),
    Case(
      testDescription: "power -3", head: 2, model: { x, _ in .pow(x, -3) },
      series: { x, _ in
        let inverse = x.reciprocal(length: fullLength)
        return inverse.multiplied(by: inverse, length: fullLength)
          .multiplied(by: inverse, length: fullLength)
      }),
    Case(
      testDescription: "logistic", head: 1, model: { x, _ in .logistic(x) }, series: { x, _ in logistic(x) }),
    Case(
      testDescription: "logistic of a negative", head: -3, model: { x, _ in .logistic(x) },
      series: { x, _ in logistic(x) }),
    Case(
      testDescription: "softplus", head: Rational(1, 3), model: { x, _ in .softplus(x) },
      series: { x, _ in
        one().adding(exponential(x), length: fullLength).logarithm(length: fullLength)
      }),
    Case(
      testDescription: "tanh", head: Rational(1, 5), model: { x, _ in .tanh(x) },
      series: { x, _ in
        let sigmoid = logistic(x.adding(x, length: fullLength))
        return sigmoid.adding(sigmoid, length: fullLength).subtracting(one(), length: fullLength)
      }),
  ]

  @Test(arguments: cases) func errorsBoundWhatIsMissed(_ testCase: Case) {
    var finite = 0
    var (caughtWithoutErrors, caughtWithoutExcess) = (false, false)
    forEachTrial(40) { seed, generator in
      // Operands of few orders with much that is not known of them, and of slowly falling known ones.
      let isShort = seed.isMultiple(of: 2)
      let (decay, rest) =
        isShort ? (Rational(1, 50), Rational(1, 1000)) : (Rational(3, 4), Rational(1, 10_000_000))
      let size = Rational(Int.random(in: 1...40, using: &generator), 100)
      let x = Function(head: testCase.head, size: size, decay: decay, rest: rest, &generator)
      let y = Function(head: testCase.head, size: size, decay: decay, rest: rest, &generator)
      let model = testCase.model(x.model, y.model)
      let exact = testCase.series(x.exact, y.exact)
      guard model.isFinite else { return }
      finite += 1
      #expect(!Self.isCaught(model.error, exact, model), "seed \(seed): \(model.error)")
      let pretended = testCase.model(x.withoutError, y.withoutError)
      caughtWithoutErrors = caughtWithoutErrors || Self.isCaught(pretended.error, exact, pretended)
      // What twice the orders would miss, of operands that have no more than the models know.
      let longer = [x, y].map { TaylorModel($0.withoutError.polynomial, length: 2 * Self.length) }
      let known = testCase.series(x.withoutError.polynomial, y.withoutError.polynomial)
      caughtWithoutExcess =
        caughtWithoutExcess || Self.isCaught(testCase.model(longer[0], longer[1]).error, known, pretended)
    }
    #expect(finite > 20)
    #expect(caughtWithoutErrors, "errors of operands may be left out unnoticed")
    if testCase.testDescription != "sum" {
      #expect(caughtWithoutExcess, "orders left out may be forgotten unnoticed")
    }
  }

  /// Where the series diverges on the unit disc nothing is claimed.
  @Test func singularitiesInTheDiscAreSeen() {
    let s = TaylorModel(
      BallPolynomial([Ball(0, precision: 128), Ball(1, precision: 128)], precision: 128), length: 30)
    for shift in [Rational(0), Rational(1, 2), Rational(9, 10), 1] {
      let model = s + TaylorModel(shift, precision: 128)
      #expect(!model.reciprocal.isFinite, "1/(s + \(shift))")
      #expect(!TaylorModel.log(model).isFinite, "log(s + \(shift))")
      #expect(!TaylorModel.sqrt(model).isFinite, "√(s + \(shift))")
      #expect(!TaylorModel.pow(model, Rational(-1, 3)).isFinite, "(s + \(shift))^(-1/3)")
    }
    #expect((s + TaylorModel(2, precision: 128)).reciprocal.isFinite)
    #expect(!TaylorModel.exp(TaylorModel(constant: .everything(precision: 64))).isFinite)
  }

  // MARK: Solving

  /// 2 × 2 systems against Cramer's rule in series. The matrix may change by more than itself over the piece, as long as it
  /// stays invertible in the disc.
  @Test(arguments: [false, true]) func solutionsOfSystemsAreEnclosed(inDoubles: Bool) throws {
    func solve(
      _ a: Matrix<TaylorModel>, _ b: Matrix<TaylorModel>
    ) throws -> Matrix<TaylorModel>? {
      inDoubles
        ? TaylorModel.shortSolution(a, b) : try TaylorModel.solve(a, b)
    }
    var (finite, beyondNeumann) = (0, 0)
    var (caughtWithoutErrors, caughtWithSmallInverse) = (false, false)
    try forEachTrial(60) { seed, generator in
      let isShort = seed.isMultiple(of: 2)
      let (decay, rest) =
        isShort ? (Rational(1, 20), Rational(1, 1000)) : (Rational(1, 2), Rational(1, 100_000))
      func function(_ head: Rational) -> Function {
        let size = Rational(Int.random(in: 20...400, using: &generator), 100)
        return Function(head: head, size: size, decay: decay, rest: rest, &generator)
      }
      let a = Matrix(rows: [
        [function(2), function(Rational(1, 2))], [function(-1), function(Rational(3, 2))],
      ])
      let b = Matrix(column: [function(1), function(-1)])
      guard let x = try solve(a.map(\.model), b.map(\.model)) else { return }
      func times(_ f: Function, _ g: Function) -> BallPolynomial {
        f.exact.multiplied(by: g.exact, length: Self.fullLength)
      }
      let determinant = times(a[0, 0], a[1, 1]).subtracting(times(a[0, 1], a[1, 0]), length: Self.fullLength)
      let inverse = determinant.reciprocal(length: Self.fullLength)
      let exact = [
        times(b[0, 0], a[1, 1]).subtracting(times(a[0, 1], b[1, 0]), length: Self.fullLength),
        times(a[0, 0], b[1, 0]).subtracting(times(b[0, 0], a[1, 0]), length: Self.fullLength),
      ].map { $0.multiplied(by: inverse, length: Self.fullLength) }
      guard x.elements.allSatisfy(\.isFinite) else { return }
      finite += 1
      // What changes is more than what a Neumann series of the heads allows.
      if Ball.certainlyLess(Ball(2, precision: 64), a[0, 0].model.polynomial.norm(from: 1)) {
        beyondNeumann += 1
      }
      guard let pretended = try solve(a.map(\.withoutError), b.map(\.withoutError)) else { return }
      for (model, (series, weak)) in zip(x.elements, zip(exact, pretended.elements)) {
        #expect(!Self.isCaught(model.error, series, model), "seed \(seed): \(model.error)")
        caughtWithoutErrors = caughtWithoutErrors || Self.isCaught(weak.error, series, weak)
        let tenth = model.error / Ball(20, precision: 64)
        caughtWithSmallInverse = caughtWithSmallInverse || Self.isCaught(tenth, series, model)
      }
    }
    #expect(finite > 20 && (inDoubles || beyondNeumann > 0), "\(finite), \(beyondNeumann)")
    #expect(caughtWithoutErrors, "errors of operands may be left out unnoticed")
    #expect(caughtWithSmallInverse, "an inverse bound twenty times too small would go unnoticed")
  }

  /// Products of matrices in doubles, and of larger ones with their inverse.
  @Test func productsInDoublesAreEnclosed() throws {
    var isTight = false
    try forEachTrial(20) { seed, generator in
      let size = Int.random(in: 1...5, using: &generator)
      func functions(_ head: @escaping (Int, Int) -> Rational) -> Matrix<Function> {
        Matrix(rows: size, columns: size) { row, column in
          Function(
            head: head(row, column), size: Rational(1, 4), decay: Rational(1, 2), rest: Rational(1, 10_000),
            &generator)
        }
      }
      let a = functions { $0 == $1 ? Rational($0 + 2) : Rational(1, $0 + $1 + 3) }
      let b = functions { Rational($0 - $1, 3) }
      let product = try #require(
        TaylorModel.shortProduct(a.map(\.model), b.map(\.model)))
      // A⁻¹(A B) against B: the error of the product is part of what is solved for.
      let solution = TaylorModel.shortSolution(a.map(\.model), product)
      for row in 0..<size {
        for column in 0..<size {
          let exact = (0..<size).reduce(BallPolynomial([], precision: Self.fullPrecision)) { sum, inner in
            let term = a[row, inner].exact.multiplied(by: b[inner, column].exact, length: Self.fullLength)
            return sum.adding(term, length: Self.fullLength)
          }
          let model = product[row, column]
          #expect(!Self.isCaught(model.error, exact, model), "seed \(seed)")
          isTight = isTight || Self.isCaught(model.error / Ball(40, precision: 64), exact, model)
          if let found = solution?[row, column] {
            #expect(!Self.isCaught(found.error, b[row, column].exact, found), "seed \(seed)")
          }
        }
      }
    }
    #expect(isTight, "bounds forty times too small would go unnoticed")
  }

  @Test func singularSystemsAreRefused() {
    let s = TaylorModel(
      BallPolynomial([Ball(-1, precision: 128), Ball(2, precision: 128)], precision: 128), length: 16)
    let one = TaylorModel(1, precision: 128)
    #expect(TaylorModel.shortSolution(Matrix(rows: [[s]]), Matrix(rows: [[one]])) == nil)
    // Singular at s = 1/2.
    let inside = try? TaylorModel.solve(Matrix(rows: [[s]]), Matrix(rows: [[one]]))
    #expect(inside.map { !$0[0, 0].isFinite } ?? true)
    #expect(throws: LinearAlgebraError.self) {
      try TaylorModel.solve(Matrix(rows: [[one, one], [one, one]]), Matrix(column: [one, one]))
    }
  }
}
