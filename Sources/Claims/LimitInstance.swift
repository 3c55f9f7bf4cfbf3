import Learning
import Multiprecision
import Programmes

/// A limit's expansion and the flow at its late time, computed when first asked for: an instance and its controls
/// look at the same ones.
final class LimitSolution: Sendable {
  let problem: Problem
  let precision: Int
  private let lazyExpansion: Lazy<LimitExpansion>
  private let lazyWeights: Lazy<Matrix<Ball>>
  private let lazyRemainder: Lazy<Matrix<Ball>>

  /// - Parameter id: the claim's, which names its constants; nil where the claim does not depend on them.
  init(_ problem: Problem, _ settings: CheckSettings, id: String?) {
    let precision = settings.precision
    let expansion = Lazy {
      try LimitExpansion(problem, precision: precision) { name, value in
        id.map { settings.constant("\($0): \(name)", value) } ?? value
      }
    }
    let weights = Lazy { try expansion.value().weights() }
    (self.problem, self.precision) = (problem, precision)
    (lazyExpansion, lazyWeights) = (expansion, weights)
    lazyRemainder = Lazy { try expansion.value().remainder(of: weights.value()) }
  }

  func expansion() throws -> LimitExpansion { try lazyExpansion.value() }

  /// V(t) at the expansion's time.
  func weights() throws -> Matrix<Ball> { try lazyWeights.value() }

  /// What V(t) - t b* - c is there.
  func remainder() throws -> Matrix<Ball> { try lazyRemainder.value() }

  /// The flow at the late time, enclosed by the gradient law.
  func observed() throws -> Measurement {
    try BallVector(weights().elements).measurement("V(\(expansion().time))")
  }

  /// t b + c, widened by the remainder, which does not move it; with b* and c, or others in their place.
  func predicted(direction: [Rational]? = nil, offset: [Ball]? = nil) throws -> Measurement {
    let expansion = try expansion()
    let constant = zip(offset ?? expansion.offset.elements, try remainder().elements).map {
      $0.addingError($1)
    }
    let moved = BallVector(
      (direction ?? expansion.solution).map { expansion.time * $0 }, precision: precision)
    return (moved + BallVector(constant)).measurement("V(\(expansion.time))")
  }

  /// The law's conditions, that the programme is decided, and further ones on it.
  func conditions(_ further: (LimitProgramme) throws -> [Condition] = { _ in [] }) throws -> [Condition] {
    let law = try problem.law(GradientLaw.self)
    if law.conditions.contains(where: { $0.status == .violated }) { return law.conditions }
    do {
      let programme = try expansion().programme
      return try law.conditions + [
        Condition(
          "the limit's programmes are solved", .certified,
          "\(programme.levels.count) levels of \(programme.levels.map { "\($0.rows.count)" }.joined(separator: ", ")) "
            + "rows, rate δ = \(programme.rate.doubleValue), with exact certificates")
      ] + further(programme)
    } catch let failure as LimitProgramme.Failure {
      return law.conditions + [Condition("the limit's programmes are solved", .undecided, "\(failure)")]
    }
  }

  /// A vector scaled so that its smallest margin is that of b*, 1; as it is where that margin is 0.
  func scaled(_ vector: [Rational]) throws -> [Rational] {
    let margins = try expansion().programme.data.rows * Matrix(column: vector)
    let smallest = (margins.elements.min() ?? 1).magnitude
    return smallest.isZero ? vector : vector.map { $0 / smallest }
  }

  /// The ℓ2 maximum-margin vector, exactly: the shortest w with Z w ≥ 1.
  func maximumMargin() throws -> LeastNormCertificate {
    let rows = try expansion().programme.data.rows
    let constraints = try LinearConstraints(rows, atLeast: (0..<rows.rows).map { _ in 1 })
    guard let optimum = try LeastNormProgramme(subjectTo: constraints).solve().optimum else {
      throw ProblemError(field: "data", "found no separating direction, expected separable data")
    }
    return optimum
  }

  /// X⁺y with labels ±1, scaled to the smallest margin 1.
  func leastSquares() throws -> [Rational] {
    let labels = problem.data.targets.map { ($0 ?? 0) * 2 - 1 }
    return try scaled((problem.data.inputs.moorePenroseInverse() * labels).elements)
  }
}

extension Separability.Kind {
  /// The kind as a hypothesis.
  func condition(_ expected: Self) -> Condition {
    let names: [Self: String] = [
      .strict: "strictly separable", .quasi: "separable, but not strictly", .none: "not separable",
    ]
    return Condition(
      "the data are \(names[expected] ?? "")", self == expected ? .certified : .violated,
      "\(names[self] ?? ""), with an exact certificate")
  }
}

extension LimitProgramme {
  /// That the first programme's solution is unique, with as many active constraints as said.
  func uniqueness(active: (Int, _ dimension: Int) -> Bool, _ words: String) -> Condition {
    let count = levels.first { $0.margin.signum() > 0 }?.rows.count ?? 0
    return Condition(
      "the programme's solution is unique, with \(words)",
      isUnique && active(count, data.dimension) ? .certified : .violated,
      "\(isUnique ? "unique" : "a face"), \(count) active in \(data.dimension) dimensions")
  }
}
