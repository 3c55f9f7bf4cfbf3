import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Bounds the error of candidate pieces.
///
/// **Source**: docs/certified-integration, "One step".
struct StepVerifier {
  let field: VectorField
  let precision: Int
  /// What may be left out of a piece's defect: 10^-digits.
  let digits: Int
  /// Of pieces, by the digits.
  private let order: Int
  private let jacobian: FieldJacobian
  private let budget: IntegrationBudget
  private let memory: CertifiedMemory
  /// Of the Jacobian's models.
  private let reservation: MemoryAccount.Reservation
  /// Which of `lengths` was enough for the piece before.
  private var lengthIndex = 0

  /// How many orders more than the piece's the models of its defect have, in eighths of these.
  private static let lengths = [0, 1, 2, 4, 8, 16, 24]
  /// Decimal digits that more orders must bring.
  private static let leastGain = 0.3
  /// Orders kept of the Jacobian along the piece: the more, the slower the orders of a step fall by the integrator's plan;
  /// what is left out is about 2^-20 to 2^-24 of it.
  let jacobianLength: Int
  /// Parts of a piece on which the logarithmic norm is bounded by a linear function.
  private static let parts = 2
  /// How many times as wide as what the distance is bounded by a tube is tried.
  private static let tubeRoom = Ball(4, precision: TaylorModel.boundPrecision)
  private static let tubeAttempts = 3
  /// In tubes that are wider than so many times the state nothing is found.
  private static let log10WidestTube = 6.0
  /// Couplings that make a distance grow by less than e to this over a piece do not count for the weights.
  private static let couplingFloor = 0.1
  /// Weights are changed where that pays within so many steps, and makes distances grow by e to this less over them.
  private static let stepsToPay = 8.0
  private static let leastGainOfWeights = 0.1
  /// Pieces for which no other weights are looked for, and how many it will be when none are found the next time.
  private var (pause, nextPause) = (0, 1)
  private static let longestPause = 8
  /// The norm in which distances are measured where they are in no frame, and the places of the entries that count.
  private(set) var weights: StateWeights
  private let countedEntries: [Int]
  /// By how much the piece before may have made a distance grow.
  private var amplification = tubeRoom
  /// Bounds of the Jacobian's entries on the piece before.
  private var sizesBefore: Matrix<Double>?
  /// Frames take work that grows as the cube of the entries; of one entry the norm tells everything. They begin once the
  /// norm has made distances grow by so many powers of ten, and are kept.
  static let framedEntries = 2...40
  private static let mostLostByNorm = 2.0
  private var log10LostByNorm = 0.0
  /// Where no frame is found, a norm that makes distances grow by a power of ten is better than halves of the piece.
  private static let mostOfNorm = 1.0
  /// Orders of the exponential by which a tube is guessed.
  private static let reachOrders = 8

  /// - Parameters:
  ///   - places: the places of the state's matrices whose motion is not known exactly.
  ///   - weights: of the norm in which the distance at the first start is measured; nil for the Euclidean norm.
  /// - Throws: `ShapeError`; `IntegrationError.memoryBudget` where the Jacobian is too large.
  init(
    field: VectorField, places: [Int], digits: Int, precision: Int, budget: IntegrationBudget = .init(),
    weights: StateWeights? = nil
  ) throws {
    self.field = field
    (self.digits, self.precision, self.budget) = (digits, precision, budget)
    jacobian = try FieldJacobian(of: field, places: places)
    var first = 0
    countedEntries = field.state.enumerated().flatMap { place, node in
      defer { first += node.shape.count }
      return places.contains(place) ? Array(first..<first + node.shape.count) : []
    }
    jacobianLength = Int((4 + 12 / StepPlan(digits: digits).log2Ratio).rounded())
    self.weights = weights ?? StateWeights(count: countedEntries.count)
    order = StepPlan(digits: digits).order
    memory = CertifiedMemory(field: field, jacobian: jacobian, digits: digits)
    reservation = try budget.reserve(memory.bytes(jacobianLength: jacobianLength))
  }

  /// The entries of all nodes of the field.
  var valueCount: Int { jacobian.valueCount }

  /// Enters models of the field's nodes in the account of memory, for a piece of so many orders.
  func reserve(modelsOfOrders orders: Int) throws -> MemoryAccount.Reservation {
    try budget.reserve(memory.modelBytes(orders: 2 * (orders + 2), precision: precision))
  }

  /// The step of a piece, given the distance at its start; nil where no bound is found and a shorter piece may do.
  ///
  /// - Parameters:
  ///   - defect: the piece's.
  ///   - log10Size: log10 of the state's largest entry, or 0 if that is more.
  mutating func step(
    _ piece: some ModelledPiece, from start: Distance, defect: Defect, log10Size: Double = 0
  ) throws -> (any DistanceStep)? {
    guard Self.framedEntries.contains(countedEntries.count) else {
      return try normedStep(piece, from: start, defect: defect.norm, log10Size: log10Size)
    }
    var byNorm: NormStep?
    if log10LostByNorm < Self.mostLostByNorm {
      byNorm = try normedStep(piece, from: start, defect: defect.norm, log10Size: log10Size)
      log10LostByNorm += byNorm?.amplification.log10UpperMagnitude ?? .infinity
      if let byNorm, log10LostByNorm < Self.mostLostByNorm { return byNorm }
    }
    if let step = try framedStep(piece, from: start, defect: defect.entries, log10Size: log10Size) {
      return step
    }
    // A norm of fast contractions loses digits that shorter pieces keep.
    if !defect.peaks.isEmpty, isStiff(piece) {
      return try stiffStep(piece, from: start, peaks: defect.peaks, log10Size: log10Size)
    }
    byNorm = try byNorm ?? normedStep(piece, from: start, defect: defect.norm, log10Size: log10Size)
    return byNorm.flatMap { $0.amplification.log10UpperMagnitude < Self.mostOfNorm ? $0 : nil }
  }

  /// The step in a frame that moves with the flow.
  ///
  /// - Parameter defect: for each entry a bound of ∫ |d_i|.
  mutating func framedStep(
    _ piece: some ModelledPiece, from start: Distance, defect: [Ball], log10Size: Double = 0
  ) throws -> FrameStep? {
    let box = start.box
    let duration = piece.length.doubleValue
    var tube = reach(of: zip(start.bounds, defect).map { $0 + $1 }, over: duration)
    for _ in 0..<Self.tubeAttempts {
      guard tube.allSatisfy({ $0.log10UpperMagnitude < Self.log10WidestTube + log10Size }),
        let along = try jacobian(along: piece, widenedBy: radii(tube))
      else { return nil }
      sizesBefore = along.sizes
      guard let step = FrameStep(along, from: box, defect: defect, duration: duration, tube: tube) else {
        return nil
      }
      if zip(step.greatest, tube).allSatisfy({ Ball.certainlyLess($0, $1) }) { return step }
      tube = step.greatest.map { Self.tubeRoom * $0 }
    }
    return nil
  }

  /// The step with fast contractions apart.
  ///
  /// - Parameter peaks: for each entry a bound of the greatest |d_i|, times the duration.
  func stiffStep(
    _ piece: some ModelledPiece, from start: Distance, peaks: [Ball], log10Size: Double
  ) throws -> StiffStep? {
    guard let size = greatestRate(over: piece), peaks.count == countedEntries.count else { return nil }
    let box = start.box
    let length = min(
      Self.mostStiffOrders, Self.stiffOrders + Int(max(0, Self.stiffOrdersPerBit * log2(size))))
    var tube = zip(start.bounds, peaks).map { Self.tubeRoom * ($0 + $1) }
    for _ in 0..<Self.stiffTubeAttempts {
      guard tube.allSatisfy({ $0.log10UpperMagnitude < Self.log10WidestTube + log10Size }),
        let jacobian = try stiffJacobian(along: piece, widenedBy: radii(tube), length: length),
        let step = StiffStep(
          jacobian, from: box, peaks: peaks, duration: piece.length, tube: tube, length: length)
      else { return nil }
      if zip(step.greatest, tube).allSatisfy({ Ball.certainlyLess($0, $1) }) { return step }
      tube = step.greatest.map { Self.tubeRoom * $0 }
    }
    return nil
  }

  /// About the greatest row sum of the Jacobian times the duration, by the last piece's; nil where it is not finite.
  private func greatestRate(over piece: some ModelledPiece) -> Double? {
    let size =
      sizesBefore.map { LogarithmicNorm.greatestRowSum(of: $0) * piece.length.doubleValue } ?? .infinity
    return size.isFinite ? size : nil
  }

  /// Whether the piece is too long for a frame that follows all directions.
  private func isStiff(_ piece: some ModelledPiece) -> Bool {
    greatestRate(over: piece).map { $0 > MovingFrame.longest * exp2(Double(FrameStep.mostHalvings)) } ?? false
  }

  /// Orders of the Jacobian's models, and how many more for each bit of its size: what they leave out is small beside the
  /// slow directions.
  private static let stiffOrders = 12
  static let mostStiffOrders = 64
  private static let stiffOrdersPerBit = 0.45
  private static let stiffTubeAttempts = 4

  /// The Jacobian in models of more bits, as a function of σ from -1 to 1.
  private func stiffJacobian(
    along piece: some ModelledPiece, widenedBy radii: [Ball], length: Int
  ) throws -> Matrix<TaylorModel>? {
    guard
      let models = piece.centredModels(length: length, precision: StiffStep.precision, widenedBy: radii)
    else { return nil }
    let shapes = jacobian.places.map { models[$0].shape }
    let size = countedEntries.count
    let directions = (0..<size).map { direction in
      shapes.matrices(
        of: (0..<size).map { TaylorModel(Rational($0 == direction ? 1 : 0), precision: StiffStep.precision) })
    }
    do {
      let columns = try jacobian.derivatives(
        at: models, along: directions, precision: StiffStep.precision,
        check: { [budget] in try budget.check(steps: 0, at: piece.start.doubleValue) }
      ).map { $0.flatMap(\.elements) }
      return Matrix<TaylorModel>(rows: size, columns: size) { columns[$1][$0] }
    } catch is LinearAlgebraError {
      return nil
    }
  }

  /// About how far distances may grow, if the Jacobian is no larger than on the piece before.
  private func reach(of bounds: [Ball], over duration: Double) -> [Ball] {
    guard let sizesBefore else { return bounds.map { Self.tubeRoom * $0 } }
    var term = BoundVector(bounds)
    var sum = term
    for order in 1...Self.reachOrders {
      term = sizesBefore.map { $0 * duration / Double(order) }.bounding(term)
      sum = sum + term
    }
    guard sum.isFinite else { return bounds.map { Self.tubeRoom * $0 } }
    return sum.balls(scaledByPowersOfTwo: bounds.map { _ in 0 }).map { Self.tubeRoom * $0 }
  }

  /// The step with a logarithmic norm.
  ///
  /// Where it is found, distances are measured in the norm of `weights` from then on.
  mutating func normedStep(
    _ piece: some ModelledPiece, from start: Distance, defect: Ball, log10Size: Double = 0
  ) throws -> NormStep? {
    // The tube: wide beside what the distance may become, narrow beside everything else, and not of width 0.
    let least = Ball.powerOfTen(-Double(digits), precision: TaylorModel.boundPrecision)
    var (tried, isGuess) = (amplification, true)
    var (chosen, mayChange) = (weights, true)
    var attempts = 0
    while attempts < Self.tubeAttempts {
      attempts += 1
      let norm = start.norm(in: chosen)
      let tube = Self.tubeRoom * tried * (norm + defect) + least
      let along =
        tube.log10UpperMagnitude < Self.log10WidestTube + log10Size
        ? try jacobian(along: piece, widenedBy: radii(chosen.bounds(tube))) : nil
      sizesBefore = along?.sizes ?? sizesBefore
      if mayChange, let along, let better = better(for: along, piece, isFree: norm.isZero) {
        (chosen, mayChange) = (better, false)
        attempts -= 1
        continue
      }
      guard let growth = along.flatMap({ growth($0, chosen, over: piece.length) }) else {
        // Perhaps the piece before made distances grow more than this one does.
        guard isGuess else { break }
        (tried, isGuess) = (Self.tubeRoom, false)
        continue
      }
      let step = NormStep(
        defect: defect, growth: growth.bounds, blur: growth.blur, start: norm, weights: chosen)
      (tried, isGuess) = (step.amplification, false)
      if Ball.certainlyLess(step.largestDistance(from: norm), tube) {
        (amplification, weights) = (tried, chosen)
        return step
      }
    }
    amplification = Self.tubeRoom
    return nil
  }

  /// For each entry of the state the tube's radius: 0 where the motion is known exactly. Time in a tube as wide as what is
  /// lost of large values would blur everything that depends on it.
  private func radii(_ tube: [Ball]) -> [Ball] {
    var radii = [Ball](repeating: TaylorModel.noError, count: field.state.reduce(0) { $0 + $1.shape.count })
    for (place, bound) in zip(countedEntries, tube) { radii[place] = bound }
    return radii
  }

  /// Other weights, where they make distances grow so much less that a change of the norm pays within some steps.
  private mutating func better(
    for along: JacobianModel, _ piece: some ModelledPiece, isFree: Bool
  ) -> StateWeights? {
    pause -= 1
    let (sizes, duration) = (along.sizes, piece.length.doubleValue)
    guard pause < 0, sizes.elements.allSatisfy(\.isFinite), duration > 0 else { return nil }
    (pause, nextPause) = (nextPause, min(2 * nextPause, Self.longestPause))
    let balanced = weights.balanced(sizes, floor: Self.couplingFloor / duration)
    guard balanced.differs(from: weights),
      let new = along.symmetricPart(balanced).eigenvalueBounds(parts: Self.parts)?.bounds.max()
    else { return nil }
    let old = along.symmetricPart(weights).eigenvalueBounds(parts: Self.parts)?.bounds.max() ?? .infinity
    let gain = (max(0, old) - max(0, new)) * duration
    let cost = isFree ? 0 : Double(balanced.log2Ratio(to: weights)) * 0.7
    guard gain * Self.stepsToPay > cost + Self.leastGainOfWeights else { return nil }
    (pause, nextPause) = (0, 1)
    return balanced
  }

  /// F at Taylor models; nil where it is not known to be analytic.
  private func evaluate(_ models: [Matrix<TaylorModel>], at time: Double) throws -> [TaylorModel]? {
    do {
      return try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, models)), precision: precision,
        check: { [budget] in try budget.check(steps: 0, at: time) }
      ).flatMap(\.elements)
    } catch is LinearAlgebraError {
      return nil
    }
  }

  /// Bounds of ∫_0^1 |p' - h F(p)| ds, with as many orders as it needs: what the models miss is less than may be left out
  /// or than what the orders kept amount to, or more orders do not make it less (rounding).
  mutating func defect(of piece: PolynomialPiece) throws -> Defect? {
    var last: (kept: Defect, missed: Defect)?
    for index in lengthIndex..<Self.lengths.count {
      let length = piece.order + 2 + piece.order * Self.lengths[index] / 8
      // What the state's polynomial has few orders of, the field may have more of.
      guard length <= 2 * (max(piece.order, order) + 2) else { break }
      guard let found = try defect(piece, length: length) else { return nil }
      let size = found.missed.norm.log10UpperMagnitude
      if size <= max(-Double(digits), found.kept.norm.log10UpperMagnitude) {
        lengthIndex = index
        return found.kept + found.missed
      }
      if let last, size > last.missed.norm.log10UpperMagnitude - Self.leastGain {
        return last.kept + last.missed
      }
      last = found
    }
    return last.map { $0.kept + $0.missed }
  }

  /// Bounds of ∫ |d| and of |d| anywhere for vectors of polynomials: by powers, or where it is less by Chebyshev coefficients.
  private mutating func bounds(of differences: [BallPolynomial]) -> (integral: Ball, peak: Ball) {
    let integral = BallPolynomial.integralOfNorm(differences)
    let length = differences.map(\.length).max() ?? 0
    guard length <= Self.mostChebyshevOrders else {
      return (integral, .euclideanNorm(differences.map { $0.norm() }))
    }
    if chebyshev.length < length { chebyshev = ChebyshevBound(length: length) }
    let peak = chebyshev.peak(of: differences)
    return (.lesserEnd(integral, peak), peak)
  }

  private var chebyshev = ChebyshevBound(length: 0)
  /// The weights of more orders take up too much.
  private static let mostChebyshevOrders = 600

  private mutating func defect(_ piece: PolynomialPiece, length: Int) throws -> (
    kept: Defect, missed: Defect
  )? {
    guard
      let velocity = try evaluate(
        piece.models(length: length, precision: precision), at: piece.start.doubleValue)
    else { return nil }
    let h = Ball(piece.length, precision: precision)
    guard velocity.allSatisfy(\.isFinite) else { return nil }
    let differences = zip(piece.entries, velocity).map { entry, model in
      entry.derivative.subtracting(model.polynomial.scaled(by: h), length: length)
    }
    let all = bounds(of: differences)
    let entries = countedEntries.map { bounds(of: [differences[$0]]) }
    // What a model misses is bounded at every time, so the norm of these bounds is a bound.
    let missed = velocity.map { $0.error * h.withPrecision(TaylorModel.boundPrecision) }
    return (
      Defect(
        norm: all.integral, entries: entries.map(\.integral), peaks: entries.map(\.peak)),
      Defect(
        norm: .euclideanNorm(missed), entries: countedEntries.map { missed[$0] },
        peaks: countedEntries.map { missed[$0] })
    )
  }

  /// The Jacobian along a piece; nil where a matrix to be solved with is not certainly invertible.
  private func jacobian(along piece: some ModelledPiece, widenedBy radii: [Ball]) throws -> JacobianModel? {
    do {
      return try JacobianModel(
        jacobian, at: piece.models(length: jacobianLength, widenedBy: radii), length: jacobianLength
      ) { [budget] in try budget.check(steps: 0, at: piece.start.doubleValue) }
    } catch is LinearAlgebraError {
      return nil
    }
  }

  /// Bounds of the logarithmic norm times the duration, such that what interpolates them linearly is one; and what of
  /// them is due to the piece's length.
  private func growth(
    _ along: JacobianModel, _ weights: StateWeights, over length: Rational
  ) -> (bounds: [Ball], blur: Double)? {
    let bits = TaylorModel.boundPrecision
    let duration = Ball(length, precision: bits)
    return along.symmetricPart(weights).eigenvalueBounds(parts: Self.parts).map { found in
      (found.bounds.map { Ball($0, precision: bits) * duration }, found.raised * length.doubleValue)
    }
  }
}
