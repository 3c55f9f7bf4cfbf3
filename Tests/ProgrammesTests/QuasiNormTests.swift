import Multiprecision
import Testing

@testable import Programmes

@Suite struct QuasiNormTests {
  private func programme(_ rows: [[Rational]], depth: Int) throws -> QuasiNormProgramme {
    try QuasiNormProgramme(
      depth: depth,
      subjectTo: LinearConstraints(Matrix(rows: rows), atLeast: Array(repeating: 1, count: rows.count)))
  }

  private func stationarity(_ programme: QuasiNormProgramme, _ point: [Rational]) throws
    -> QuasiNormStationarity
  {
    guard case .stationary(let found) = try programme.verdict(at: point) else {
      throw ProgrammeError.notDefined("\(point) is not stationary")
    }
    return found
  }

  /// docs/theory, T5: z = (1, 1), L = 3. (1/2, 1/2) is stationary, but a maximum along the constraint.
  @Test func maximumAlongTheConstraint() throws {
    let programme = try programme([[1, 1]], depth: 3)
    let middle = try stationarity(programme, [Rational(1, 2), Rational(1, 2)])
    #expect(middle.isValid && middle.tangentDirections.columns == 1)
    let curvature = try middle.secondDerivative(along: [1, -1], precision: 128)
    // p(p-1) · 2 · (1/2)^{p-2} with p = 2/3: -(4/9) · 2^{4/3}.
    let expected = Ball(Rational(-4, 9), precision: 128) * Ball.pow(Ball(2, precision: 128), Rational(4, 3))
    #expect(curvature.overlaps(expected) && curvature.isNegative && curvature.log10Radius < -30)
    guard case .notMinimum(let direction) = try middle.nature() else {
      Issue.record("a maximum along the constraint is no minimum")
      return
    }
    #expect(direction[0] == -direction[1] && direction[0] != 0)
    #expect(throws: ProgrammeError.self) { try middle.secondDerivative(along: [1, 0], precision: 64) }
    #expect(throws: ProgrammeError.self) { try middle.secondDerivative(along: [0, 0], precision: 64) }
    // The corners are strict minima; every other point of the segment descends.
    #expect(try stationarity(programme, [1, 0]).nature() == .strictLocalMinimum)
    guard case .notStationary(let descent) = try programme.verdict(at: [Rational(1, 9), Rational(8, 9)])
    else {
      Issue.record("only the middle and the corners are stationary")
      return
    }
    #expect(descent.isValid)
    #expect(try programme.verdict(at: [Rational(1, 3), Rational(2, 3)]) == .irrational)
    guard case .infeasible = try programme.verdict(at: [Rational(1, 3), Rational(1, 3)]) else {
      Issue.record("1/3 + 1/3 < 1")
      return
    }
    #expect(throws: ProgrammeError.self) { try self.programme([[1, 1]], depth: 2) }
  }

  /// Rows for which a given point is stationary: all but the last one at random, the last one so that the shares of
  /// the gradient add up; by homogeneity it is active too. Shares of zero make rows that are active without weight.
  private func rows(
    stationaryAt point: [Rational], gradient: [Rational], count: Int, _ generator: inout SplitMix64
  ) -> Matrix<Rational>? {
    var rows: [[Rational]] = []
    var rest = gradient
    let total = dot(gradient, point)
    var share = total
    while rows.count < count - 1 {
      let row = generator.entries(point.count)
      let margin = dot(row, point)
      if margin.signum() <= 0 { return nil }
      let weight = total * Rational(Int.random(in: 0...2, using: &generator), 2 * count)
      rows.append(row.map { $0 / margin })
      rest = rest.minus(row.map { weight * $0 / margin })
      share -= weight
    }
    return Matrix(rows: rows + [zip(point, rest).map { $0.isZero ? generator.entry() : $1 / share }])
  }

  /// The quasi-norm itself, at points near by, says what `nature` says.
  @Test func natureAgainstValues() throws {
    var counts = [0, 0, 0]
    try forEachTrial(300) { generator in
      let roots = (0..<3).map { _ in Rational(Int.random(in: -2...2, using: &generator)) }
      let depth = Int.random(in: 3...5, using: &generator)
      let point = try roots.map { try ($0.signum() < 0 ? -1 : 1) * $0.magnitude.power(depth) }
      let gradient = try roots.map {
        $0.isZero ? 0 : try ($0.signum() < 0 ? -1 : 1) * $0.magnitude.power(2 - depth)
      }
      let count = Int.random(in: 1...3, using: &generator)
      guard gradient != [0, 0, 0],
        let rows = rows(stationaryAt: point, gradient: gradient, count: count, &generator)
      else { return }
      let constraints = try LinearConstraints(rows, atLeast: Array(repeating: 1, count: count))
      let programme = try QuasiNormProgramme(depth: depth, subjectTo: constraints)
      func value(_ point: [Rational]) -> Ball {
        point.map { Ball.pow(Ball($0.magnitude, precision: 256), programme.exponent) }.reduce(
          Ball(0, precision: 256), +)
      }
      let found = try stationarity(programme, point)
      try #require(found.isValid && constraints.activeRows(at: point).count == count, "\(rows) \(point)")
      let nature = try found.nature()
      counts[nature == .strictLocalMinimum ? 0 : found.tangentDirections.columns > 0 ? 1 : 2] += 1
      if case .notMinimum(let direction) = nature {
        let moved = zip(point, direction).map { $0 + $1 * Rational(1, 1 << 16) }
        try #require(
          constraints.isFeasible(moved) && Ball.certainlyLess(value(moved), value(point)), "\(rows) \(point)")
      } else {
        for _ in 0..<40 {
          let moved = point.map { $0 + generator.entry() * Rational(1, 1 << 24) }
          if moved == point || !constraints.isFeasible(moved) { continue }
          try #require(Ball.certainlyLess(value(point), value(moved)), "\(rows) \(point) \(moved)")
        }
      }
    }
    #expect(counts.allSatisfy { $0 >= 3 }, "all kinds occur: \(counts)")
  }

  /// Irrational stationary points: enclosed from a rough start, against the closed form. On z·β = 1 with one row,
  /// β_i ∝ z_i^{1/(p-1)}.
  @Test func enclosures() throws {
    let z: [Rational] = [1, 2, 3]
    for depth in 3...6 {
      let programme = try programme([z, [0, 0, 1]], depth: depth)
      let p = programme.exponent
      let power = try (p - 1).reciprocal()
      let powers = z.map { Ball.pow(Ball($0, precision: 300), power) }
      let total = zip(z, powers).reduce(Ball(0, precision: 300)) { $0 + Ball($1.0, precision: 300) * $1.1 }
      let expected = powers.map { $0 / total }
      let rough = expected.map { Rational(Int(($0.doubleValue * 1000).rounded()), 1000) }
      guard expected[2].doubleValue < 1 else { continue }
      // The second row would be violated: leave it out.
      let free = try self.programme([z], depth: depth)
      let found = try free.enclosure(near: rough, support: [0, 1, 2], active: [0], precision: 300)
      #expect(found.isValid && !found.isStrictLocalMinimum)
      for (value, exact) in zip(found.point, expected) {
        #expect(value.overlaps(exact) && value.log10Radius < -80, "L = \(depth): \(value), expected \(exact)")
      }
      #expect(throws: ProgrammeError.self) {
        try programme.enclosure(near: rough, support: [0, 1, 2], active: [0], precision: 300)
      }
    }
  }

  @Test func enclosureOfAMinimum() throws {
    let programme = try programme([[2, 1, 1], [1, 3, 1]], depth: 3)
    let found = try programme.enclosure(
      near: [Rational(2, 5), Rational(1, 5), 0], support: [0, 1], active: [0, 1], precision: 200)
    #expect(found.isStrictLocalMinimum && found.point[0].contains(Rational(2, 5)) && found.point[2].isZero)
    let wide = found.box.map { $0.addingError(Ball(10, precision: 200)) }
    let other = found.box.map { $0 + Ball(Rational(1, 1000), precision: 200) }
    for box in [wide, other, Array(found.box.dropLast())] {
      let copy = QuasiNormEnclosure(programme: programme, support: [0, 1], active: [0, 1], box: box)
      #expect(!copy.isValid)
    }
    for (support, active) in [([0, 2], [0, 1]), ([0, 1], [0]), ([0, 0], [0, 1]), ([0, 9], [0, 1])] {
      let copy = QuasiNormEnclosure(programme: programme, support: support, active: active, box: found.box)
      #expect(!copy.isValid, "\(support) \(active)")
    }
  }

  @Test func tamperedCertificates() throws {
    let programme = try programme([[1, 1], [1, 0]], depth: 3)
    let good = try stationarity(programme, [1, 0])
    let point = good.candidate
    func copy(
      _ beta: [Rational]? = nil, scale: Rational? = nil, roots: [Rational]? = nil, alpha: [Rational]? = nil
    ) -> QuasiNormStationarity {
      QuasiNormStationarity(
        candidate: QuasiNormPoint(
          programme: programme, point: beta ?? point.point, scale: scale ?? point.scale,
          roots: roots ?? point.roots),
        multipliers: Multipliers(
          inequalities: alpha ?? good.multipliers.inequalities, equalities: []))
    }
    #expect(copy().isValid)
    let bad = [
      copy([2, 0]), copy([0, 1]), copy([1]), copy(scale: 2), copy(scale: -1), copy(roots: [2]),
      copy(roots: [-1]),
      copy(roots: []), copy(alpha: [2, -1]), copy(alpha: [1]), copy(alpha: [2, 2]), copy(alpha: [0, 0]),
    ]
    for certificate in bad { #expect(!certificate.isValid, "\(certificate)") }
    let descent = QuasiNormDescent(candidate: point, direction: [-1, 1])
    #expect(!descent.isValid)
    #expect(!QuasiNormDescent(candidate: point, direction: [1, 0]).isValid)
  }

  @Test func exactRoots() throws {
    #expect(Rational(8, 27).exactRoot(3) == Rational(2, 3) && Rational(8, 26).exactRoot(3) == nil)
    #expect(Rational(1).exactRoot(5) == 1 && Rational(4).exactRoot(3) == nil)
    let huge = try Rational(123_456_789, 1001).power(40)
    #expect(huge.exactRoot(40) == Rational(123_456_789, 1001) && (huge + 1).exactRoot(40) == nil)
  }
}
