import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// The parts of a step in a moving frame, each against exact numbers.
@Suite struct MovingFrameTests {
  private static let bits = 300

  private static func random(_ count: Int, _ size: Double, _ generator: inout SplitMix64) -> Matrix<Double> {
    Matrix(rows: count, columns: count) { _, _ in Double.random(in: -size...size, using: &generator) }
  }

  /// S with coefficients that fall by a half from order to order and errors, as rows.
  private static func jacobian(
    _ count: Int, length: Int, size: Double, error: Double, _ generator: inout SplitMix64
  ) -> MatrixPolynomial {
    MatrixPolynomial(
      rows: (0..<count).map { _ in
        TangentBundle(
          entries: (0..<count).map { _ in
            ShortModel(
              (0..<length).map {
                Double.random(in: -size...size, using: &generator)
                  * Double(sign: .plus, exponent: -$0, significand: 1)
              }, error: error)
          }, length: length)
      })
  }

  private static func balls(_ matrix: Matrix<Double>) -> Matrix<Ball> {
    matrix.map { Ball($0, precision: bits) }
  }

  /// v(1) for v' = (S + Δ) v, with constant Δ.
  private static func solution(
    _ jacobian: MatrixPolynomial, _ change: Matrix<Ball>, from start: [Ball]
  ) -> [Ball] {
    let factors = (0..<jacobian.length).map { k in
      k == 0 ? balls(jacobian.coefficient(k)) + change : balls(jacobian.coefficient(k))
    }
    var orders = [start]
    for k in 0..<200 {
      var next = start.map { _ in Ball(0, precision: bits) }
      for (l, factor) in factors.enumerated() where l <= k {
        next = zip(next, LinearFlow.apply(factor, orders[k - l])).map { $0 + $1 }
      }
      orders.append(next.map { $0 / Ball(k + 1, precision: bits) })
    }
    return orders.reduce(start.map { _ in Ball(0, precision: bits) }) { zip($0, $1).map { $0 + $1 } }
  }

  /// What y is at the end is within what the frame claims, for Jacobians at the edge of what is known of them.
  @Test func coordinatesStayWithinTheirBounds() throws {
    var found = 0
    var greatest = 0.0
    try forEachTrial(200) { seed, generator in
      let count = Int.random(in: 1...5, using: &generator)
      let error = [0, 1e-12, 1e-6, 1e-3, 0.02][Int.random(in: 0...4, using: &generator)]
      let jacobian = Self.jacobian(
        count, length: Int.random(in: 1...10, using: &generator),
        size: Double.random(in: 0.1...2, using: &generator),
        error: error, &generator)
      let box = try #require(
        ErrorBox(
          exponents: [Int](repeating: 0, count: count), image: Self.random(count, 1, &generator),
          errors: Matrix(rows: count, columns: count, repeating: 0),
          radii: BoundVector([Double](repeating: 1, count: count), exponent: 0)))
      guard let frame = MovingFrame(jacobian: jacobian, from: box.directions, inverse: box.inverse) else {
        return
      }
      found += 1
      let start = (0..<count).map { _ in
        Ball(
          Bool.random(using: &generator) ? 1.0 : Double.random(in: -1...1, using: &generator),
          precision: Self.bits)
      }
      let change = Matrix(rows: count, columns: count) { _, _ in
        Ball(Bool.random(using: &generator) ? error : -error, precision: Self.bits)
      }
      let end = Self.solution(
        jacobian, change, from: LinearFlow.apply(Self.balls(box.directions), start))
      let radii = frame.grown(BoundVector(start.map(\.magnitude)))
      let (value, errors) = frame.value(at: 1)
      let bounds = value.magnitudes.bounding(adding: errors).bounding(radii)
        .balls(scaledByPowersOfTwo: [Int](repeating: 0, count: count))
      for (entry, bound) in zip(end, bounds) {
        #expect(!Ball.certainlyLess(bound, entry.magnitude), "seed \(seed): \(entry), \(bound)")
      }
      // y itself, by a solve in balls with the value at 1.
      let y = try Ball.solve(Self.balls(value), Matrix(column: end)).elements
      let wide = radii.balls(scaledByPowersOfTwo: [Int](repeating: 0, count: count))
      for (entry, bound) in zip(y, wide) {
        #expect(
          !Ball.certainlyLess(
            bound.withPrecision(Self.bits), entry.magnitude * Ball(1 - 1e-9, precision: 64)), "seed \(seed)")
        greatest = max(greatest, (entry.magnitude / bound).doubleValue)
      }
    }
    #expect(found > 120, "\(found) frames")
    // The bounds are not far off.
    #expect(greatest > 0.99)
  }

  /// e^N x also where N⁴ has entries at which N, N² and N³ have none.
  @Test func exponentialsOfBoundsAreBounds() throws {
    try forEachTrial(200) { seed, generator in
      let count = Int.random(in: 1...7, using: &generator)
      let isCycle = seed % 2 == 0
      let matrix = Matrix(rows: count, columns: count) { row, column in
        if isCycle { return column == (row + 1) % count ? 0.5 : 0 }
        return Double.random(in: 0...0.5, using: &generator) / Double(count)
      }
      let vector = (0..<count).map { _ in
        Bool.random(using: &generator) ? 0 : Double.random(in: 0...1, using: &generator)
      }
      let exact = LinearFlow.exponential(Self.balls(matrix), vector.map { Ball($0, precision: Self.bits) })
      let bounds = matrix.exponential(times: BoundVector(vector, exponent: 0))
        .balls(scaledByPowersOfTwo: [Int](repeating: 0, count: count))
      for (entry, bound) in zip(exact, bounds) {
        #expect(!Ball.certainlyLess(bound, entry), "seed \(seed): \(entry), \(bound)")
        #expect(bound.doubleValue < 1.1 * entry.doubleValue + 0.1)
      }
    }
  }

  /// Parts of a polynomial have the values of the whole.
  @Test func partsHaveTheValuesOfTheWhole() throws {
    try forEachTrial(100) { seed, generator in
      let count = Int.random(in: 1...3, using: &generator)
      let whole = Self.jacobian(
        count, length: Int.random(in: 1...10, using: &generator), size: 3, error: 1e-9, &generator)
      let depth = Int.random(in: 0...4, using: &generator)
      let index = Int.random(in: 0..<1 << depth, using: &generator)
      let part = whole.part(index, depth: depth)
      let width = Ball(Rational(1, 1 << depth), precision: Self.bits)
      for fraction in [Rational(0), Rational(1, 3), 1] {
        let s = Ball(fraction, precision: Self.bits)
        func value(_ polynomial: MatrixPolynomial, _ s: Ball) -> Matrix<Ball> {
          (0..<polynomial.length).reversed().reduce(
            Matrix(rows: count, columns: count, repeating: Ball(0, precision: Self.bits))
          ) { sum, k in sum.map { $0 * s } + Self.balls(polynomial.coefficient(k)) }
        }
        let expected = value(whole, (Ball(index, precision: Self.bits) + s) * width).map { $0 * width }
        let found = value(part, s)
        for place in expected.elements.indices {
          // What the part misses beyond the errors of the whole is what was rounded.
          let room = Ball(part.errors.elements[place], precision: 64) - Ball(1e-9, precision: 64) * width
          let gap = (expected.elements[place] - found.elements[place]).magnitude
          #expect(!Ball.certainlyLess(room, gap), "seed \(seed): \(gap), \(room)")
        }
      }
    }
  }

  /// The corners of W (A + E) y are in the box, after it is widened what was added too, and in other units.
  @Test func boxesContainWhatTheyAreMadeFor() throws {
    try forEachTrial(200) { seed, generator in
      let count = Int.random(in: 1...5, using: &generator)
      let exponents = (0..<count).map { _ in Int.random(in: -300...0, using: &generator) }
      var image = Self.random(count, 1, &generator)
      // Columns that are nearly one.
      if count > 1, seed % 3 == 0 {
        let first = image
        image = Matrix(rows: count, columns: count) {
          $1 == 1 ? first[$0, 0] + 1e-13 * first[$0, 1] : first[$0, $1]
        }
      }
      let error = [0, 1e-15, 1e-3][seed % 3]
      let scale = Int.random(in: -5000...5000, using: &generator)
      let radii = BoundVector(
        (0..<count).map { _ in
          Double(sign: .plus, exponent: Int.random(in: -60...0, using: &generator), significand: 1)
        },
        exponent: scale)
      var box = try #require(
        ErrorBox(
          exponents: exponents, image: image, errors: Matrix(rows: count, columns: count, repeating: error),
          radii: radii))
      let signs = (0..<count).map { _ in Bool.random(using: &generator) ? 1 : -1 }
      let y = zip(radii.balls(scaledByPowersOfTwo: exponents.map { _ in 0 }), signs).map {
        $0.withPrecision(Self.bits) * Ball($1, precision: Self.bits)
      }
      let moved = Self.balls(image.map { $0 + (Bool.random(using: &generator) ? error : -error) })
      var inside = zip(LinearFlow.apply(moved, y), exponents).map { $0.scaled(byPowerOfTwo: $1) }
      func check(_ name: String) throws {
        let scaled = zip(inside, box.exponents).map { $0.scaled(byPowerOfTwo: -$1) }
        let found = try Ball.solve(Self.balls(box.directions), Matrix(column: scaled)).elements
        for (entry, bound) in zip(found, box.radii.balls(scaledByPowersOfTwo: exponents.map { _ in 0 })) {
          #expect(!Ball.certainlyLess(bound, entry.magnitude), "seed \(seed), \(name): \(entry), \(bound)")
        }
        for (entry, bound) in zip(inside, box.bounds) {
          #expect(!Ball.certainlyLess(bound, entry.magnitude), "seed \(seed), \(name)")
        }
      }
      try check("made")
      box = box.rescaled(to: (0..<count).map { _ in Int.random(in: -400...0, using: &generator) })
      try check("rescaled")
      let added = (0..<count).map { _ in
        Ball(Double.random(in: -1...1, using: &generator), precision: Self.bits)
          .scaled(byPowerOfTwo: scale + Int.random(in: -400...0, using: &generator))
      }
      inside = zip(inside, added).map { $0 + $1 }
      box.widen(by: added.map { $0.magnitude.withPrecision(64) })
      try check("widened")
    }
  }

  /// Sums and products of bounds of very different sizes are bounds.
  @Test func boundsOfAnySizeAddUp() throws {
    try forEachTrial(200) { seed, generator in
      let count = Int.random(in: 1...4, using: &generator)
      func vector() -> [Ball] {
        (0..<count).map { _ in
          Ball(Double.random(in: 0...1, using: &generator), precision: 64)
            .scaled(byPowerOfTwo: Int.random(in: -3000...3000, using: &generator))
        }
      }
      let (a, b) = (vector(), vector())
      let matrix = Matrix(rows: count, columns: count) { _, _ in
        Double(sign: .plus, exponent: Int.random(in: -300...300, using: &generator), significand: 1)
      }
      let none = [Int](repeating: 0, count: count)
      let sum = (BoundVector(a) + BoundVector(b)).balls(scaledByPowersOfTwo: none)
      let product = matrix.bounding(BoundVector(a)).balls(scaledByPowersOfTwo: none)
      let exact = LinearFlow.apply(Self.balls(matrix), a.map { $0.withPrecision(Self.bits) })
      for place in 0..<count {
        #expect(!Ball.certainlyLess(sum[place], a[place] + b[place]), "seed \(seed)")
        #expect(!Ball.certainlyLess(product[place], exact[place]), "seed \(seed)")
      }
    }
  }

  /// Nothing is nothing, beside numbers of any size too.
  @Test func zerosHaveNoSize() throws {
    let tiny = Ball.powerOfTen(-700, precision: 64)
    let (none, small) = (BoundVector([Ball(0, precision: 64)]), BoundVector([tiny]))
    let unit = Matrix<Double>(rows: [[1]])
    for sum in [none + small, small + none, unit.bounding(small) + unit.bounding(none).scaled(by: 3)] {
      #expect(sum.balls(scaledByPowersOfTwo: [0])[0].log10UpperMagnitude < -699.9)
    }
    #expect(unit.exponential(times: none).isZero)
    var box = ErrorBox([Ball(0, precision: 64), Ball(0, precision: 64)])
    box.widen(by: [tiny, Ball(0, precision: 64)])
    #expect(box.rescaled(to: [-300, 0]).bounds[0].log10UpperMagnitude < -699.9)
  }

  /// Durations that doubles hold with few digits, or not at all, are not taken for what they round to.
  @Test func noFrameForDurationsBeyondDoubles() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 1), name: "x")
    let entries = try (0..<2).map { try x.select(rows: [$0]) }
    let field = try VectorField(graph: graph, state: [x], velocity: [.stacked([entries[1], entries[0]])])
    let zero = Ball(0, precision: 64)
    func step(_ length: Rational) throws -> FrameStep? {
      let piece = DenseOutput.Piece(
        start: 0, step: length,
        coefficients: [[Matrix(column: [BigFloat(0, precision: 64), BigFloat(0, precision: 64)])]])
      var verifier = try StepVerifier(field: field, places: [0], digits: 10, precision: 128)
      return try verifier.framedStep(
        PolynomialPiece(piece, uniform: [nil], precision: 128), from: .box(ErrorBox([zero, zero])),
        defect: [Ball(1, precision: 64), Ball(1, precision: 64)])
    }
    #expect(try step(Rational(1, 8)) != nil)
    #expect(try step(.powerOfTwo(-1080)) == nil && step(.powerOfTwo(-1030)) == nil)
    // Times the ratio of two units it would be below the doubles.
    #expect(try step(.powerOfTwo(-700)) == nil)
  }

  /// What is no number becomes no bound.
  @Test func whatIsNoNumberHasNoFrame() {
    let unit = Matrix<Double>(rows: [[1, 0], [0, 1]])
    let rows = { (x: Double) in
      [
        TangentBundle(entries: [ShortModel([x]), ShortModel([0])], length: 1),
        TangentBundle(entries: [ShortModel([0]), ShortModel([0])], length: 1),
      ]
    }
    #expect(MovingFrame(jacobian: MatrixPolynomial(rows: rows(1)), from: unit, inverse: unit) != nil)
    for wrong in [Double.nan, .infinity, 1e300] {
      #expect(MovingFrame(jacobian: MatrixPolynomial(rows: rows(wrong)), from: unit, inverse: unit) == nil)
      let image = Matrix<Double>(rows: [[1, 0], [0, wrong]])
      #expect(MovingFrame(jacobian: MatrixPolynomial(rows: rows(1)), from: image, inverse: unit) == nil)
    }
    let radii = BoundVector([1, .nan], exponent: 0)
    #expect(ErrorBox(exponents: [0, 0], image: unit, errors: unit, radii: radii) == nil)
  }

  /// (1 - G)⁻¹ X for gaps that are not small.
  @Test func correctionsAreBounds() throws {
    try forEachTrial(200) { seed, generator in
      let count = Int.random(in: 1...4, using: &generator)
      let gaps = Matrix(rows: count, columns: count) { _, _ in
        Double.random(in: 0...0.49, using: &generator) / Double(count)
      }
      let sizes = Matrix(rows: count, columns: count) { _, _ in
        seed % 2 == 0 && Bool.random(using: &generator) ? 0 : Double.random(in: 0...1, using: &generator)
      }
      let bounds = try #require(sizes.corrected(by: gaps))
      let rest = Matrix<Ball>(rows: count, columns: count) {
        Ball(($0 == $1 ? 1 : 0), precision: Self.bits) - Ball(gaps[$0, $1], precision: Self.bits)
      }
      for (exact, bound) in zip(try Ball.solve(rest, Self.balls(sizes)).elements, bounds.elements) {
        #expect(
          !Ball.certainlyLess(Ball(bound, precision: Self.bits), exact), "seed \(seed): \(exact), \(bound)")
      }
    }
    #expect(Matrix<Double>(rows: [[1]]).corrected(by: Matrix(rows: [[0.6]])) == nil)
  }

  /// Of a ball of starts some of which do not live so long, or leave where the Jacobian was taken, nothing is claimed.
  @Test func noFrameForStartsThatLeaveTheTube() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 1), name: "x")
    let entries = try (0..<2).map { try x.select(rows: [$0]) }
    // x' = x², y' = -y: from 1/2 + 1/4 infinity is at t = 4/3, from 1/2 + 3/4 at 4/5.
    let field = try VectorField(
      graph: graph, state: [x], velocity: [.stacked([try entries[0] * entries[0], -entries[1]])])
    let bits = 200
    var piece: [Matrix<BigFloat>] = []
    for k in 0..<60 {
      piece.append(
        Matrix(column: [
          BigFloat(Rational(1, 2) * Rational(1, 1 << min(k, 60)), precision: bits),
          BigFloat(0, precision: bits),
        ]))
    }
    func claims(_ radius: Rational, length: Rational) throws -> Bool {
      let candidate = PolynomialPiece(
        DenseOutput.Piece(start: 0, step: length, coefficients: [piece]), uniform: [nil], precision: bits)
      var verifier = try StepVerifier(field: field, places: [0], digits: 12, precision: bits)
      let box = ErrorBox([Ball(radius, precision: 64), Ball(0, precision: 64)])
      let defect = try #require(try candidate.defect(by: &verifier))
      guard let step = try verifier.framedStep(candidate, from: .box(box), defect: defect.entries) else {
        return false
      }
      // From 1/2 + r at the time t: 1/(1/(1/2 + r) - t).
      let far = 1 / (1 / (Rational(1, 2) + radius) - length) - 1 / (2 - length)
      #expect(far.signum() > 0 && !Ball.certainlyLess(step.bounds(at: 1)[0], Ball(far, precision: 64)))
      return true
    }
    #expect(try claims(Rational(1, 1000), length: Rational(1, 2)))
    #expect(try claims(Rational(1, 50), length: Rational(1, 4)))
    #expect(try !claims(Rational(3, 4), length: Rational(4, 5)))
    #expect(try !claims(Rational(3, 2), length: Rational(1, 2)))
    #expect(try !claims(Rational(1, 4), length: Rational(5, 4)))
  }
}
