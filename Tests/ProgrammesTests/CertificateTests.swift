import Multiprecision
import Testing

@testable import Programmes

/// Certificates with one number changed are no certificates.
@Suite struct CertificateTests {
  /// Every entry changed by one tenth up and down, every vector cut and lengthened.
  private func tampered(_ vector: [Rational]) -> [[Rational]] {
    var results = [vector + [1]]
    if !vector.isEmpty { results.append(Array(vector.dropLast())) }
    for index in vector.indices {
      for change in [Rational(1, 10), Rational(-1, 10)] {
        var copy = vector
        copy[index] += change
        results.append(copy)
      }
    }
    return results
  }

  private func tampered(_ multipliers: Multipliers) -> [Multipliers] {
    tampered(multipliers.inequalities).map {
      Multipliers(inequalities: $0, equalities: multipliers.equalities)
    }
      + tampered(multipliers.equalities).map {
        Multipliers(inequalities: multipliers.inequalities, equalities: $0)
      }
  }

  private func tampered(_ matrix: Matrix<Rational>) -> [Matrix<Rational>] {
    matrix.elements.indices.map { index in
      var elements = matrix.elements
      elements[index] += Rational(1, 10)
      return Matrix(rows: matrix.rows, columns: matrix.columns, elements: elements)
    }
  }

  /// Each datum changed in the direction that hurts somewhere: the caller's example has all rows active.
  private func tampered(_ constraints: LinearConstraints) throws -> [LinearConstraints] {
    let (a, b, e, f) = (
      constraints.inequalities, constraints.bounds, constraints.equalities, constraints.values
    )
    return try tampered(a).map { try .init(inequalities: $0, bounds: b, equalities: e, values: f) }
      + tampered(b).filter { $0.count == b.count }.map {
        try .init(inequalities: a, bounds: $0, equalities: e, values: f)
      }
      + tampered(e).map { try .init(inequalities: a, bounds: b, equalities: $0, values: f) }
      + tampered(f).filter { $0.count == f.count }.map {
        try .init(inequalities: a, bounds: b, equalities: e, values: $0)
      }
  }

  private func expectInvalid(_ certificates: [any Certificate], _ name: String) {
    #expect(!certificates.isEmpty)
    for certificate in certificates { #expect(!certificate.isValid, "\(name): \(certificate)") }
  }

  /// x + y ≥ 1, 3x + y ≥ 2, x - z = 5 with cost that makes all rows active with positive multipliers.
  private func constraints() throws -> LinearConstraints {
    try LinearConstraints(
      inequalities: Matrix(rows: [[1, 1, 1], [3, 1, 1]]), bounds: [1, 2],
      equalities: Matrix(rows: [[1, 0, -1]]), values: [5])
  }

  @Test func optimality() throws {
    let constraints = try constraints()
    let programme = try LinearProgramme(minimising: [5, 2, 1], subjectTo: constraints)
    let good = try #require(try programme.solve().optimum)
    #expect(good.isValid && good.dual.support == [0, 1] && good.dual.equalities != [0])
    expectInvalid(
      tampered(good.primal).map { OptimalityCertificate(programme: programme, primal: $0, dual: good.dual) },
      "primal")
    expectInvalid(
      tampered(good.dual).map { OptimalityCertificate(programme: programme, primal: good.primal, dual: $0) },
      "dual")
    for cost in tampered(programme.cost) where cost.count == 3 {
      let other = try LinearProgramme(minimising: cost, subjectTo: constraints)
      expectInvalid([OptimalityCertificate(programme: other, primal: good.primal, dual: good.dual)], "cost")
    }
    for changed in try tampered(constraints) {
      let other = try LinearProgramme(minimising: programme.cost, subjectTo: changed)
      expectInvalid([OptimalityCertificate(programme: other, primal: good.primal, dual: good.dual)], "data")
    }
    let negative = Multipliers(
      inequalities: good.dual.inequalities.negated(), equalities: good.dual.equalities)
    expectInvalid([OptimalityCertificate(programme: programme, primal: good.primal, dual: negative)], "sign")
  }

  @Test func infeasibilityAndUnboundedness() throws {
    let contradictory = try LinearConstraints(
      inequalities: Matrix(rows: [[1, 0], [-1, -1]]), bounds: [1, 1], equalities: Matrix(rows: [[0, 1]]),
      values: [Rational(-1, 2)])
    guard case .infeasible(let good) = try contradictory.feasibility() else {
      Issue.record("x ≥ 1, x + y ≤ -1, y = -1/2 has no solution")
      return
    }
    expectInvalid(
      tampered(good.multipliers).map {
        InfeasibilityCertificate(constraints: contradictory, multipliers: $0)
      },
      "Farkas")
    let zero = Multipliers(inequalities: [0, 0], equalities: [0])
    expectInvalid([InfeasibilityCertificate(constraints: contradictory, multipliers: zero)], "zero")

    let open = try LinearConstraints(
      inequalities: Matrix(rows: [[1, 0]]), bounds: [1], equalities: Matrix(rows: [[1, -1]]), values: [0])
    let programme = try LinearProgramme(minimising: [-1, 0], subjectTo: open)
    guard case .unbounded(let ray) = try programme.solve() else {
      Issue.record("-x is unbounded on x = y ≥ 1")
      return
    }
    let points = tampered(ray.point) + [[0, 0]]
    expectInvalid(
      points.map { UnboundednessCertificate(programme: programme, point: $0, ray: ray.ray) }, "point")
    let rays = tampered(ray.ray) + [ray.ray.negated(), [0, 0]]
    expectInvalid(
      rays.map { UnboundednessCertificate(programme: programme, point: ray.point, ray: $0) }, "ray")
    // Cheaper along the ray, but it leaves y ≥ 1.
    let quadrant = try LinearProgramme(
      minimising: [-1, 1], subjectTo: LinearConstraints(.identity(2), atLeast: [1, 1]))
    #expect(UnboundednessCertificate(programme: quadrant, point: [1, 1], ray: [1, 0]).isValid)
    expectInvalid(
      [UnboundednessCertificate(programme: quadrant, point: [1, 1], ray: [1, -1])], "falling row")
  }

  @Test func leastNormAndLeastAbsolute() throws {
    let constraints = try constraints()
    let norm = try #require(try LeastNormProgramme(subjectTo: constraints).solve().optimum)
    expectInvalid(
      tampered(norm.point).map {
        LeastNormCertificate(constraints: constraints, point: $0, multipliers: norm.multipliers)
      }, "w")
    expectInvalid(
      tampered(norm.multipliers).map {
        LeastNormCertificate(constraints: constraints, point: norm.point, multipliers: $0)
      }, "α")
    // Feasible and a combination of the rows, but not complementary: longer than need be.
    let slack = try LinearConstraints(Matrix(rows: [[1, 0]]), atLeast: [1])
    let long = Multipliers(inequalities: [2], equalities: [])
    expectInvalid([LeastNormCertificate(constraints: slack, point: [2, 0], multipliers: long)], "slack")

    let absolute = try #require(try LeastAbsoluteProgramme(subjectTo: constraints).solve().optimum)
    expectInvalid(
      tampered(absolute.point).map {
        LeastAbsoluteCertificate(constraints: constraints, point: $0, multipliers: absolute.multipliers)
      }, "β")
    let strictest = try absolute.strictestDual()
    for multipliers in tampered(strictest.optimum.multipliers) {
      let other = LeastAbsoluteCertificate(
        constraints: constraints, point: absolute.point, multipliers: multipliers)
      #expect(!other.isValid || other.largestCorrelationOffSupport >= strictest.kappa)
    }
    let doubled = Multipliers(
      inequalities: absolute.multipliers.inequalities.scaled(by: 2),
      equalities: absolute.multipliers.equalities.scaled(by: 2))
    expectInvalid(
      [LeastAbsoluteCertificate(constraints: constraints, point: absolute.point, multipliers: doubled)], "g")
  }

  /// A face and a κ that belong to other multipliers or other programmes.
  @Test func facesOfLeastAbsolute() throws {
    let rows: [[Rational]] = [[1, 1, 0], [1, 0, Rational(-1, 2)]]
    let constraints = try LinearConstraints(Matrix(rows: rows), equalTo: [1, 1])
    func certificate(_ equalities: [Rational]) -> LeastAbsoluteCertificate {
      LeastAbsoluteCertificate(
        constraints: constraints, point: [1, 0, 0],
        multipliers: Multipliers(inequalities: [], equalities: equalities))
    }
    let good = try certificate([Rational(1, 2), Rational(1, 2)]).strictestDual()
    let worse = certificate([Rational(1, 2), Rational(1, 2)])
    #expect(worse.isValid && good.kappa == Rational(1, 3))
    expectInvalid([StrictestDual(optimum: worse, minimality: good.minimality)], "larger κ")
    let programme = try LinearProgramme(
      minimising: good.minimality.programme.cost.scaled(by: 2),
      subjectTo: good.minimality.programme.constraints)
    let other = try #require(try programme.solve().optimum)
    expectInvalid([StrictestDual(optimum: good.optimum, minimality: other)], "another programme")
    let corner = certificate([1, 0])
    #expect(corner.isValid && corner.largestCorrelationOffSupport == 1)
    let (face, cornerFace) = (try worse.face(), try corner.face())
    #expect(face.isUnique && cornerFace.isUnique && face.coordinates != cornerFace.coordinates)
    expectInvalid(
      [
        LeastAbsoluteFace(optimum: worse, face: cornerFace.face),
        LeastAbsoluteFace(optimum: corner, face: face.face),
      ], "another face")
  }

  @Test func splitsAndFaces() throws {
    let rows = Matrix<Rational>(rows: [[1, 0], [-2, 0], [3, 1]])
    let subspace = Matrix<Rational>(rows: 0, columns: 2, elements: [])
    let good = try ConeSplit.find(rows: rows, subspace: subspace)
    #expect(good.zeroRows == [0, 1])
    func copy(_ direction: [Rational], _ weights: [Rational]) -> ConeSplit {
      ConeSplit(
        rows: rows, subspace: subspace, direction: direction,
        multipliers: Multipliers(inequalities: weights, equalities: []))
    }
    let weights = good.multipliers.inequalities
    #expect(copy(good.direction, weights).isValid)
    expectInvalid(tampered(weights).map { copy(good.direction, $0) }, "weights")
    expectInvalid(
      [copy(good.direction, [0, 0, 0]), copy([0, 0], weights), copy([1, 1], weights)], "split")

    // An optimal pair that is not strictly complementary is no face.
    let square = try LinearConstraints(Matrix(rows: [[1, 0], [0, 1], [-1, 0]]), atLeast: [0, 0, -1])
    let programme = try LinearProgramme(minimising: [0, 1], subjectTo: square)
    let dual = Multipliers(inequalities: [0, 1, 0], equalities: [])
    func face(_ point: [Rational]) -> OptimalFace {
      OptimalFace(optimum: OptimalityCertificate(programme: programme, primal: point, dual: dual))
    }
    #expect(face([Rational(1, 2), 0]).isValid && face([Rational(1, 2), 0]).dimension == 1)
    expectInvalid([face([0, 0]), face([1, 0]), face([2, 0])], "face")
  }

  @Test func costsInBalls() throws {
    let rows = Matrix<Rational>(rows: [[1, 0], [1, 1]])
    let constraints = try LinearConstraints(rows, atLeast: [1, 1])
    let weights = [Rational(1, 3), Rational(2, 7)].map { Ball($0, precision: 100) }
    let cost = try EnclosedCost(combining: rows, weights: weights)
    let good = try #require(try constraints.minimise(cost).optimum)
    func copy(
      point: [Rational]? = nil, basis: [Int]? = nil, transfer: Matrix<Rational>? = nil,
      weights: [Ball]? = nil
    ) throws -> EnclosedOptimum {
      EnclosedOptimum(
        constraints: constraints, cost: try EnclosedCost(combining: rows, weights: weights ?? cost.weights),
        point: point ?? good.point, basis: basis ?? good.basis, transfer: transfer ?? good.transfer,
        equalityTransfer: good.equalityTransfer)
    }
    #expect(try copy().isValid)
    expectInvalid(try tampered(good.point).map { try copy(point: $0) }, "point")
    expectInvalid(try tampered(good.transfer).map { try copy(transfer: $0) }, "transfer")
    expectInvalid([try copy(basis: [1, 0]), try copy(basis: [0]), try copy(basis: [0, 7])], "basis")
    let wide = Ball(midpoint: Rational(1, 3), radius: Rational(1, 2), precision: 100)
    expectInvalid(
      [try copy(weights: [wide, weights[1]]), try copy(weights: [-weights[0], weights[1]])], "weights")
  }
}
