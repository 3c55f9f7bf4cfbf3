import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// When a pass takes steps of Radau IIA in place of Taylor steps, and how long they are.
///
/// A power series through a state that is rounded holds the fast motions which that starts, however small: its radius of
/// convergence is of the size of the fast scale. An implicit step of so high an order does not see them, and is as long as
/// the solution's own scale allows. It takes as much work as many Taylor steps, so it is tried after some of them, and pays
/// where it is so many times as long.
struct ImplicitPhase {
  private let digits: Int
  private let precision: Int
  private let budget: IntegrationBudget
  /// Of the rule, the equations' matrix and its factors, once there are any; false where they would take up too much.
  private var reservation: MemoryAccount.Reservation?
  private var isServed = true
  private var equations: StageEquations?
  private var rule: RadauRule?
  /// For each part of a step `RadauRule.powers`.
  private var powers: [BigFloatBuffer] = []
  private var chebyshev = ChebyshevBound(length: 0)
  private var previous: RadauStep?
  private var isActive = false
  /// How long the next step may be.
  private var proposed = 0.0
  /// The scale of the solution by the step before, but for a common factor.
  private var lastShare: Double?
  /// Taylor steps since the last trial, and for how many there is none.
  private var (uses, pause) = (0, Self.firstPause)
  /// Implicit steps of this trial.
  private var taken = 0
  /// The last Taylor step.
  private var explicitStep = 0.0

  /// A step that was solved.
  struct Step {
    let radau: RadauStep
    let length: Rational
    /// Its parts, one after the other.
    let pieces: [DenseOutput.Piece]
    /// For each entry about the local error, anywhere on the step.
    let errors: [BigFloat]
  }

  /// Digits that are served: stages are about as many.
  private static let mostDigits = 200
  /// Entries times stages that are served: the equations' matrix has the square of that.
  private static let mostUnknowns = 1500
  private static let squarings = 4
  /// The spectral radius times a Taylor step from which on a flow is stiff: of flows that are not, orbits and chaotic ones among
  /// them, it is 7 at most, and of stiff ones 15 and more, at any digits.
  private static let leastStiffness = 8.0
  /// The method follows what grows by e to this over a step for each of its stages, to all digits; what grows faster it damps.
  private static let growthOfStage = 0.25
  private static let firstPause = 4
  private static let longestWait = 64
  private static let pauseAfterTrial = 16
  private static let longestPause = 4096
  /// How many times as long as a Taylor step an implicit one must be to be worth it, after some for the steps to grow.
  private static let worth = 40.0
  private static let growingSteps = 8
  private static let firstStretch = 16.0
  private static let mostGrowth = 4.0
  private static let safety = 0.9
  /// Scales are expected to go on changing from step to step as they did, by this at most.
  private static let mostTrend = 2.0
  /// Parts of a step whose polynomials are given apart: about the ends of each its series fall fast.
  private static let parts = 4
  /// Steps whose error is more than wanted by a greater factor are not taken.
  private static let leastFactor = 0.6
  /// How much shorter a step is tried where nothing is found.
  private static let retreat = 3.0
  /// Decimal digits by which a bound of the error may exceed what is wanted.
  private static let roomOfBounds = 2.0
  /// Bits beyond those of the state.
  private static let guardBits = 64
  private static let toleranceBits = 8

  init(digits: Int, precision: Int, budget: IntegrationBudget) {
    (self.digits, self.precision, self.budget) = (digits, precision, budget)
  }

  private var stages: Int { 8 + digits - digits / 20 }

  /// Takes note of a Taylor step.
  mutating func record(explicit step: Double) {
    explicitStep = step
    uses += 1
  }

  /// Whether an implicit step is to be taken, or tried.
  mutating func isDue(_ field: VectorField, at state: [Matrix<BigFloat>], remaining: Double) throws -> Bool {
    guard isServed, digits <= Self.mostDigits, explicitStep.isFinite, remaining.isFinite,
      state.reduce(0, { $0 + $1.elements.count }) * stages <= Self.mostUnknowns
    else { return false }
    if isActive { return true }
    guard uses >= pause, remaining > Self.worth * explicitStep else { return false }
    let stiffness = try explicitStiffness(field, at: state)
    if stiffness >= Self.leastStiffness { return true }
    // Far from stiff, it is asked for less and less often.
    pause = stiffness > Self.leastStiffness / 4 ? Self.firstPause : min(2 * pause, Self.longestWait)
    uses = 0
    return false
  }

  /// About the spectral radius of the field's Jacobian times the last Taylor step: ‖J^16‖^(1/16), whatever the units of the
  /// entries. Taylor steps of a flow that is not stiff are a few times 1/‖J‖ at most; those of a stiff one are as long as
  /// the rounding of its fast motions allows.
  private mutating func explicitStiffness(_ field: VectorField, at state: [Matrix<BigFloat>]) throws -> Double
  {
    let equations = try equations(of: field)
    let point = state.flatMap { $0.elements.map { Lanes([$0.doubleValue]) } }
    guard let columns = try equations.jacobian(at: point) else { return 0 }
    var power = Matrix<Double>(rows: point.count, columns: point.count) { columns[$1][$0][0] }
    var log2Radius = 0.0
    for squaring in 0...Self.squarings {
      let size = power.elements.reduce(0) { max($0, $1.magnitude) }
      guard size > 0, size.isFinite else { return 0 }
      log2Radius += log2(size) * exp2(Double(-squaring))
      power = power.map { $0 / size }
      if squaring < Self.squarings { power = power * power }
    }
    return exp2(log2Radius) * explicitStep
  }

  private mutating func equations(of field: VectorField) throws -> StageEquations {
    let found = try equations ?? StageEquations(of: field)
    equations = found
    return found
  }

  /// The field is written in another way.
  mutating func renew() { (equations, previous) = (nil, nil) }

  /// The next step; nil where Taylor steps serve better.
  ///
  /// - Parameters:
  ///   - log10Enough: log10 of the local error that is wanted, relative to max(1, |state|).
  ///   - isBounded: whether the errors are to come from bounds of the defect everywhere on the step, and not from what it is
  ///     between the stages.
  ///   - check: called on the way; what it throws is passed on.
  mutating func step(
    _ field: VectorField, from state: [Matrix<BigFloat>], at time: Rational, until end: Rational,
    log10Enough: Double, isBounded: Bool, check: @escaping () throws -> Void
  ) throws -> Step? {
    if !isActive {
      (isActive, taken, proposed) = (true, 0, Self.firstStretch * explicitStep)
      (previous, lastShare) = (nil, nil)
    }
    let equations = try equations(of: field)
    guard reserve(equations.count) else {
      (isActive, isServed) = (false, false)
      return nil
    }
    let rule = try rule ?? makeRule(check)
    self.rule = rule
    let log10Size = max(0, state.log10Size)
    let longest = (end - time).doubleValue
    while taken < Self.growingSteps ? proposed > explicitStep : proposed >= Self.worth / 4 * explicitStep {
      try check()
      let length = try proposed >= longest ? end - time : Rational(roundingStep: proposed)
      guard let radau = try solved(equations, rule, from: state.flatMap(\.elements), length: length, check),
        let seen = try radau.defects(precision: 2 * precision + Self.guardBits),
        let growth = try radau.fastestGrowth()
      else {
        proposed = length.doubleValue / Self.retreat
        continue
      }
      let mostFollowed = Double(rule.stages) * Self.growthOfStage
      guard growth <= mostFollowed else {
        proposed = length.doubleValue * max(0.1, Self.safety * mostFollowed / growth)
        continue
      }
      var errors = localErrors(radau, defects: seen)
      let worst =
        max(errors.map(\.log10Magnitude).max() ?? -.infinity, radau.log10Tails.max() ?? 0) - log10Size
      let factor = Self.safety * pow(10, (log10Enough - worst) / Double(rule.stages))
      guard factor >= Self.leastFactor else {
        proposed = length.doubleValue * max(0.1, factor)
        continue
      }
      let pieces = pieces(of: radau, from: time, length: length, shapes: state.map(\.shape))
      if isBounded {
        let enough = log10Enough + log10Size
        guard
          let bounds = try defectBounds(
            of: pieces, field, radau, log10Enough: enough - Self.roomOfBounds, check)
        else {
          proposed = length.doubleValue / Self.retreat
          continue
        }
        errors = localErrors(radau, defects: bounds)
        let largest = errors.map(\.log10Magnitude).max() ?? -.infinity
        guard largest <= max(enough, worst + log10Size) + Self.roomOfBounds else {
          proposed = length.doubleValue / Self.retreat
          continue
        }
      }
      // How this step's share of the solution's scale is beside that of the one before.
      let share = length.doubleValue / pow(10, worst / Double(rule.stages))
      let ratio = share / (lastShare ?? share)
      let trend = ratio.isFinite ? min(max(ratio, 1 / Self.mostTrend), Self.mostTrend) : 1
      lastShare = share
      proposed = max(
        length.doubleValue * min(factor * trend, Self.mostGrowth), proposed >= longest ? proposed : 0)
      previous = radau
      taken += 1
      return Step(radau: radau, length: length, pieces: pieces, errors: errors)
    }
    isActive = false
    pause =
      taken > Self.growingSteps
      ? Self.firstPause : min(2 * max(pause, Self.pauseAfterTrial), Self.longestPause)
    uses = 0
    return nil
  }

  /// The stages of a step; nil where they are not found.
  private func solved(
    _ equations: StageEquations, _ rule: RadauRule, from start: [BigFloat], length: Rational,
    _ check: () throws -> Void
  ) throws -> RadauStep? {
    let ratio = length.doubleValue / (previous?.length.doubleValue ?? 0)
    let guess =
      previous.flatMap { ratio <= Self.mostContinued ? $0.continued(ratio: ratio) : nil }
      ?? start.flatMap { [Double](repeating: $0.doubleValue, count: rule.stages + 1) }
    return try RadauStep(
      equations, rule: rule, from: start, length: BigFloat(length, precision: rule.precision), guess: guess,
      log2Tolerance: -precision - Self.toleranceBits, check: check)
  }

  /// Steps that are so many times as long as the one before begin with a guess by its polynomials.
  private static let mostContinued = 2.0

  private func pieces(
    of radau: RadauStep, from time: Rational, length: Rational, shapes: [MatrixShape]
  ) -> [DenseOutput.Piece] {
    let (width, precision) = (length / Rational(Self.parts), radau.rule.precision)
    let fraction = BigFloat(Rational(1, Self.parts), precision: precision)
    let factor = BigFloat(width, precision: precision)
    return powers.enumerated().map { part, powers in
      let entries = radau.polynomials(
        from: BigFloat(Rational(part, Self.parts), precision: precision), width: fraction, powers: powers)
      var scale = BigFloat(1, precision: precision)
      let orders = (0..<(entries.first?.count ?? 0)).map { order in
        defer { scale = scale * factor }
        return shapes.matrices(of: entries.map { $0[order] / scale })
      }
      return DenseOutput.Piece(
        start: time + Rational(part) * width, step: width,
        coefficients: shapes.indices.map { place in orders.map { $0[place] } })
    }
  }

  /// Enters what steps take up in the account of memory; false where that is too much.
  private mutating func reserve(_ count: Int) -> Bool {
    guard reservation == nil else { return true }
    let (bits, unknowns) = (precision + Self.guardBits, count * stages)
    reservation = try? budget.reserve(
      MemoryAccount.sum(
        MemoryAccount.bytes(numbers: (5 + Self.parts) * stages * stages + 16 * unknowns, precision: bits),
        MemoryAccount.product(2 * 8, unknowns, unknowns)))
    return reservation != nil
  }

  /// The step was taken to an earlier end.
  mutating func cut() { previous = nil }

  private mutating func makeRule(_ check: () throws -> Void) throws -> RadauRule {
    let rule = try RadauRule(stages: stages, precision: precision + Self.guardBits, check: check)
    powers = (0..<Self.parts).map {
      RadauRule.powers(
        start: Rational($0, Self.parts), width: Rational(1, Self.parts), stages: stages,
        precision: rule.precision)
    }
    return rule
  }

  /// What defects at the stages make of the solution anywhere on the step, to first order, for two choices of their signs:
  /// entry e of stage i is at i·n + e.
  private func localErrors(_ step: RadauStep, defects: [BigFloat]) -> [BigFloat] {
    let count = step.count
    var random = SignedFractions()
    let signs = (0..<count).map { _ in random.next(precision: 64).signum() }
    let mixed = defects.enumerated().map { signs[$0 % count] < 0 ? -$1 : $1 }
    let consequences = [defects, mixed].map { step.consequences(of: $0) }
    return (0..<count).map { entry in
      consequences.reduce(BigFloat(zeroWithPrecision: 64)) { greatest, found in
        stride(from: entry, to: found.count, by: count).reduce(greatest) {
          let size = found[$1].magnitude
          return $0 < size ? size : $0
        }
      }
    }
  }

  /// Bounds of the defects |p' - h F(p)| everywhere on the parts of a step, for each of its stages those of the part that it is
  /// in; nil where none are found.
  private mutating func defectBounds(
    of pieces: [DenseOutput.Piece], _ field: VectorField, _ radau: RadauStep, log10Enough: Double,
    _ check: @escaping () throws -> Void
  ) throws -> [BigFloat]? {
    var parts: [[BigFloat]] = []
    for piece in pieces {
      try check()
      guard
        let peaks = LocalErrors.peaks(
          of: piece, field: field, log10Enough: log10Enough, precision: radau.rule.precision, &chebyshev,
          check)
      else { return nil }
      parts.append(peaks.map { $0 * BigFloat(pieces.count, precision: 64) })
    }
    return radau.rule.nodes.flatMap { node in
      parts[min(Int(node.doubleValue * Double(parts.count)), parts.count - 1)]
    }
  }
}
