import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// Candidates made to deceive, handed to the verifier directly: no distance that it claims is below the true one, which
/// comes from a closed form.
///
/// Of a linear field x' = A x a candidate with any polynomial D as its defect over a step h is
/// P_{k+1} = (h A P_k + D_k)/(k + 1). A defect that turns as the flow does adds up without loss: its terms of order k are
/// taken along the transpose of ∫ e^(h A (1 - s)) s^k ds, applied to one direction at the end.
@Suite struct AdversarialCandidateTests {
  /// A linear flow over a step, terms of a defect, and changes of coefficients that later ones do not follow.
  private struct Trial {
    /// h A.
    var matrix: Matrix<Rational>
    var length: Rational
    var start: [Rational]
    var terms: [(order: Int, vector: [Rational])]
    var bumps: [(order: Int, vector: [Rational])] = []
    var order: Int
    var digits: Int
    var offset: [Rational]

    func check(
      _ name: String
    ) throws -> AdversarialCandidate.Claims {
      let graph = Graph()
      let x = graph.variable(Shape(start.count, 1), name: "x")
      let field = try VectorField(
        graph: graph, state: [x], velocity: [graph.constant(matrix.map { $0 / length }).times(x)])
      let bits = 4 * digits + 100
      let balls = matrix.map { Ball($0, precision: bits) }
      var coefficients = [start.map { Ball($0, precision: bits) }]
      func add(_ vectors: [(order: Int, vector: [Rational])], _ k: Int, to sum: inout [Ball]) {
        for term in vectors where term.order == k {
          sum = zip(sum, term.vector).map { $0 + Ball($1, precision: bits) }
        }
      }
      for k in 0..<order {
        var next = LinearFlow.apply(balls, coefficients[k])
        add(terms, k, to: &next)
        coefficients.append(next.map { $0 / Ball(k + 1, precision: bits) })
      }
      for k in 0...order { add(bumps, k, to: &coefficients[k]) }
      return try AdversarialCandidate(
        field: field, coefficients: coefficients, length: length, digits: digits, offset: offset
      ).check("\(name): \(self)") { start, fraction in
        let precision = start[0].precision
        return LinearFlow.exponential(matrix.map { Ball($0 * fraction, precision: precision) }, start)
      }
    }

    /// What the norm of the entries' integrals would be.
    var normOfIntegrals: Double {
      start.indices.reduce(0) { sum, entry in
        let integral = terms.reduce(0) {
          $0 + $1.vector[entry].magnitude.doubleValue / Double($1.order + 1)
        }
        return sum + integral * integral
      }.squareRoot()
    }

    /// The direction in which a term of order k does most along `direction` at the end: Σ_i (h Aᵀ)^i g k!/(k + i + 1)!.
    func aligned(_ k: Int, with direction: [Double]) -> [Double] {
      let a = matrix.map(\.doubleValue)
      var term = direction.map { $0 / Double(k + 1) }
      var sum = term
      for i in 1..<80 {
        term = start.indices.map { row in
          start.indices.reduce(0) { $0 + a[$1, row] * term[$1] } / Double(k + i + 1)
        }
        sum = zip(sum, term).map { $0 + $1 }
      }
      let size = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return sum.map { $0 / size }
    }
  }

  private static func randomMatrix(
    _ rows: Int, _ columns: Int, _ generator: inout SplitMix64
  ) -> Matrix<Rational> {
    Matrix(rows: rows, columns: columns) { _, _ in Rational(Int.random(in: -97...97, using: &generator), 97) }
  }

  private static func matrix(_ count: Int, _ kind: Int, _ generator: inout SplitMix64) -> Matrix<Rational> {
    let random = randomMatrix(count, count, &generator).map { $0 * 3 }
    return Matrix(rows: count, columns: count) { row, column in
      switch kind {
      // Rotations: nothing of a distance is lost, and the bound has no room.
      case 0, 1: row == column ? 0 : (row < column ? random[row, column] : -random[column, row])
      case 2:
        row == column
          ? -random[row, row].magnitude : (row < column ? random[row, column] : -random[column, row])
      case 3: row <= column ? random[row, column] : random[column, row]
      case 4: row < column ? random[row, column] : 0
      default: random[row, column] / 2
      }
    }
  }

  /// Defects of all shapes, over dimension, order, digits and length of the step.
  ///
  /// Of the aligned ones many have a true distance above the norm of the entries' integrals.
  @Test func noClaimIsBelowTheTrueDistance() throws {
    var (claimed, inFrames, aboveIntegrals, trials, sharp) = (0, 0, 0, 0, 0)
    try forEachTrial(1500) { seed, generator in
      let count = Int.random(in: 1...4, using: &generator)
      let kind = Int.random(in: 0...5, using: &generator)
      let length = [Rational(1, 16), Rational(1, 3), 1, 5][Int.random(in: 0...3, using: &generator)]
      let order = Int.random(in: 1...(seed % 50 == 0 ? 200 : 40), using: &generator)
      let digits = Int.random(in: 6...40, using: &generator)
      let size = try Rational(10).power(-Int.random(in: 1...(digits + 4), using: &generator))
      let matrix = Self.matrix(count, kind, &generator)
      func vector(_ size: Rational) -> [Rational] {
        Self.randomMatrix(count, 1, &generator).elements.map { $0 * size }
      }
      var trial = Trial(
        matrix: matrix, length: length, start: seed % 3 == 0 ? vector(0) : vector(1), terms: [], order: order,
        digits: digits, offset: seed % 4 == 0 ? vector(size) : vector(0))
      let shape = Int.random(in: 0...6, using: &generator)
      switch shape {
      case 0, 1:
        let direction = (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }
        trial.order = max(order, 24)
        for _ in 0..<Int.random(in: 2...5, using: &generator) {
          let k = Int.random(in: 0..<trial.order, using: &generator)
          let weight = Double(k + 1) * Double.random(in: 0.2...1, using: &generator)
          let unit = trial.aligned(k, with: direction)
          trial.terms.append(
            (k, try unit.map { try size * Rational(exactly: ($0 * weight * 0x1p20).rounded() * 0x1p-20) }))
        }
      case 2:
        for k in 0..<order {
          trial.terms.append((k, (0..<count).map { _ in Bool.random(using: &generator) ? size : -size }))
        }
      case 3: trial.terms = [(Int.random(in: 0..<order, using: &generator), vector(size))]
      case 4: trial.terms = [(order - 1, vector(size * Rational(order))), (max(order - 2, 0), vector(size))]
      case 5: trial.bumps = [(Int.random(in: 1...order, using: &generator), vector(size))]
      default: break
      }
      trials += 1
      let claims = try trial.check("seed \(seed), matrix \(kind), defect \(shape)")
      inFrames += claims.inFrames
      guard let found = claims.byNorm else { return }
      claimed += 1
      if shape < 2, trial.offset.allSatisfy(\.isZero) {
        if found.distance > trial.normOfIntegrals * found.amplification * (1 + 1e-6) { aboveIntegrals += 1 }
        if found.distance > 0.99 * found.defect * found.amplification { sharp += 1 }
      }
    }
    #expect(10 * claimed > 8 * trials, "\(claimed) claims of \(trials)")
    #expect(20 * inFrames > 2 * 8 * trials, "\(inFrames) claims of \(2 * trials) in frames")
    #expect(100 * aboveIntegrals > trials && 100 * sharp > trials, "\(aboveIntegrals), \(sharp) of \(trials)")
  }

  /// A defect that first points left, and near the end up, where the flow has turned left to up.
  @Test func aDefectThatTurnsWithTheFlowAddsUp() throws {
    let size = try Rational(10).power(-20)
    let trial = Trial(
      matrix: Matrix(rows: [[0, 2], [-2, 0]]), length: 1, start: [0, 0],
      terms: [(0, [-size, 0]), (300, [0, 301 * size])], order: 330, digits: 30, offset: [0, 0])
    let found = try #require(try trial.check("turning").byNorm)
    #expect(found.distance > 1.2 * trial.normOfIntegrals)
  }

  // MARK: Fields that are not linear

  private struct Flow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let count: Int
    let velocity: @Sendable ([Node]) throws -> [Node]
    /// The next coefficients times the order, from those up to k.
    let next: @Sendable (_ coefficients: [[Ball]], _ k: Int) -> [Ball]
    let solution: @Sendable (_ start: [Ball], _ time: Ball) -> [Ball]

    static func product(_ a: [[Ball]], _ i: Int, _ b: [[Ball]], _ j: Int, _ k: Int) -> Ball {
      (0...k).reduce(Ball(0, precision: a[0][0].precision)) { $0 + a[$1][i] * b[k - $1][j] }
    }

    static let all = [
      Flow(
        testDescription: "y' = y - y²", count: 1, velocity: { [try $0[0] - $0[0] * $0[0]] },
        next: { c, k in [c[k][0] - product(c, 0, c, 0, k)] },
        solution: { start, t in
          let growth = start[0] * .exp(t)
          return [growth / (Ball(1, precision: t.precision) - start[0] + growth)]
        }),
      Flow(
        testDescription: "y' = 1 - y²", count: 1, velocity: { [try 1 - $0[0] * $0[0]] },
        next: { c, k in [Ball(k == 0 ? 1 : 0, precision: c[0][0].precision) - product(c, 0, c, 0, k)] },
        solution: { start, t in
          let tangent = Ball.tanh(t)
          return [(start[0] + tangent) / (Ball(1, precision: t.precision) + start[0] * tangent)]
        }),
      // Turning at a speed that grows with the radius: neighbours part.
      Flow(
        testDescription: "x' = -y r², y' = x r²", count: 2,
        velocity: {
          let size = try $0[0] * $0[0] + $0[1] * $0[1]
          return [try -$0[1] * size, try $0[0] * size]
        },
        next: { c, k in
          let size = (0...k).map { [product(c, 0, c, 0, $0) + product(c, 1, c, 1, $0)] }
          return [-product(c, 1, size, 0, k), product(c, 0, size, 0, k)]
        },
        solution: { start, t in
          let angle = (start[0] * start[0] + start[1] * start[1]) * t
          let zero = Ball(0, precision: t.precision)
          return LinearFlow.exponential(Matrix(rows: [[zero, -angle], [angle, zero]]), start)
        }),
    ]
  }

  /// Taylor polynomials of low and of high order with coefficients made wrong, also by much.
  @Test(arguments: Flow.all.indices) func wrongCoefficientsAreSeen(_ index: Int) throws {
    let flow = Flow.all[index]
    var (claimed, inFrames, trials) = (0, 0, 0)
    try forEachTrial(200) { seed, generator in
      let order = Int.random(in: 1...30, using: &generator)
      let digits = Int.random(in: 6...40, using: &generator)
      let length = Rational(Int.random(in: 1...40, using: &generator), 64)
      let bits = 4 * digits + 100
      let size = try Rational(2).power(-Int.random(in: 4...(3 * digits), using: &generator))
      func vector(_ size: Rational) -> [Rational] {
        (0..<flow.count).map { _ in Rational(Int.random(in: -64...64, using: &generator), 64) * size }
      }
      var coefficients = [vector(1).map { Ball($0, precision: bits) }]
      for k in 0..<order {
        let factor = Ball(length / Rational(k + 1), precision: bits)
        coefficients.append(flow.next(coefficients, k).map { $0 * factor })
      }
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let k = Int.random(in: 0...order, using: &generator)
        coefficients[k] = zip(coefficients[k], vector(size)).map { $0 + Ball($1, precision: bits) }
      }
      let graph = Graph()
      let x = graph.variable(Shape(flow.count, 1), name: "x")
      let entries = try (0..<flow.count).map { try x.select(rows: [$0]) }
      let field = try VectorField(graph: graph, state: [x], velocity: [.stacked(flow.velocity(entries))])
      trials += 1
      let found = try AdversarialCandidate(
        field: field, coefficients: coefficients, length: length, digits: digits,
        offset: seed % 2 == 0 ? vector(0) : vector(size)
      ).check("seed \(seed), \(flow.testDescription)") { start, fraction in
        flow.solution(start, Ball(length * fraction, precision: start[0].precision))
      }
      claimed += found.byNorm == nil ? 0 : 1
      inFrames += found.inFrames
    }
    #expect(20 * inFrames > 2 * 7 * trials, "\(inFrames) claims of \(2 * trials) in frames")
    #expect(10 * claimed > 7 * trials, "\(claimed) claims of \(trials)")
  }
}
