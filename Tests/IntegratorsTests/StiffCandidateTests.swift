import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// Candidates for flows with fast contractions, handed to the verifier directly: no distance that it claims is below the true one.
@Suite struct StiffCandidateTests {
  /// x' = V D V⁻¹ x with exact numbers, over a time of 1; D has numbers on its diagonal, or a pair a ± ib.
  private struct Flow {
    let count: Int
    let slow: Int
    let basis: Matrix<Rational>, inverse: Matrix<Rational>
    /// Blocks of D: a, and b where there is a pair.
    let blocks: [(place: Int, rate: Rational, turn: Rational?)]

    init(_ generator: inout SplitMix64) {
      count = Int.random(in: 2...5, using: &generator)
      slow = Int.random(in: 0..<count, using: &generator)
      var (basis, inverse) = (Matrix<Rational>.identity(count), Matrix<Rational>.identity(count))
      for _ in 0..<2 * count {
        let (i, j) = (
          Int.random(in: 0..<count, using: &generator), Int.random(in: 0..<count, using: &generator)
        )
        guard i != j else { continue }
        var (shear, back) = (Matrix<Rational>.identity(count), Matrix<Rational>.identity(count))
        shear[i, j] = Rational(Int.random(in: -6...6, using: &generator), 4)
        back[i, j] = -shear[i, j]
        (basis, inverse) = (basis * shear, back * inverse)
      }
      (self.basis, self.inverse) = (basis, inverse)
      var blocks: [(place: Int, rate: Rational, turn: Rational?)] = []
      var place = 0
      while place < count {
        let isSlow = place < slow
        let rate =
          isSlow
          ? Rational(Int.random(in: -200...200, using: &generator), 100)
          : -Rational(Int.random(in: 10...99, using: &generator))
            * Rational([1, 10, 1000, 100_000, 10_000_000][Int.random(in: 0...4, using: &generator)])
        let mayTurn = place + 1 < (isSlow ? slow : count) && Bool.random(using: &generator)
        blocks.append(
          (place, rate, mayTurn ? Rational(Int.random(in: 1...(isSlow ? 2 : 20), using: &generator)) : nil))
        place += mayTurn ? 2 : 1
      }
      self.blocks = blocks
    }

    var matrix: Matrix<Rational> {
      var middle = Matrix<Rational>(rows: count, columns: count, repeating: 0)
      for block in blocks {
        middle[block.place, block.place] = block.rate
        guard let turn = block.turn else { continue }
        middle[block.place + 1, block.place + 1] = block.rate
        middle[block.place, block.place + 1] = turn
        middle[block.place + 1, block.place] = -turn
      }
      return basis * middle * inverse
    }

    func solution(_ start: [Ball], _ time: Rational) -> [Ball] {
      let bits = start[0].precision
      func apply(_ matrix: Matrix<Rational>, _ vector: [Ball]) -> [Ball] {
        LinearFlow.apply(matrix.map { Ball($0, precision: bits) }, vector)
      }
      var moved = apply(inverse, start)
      for block in blocks {
        let growth = Ball.exp(Ball(block.rate * time, precision: bits))
        if let turn = block.turn {
          let angle = Ball(turn * time, precision: bits)
          let zero = Ball(0, precision: bits)
          let turned = LinearFlow.exponential(
            Matrix(rows: [[zero, angle], [-angle, zero]]), Array(moved[block.place...block.place + 1]))
          (moved[block.place], moved[block.place + 1]) = (growth * turned[0], growth * turned[1])
        } else {
          moved[block.place] = growth * moved[block.place]
        }
      }
      return apply(basis, moved)
    }
  }

  @Test func noClaimIsBelowTheTrueDistance() throws {
    var (claims, trials) = (0, 0)
    try forEachTrial(400) { seed, generator in
      let flow = Flow(&generator)
      let matrix = flow.matrix
      let digits = Int.random(in: 6...30, using: &generator)
      let bits = 4 * digits + 300
      let size = try Rational(10).power(-Int.random(in: 2...(digits + 4), using: &generator))
      func vector(_ size: Rational, _ count: Int) -> [Rational] {
        (0..<count).map { _ in Rational(Int.random(in: -97...97, using: &generator), 97) * size }
      }
      let slow = Matrix(column: vector(1, flow.slow) + vector(0, flow.count - flow.slow))
      var term = (flow.basis * slow).elements
      let order = Int.random(in: 12...30, using: &generator)
      var coefficients: [[Rational]] = [term]
      for k in 1...order {
        term = (matrix * Matrix(column: term)).elements.map { $0 / Rational(k) }
        coefficients.append(term)
      }
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let k = Int.random(in: 0...order, using: &generator)
        coefficients[k] = zip(coefficients[k], vector(size, flow.count)).map { $0 + $1 }
      }
      let graph = Graph()
      let x = graph.variable(Shape(flow.count, 1), name: "x")
      let field = try VectorField(graph: graph, state: [x], velocity: [graph.constant(matrix).times(x)])
      trials += 1
      claims += try AdversarialCandidate(
        field: field, coefficients: coefficients.map { $0.map { Ball($0, precision: bits) } }, length: 1,
        digits: digits, offset: seed % 3 == 0 ? vector(0, flow.count) : vector(size, flow.count)
      ).check("seed \(seed)") { flow.solution($0, $1) }.separated
    }
    #expect(4 * claims > 2 * trials, "\(claims) claims of \(2 * trials)")
  }

  /// Bounds of systems of inequalities against the solution that attains them, by small steps.
  @Test func contractingSystemsAreBounded() throws {
    var (found, trials) = (0, 0)
    forEachTrial(300) { seed, generator in
      let (slow, fast) = (Int.random(in: 0...2, using: &generator), Int.random(in: 1...3, using: &generator))
      func matrix(_ rows: Int, _ columns: Int, _ size: Double) -> Matrix<Double> {
        Matrix<Double>(rows: rows, columns: columns) { _, _ in Double.random(in: 0...size, using: &generator)
        }
      }
      func vector(_ count: Int) -> [Double] { matrix(count, 1, 1).elements }
      let contractions = (0..<fast).map { _ in Double.random(in: 2...50, using: &generator) }
      let system = ContractingSystem(
        slowRates: matrix(slow, slow, 0.2), fromFast: matrix(slow, fast, 3), toFast: matrix(fast, slow, 3),
        couplings: Matrix<Double>(rows: fast, columns: fast) {
          $0 == $1 ? 0 : Double.random(in: 0...1, using: &generator)
        }, contractions: contractions, slowStart: vector(slow), fastStart: vector(fast),
        slowForcing: vector(slow), fastForcing: vector(fast))
      trials += 1
      guard let bounds = system.bounds(attempts: 60) else { return }
      found += 1
      var (y, w) = (system.slowStart, system.fastStart)
      var (greatestSlow, greatestFast) = (y, w)
      let steps = 20_000
      for _ in 0..<steps {
        let slopes = (0..<slow).map { i in
          let own = (0..<slow).reduce(system.slowForcing[i]) { $0 + system.slowRates[i, $1] * y[$1] }
          return (0..<fast).reduce(own) { $0 + system.fromFast[i, $1] * w[$1] }
        }
        let fastSlopes = (0..<fast).map { b in
          let own = (0..<fast).reduce(system.fastForcing[b] - contractions[b] * w[b]) {
            $0 + system.couplings[b, $1] * w[$1]
          }
          return (0..<slow).reduce(own) { $0 + system.toFast[b, $1] * y[$1] }
        }
        y = zip(y, slopes).map { $0 + $1 / Double(steps) }
        w = zip(w, fastSlopes).map { $0 + $1 / Double(steps) }
        greatestSlow = zip(greatestSlow, y).map { max($0, $1) }
        greatestFast = zip(greatestFast, w).map { max($0, $1) }
      }
      let room = 1 + 1e-3
      #expect(zip(greatestSlow, bounds.slow).allSatisfy { $0 <= $1 * room }, "seed \(seed)")
      #expect(zip(greatestFast, bounds.fast).allSatisfy { $0 <= $1 * room }, "seed \(seed)")
      #expect(zip(w, bounds.fastEnd).allSatisfy { $0 <= $1 * room }, "seed \(seed)")
    }
    #expect(3 * found > 2 * trials, "\(found) of \(trials)")
  }
}
