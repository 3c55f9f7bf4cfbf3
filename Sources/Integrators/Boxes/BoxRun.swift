import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Enclosures of all solutions that start in a box.
///
/// The candidate is a polynomial in time and start, piece by piece, by Picard's iteration: it follows how the solution depends on
/// its start, so what is bounded apart is what no polynomial of that degree follows. The distance between it and the solution from
/// the same start is bounded as for a single start, with the Jacobian taken around all of the candidate's values.
///
/// **Source**: docs/certified-integration, "Boxes".
struct BoxRun {
  private(set) var samples: [CertifiedTrajectory.Sample] = []
  private(set) var steps = 0
  private let field: VectorField
  private let shapes: [MatrixShape]
  private let monomials: Monomials
  /// For each entry of the state its motion where that is known exactly: value at 0, and slope.
  private let uniform: [(start: Rational, slope: Ball)?]
  private var verifier: StepVerifier
  private let budget: IntegrationBudget
  private let reservation: MemoryAccount.Reservation
  private var pending: ArraySlice<Rational>
  private let last: Rational
  private var time: Rational = 0
  /// The candidate at `time`, constants in time, and the distance from it.
  private var state: [BoxModel]
  private var distance: Distance
  private var proposed: Double
  private var log2Tolerance = log2Tolerances.lowerBound

  /// log10 of what is bounded apart beside the range of the candidate, at `time`: what is above 0 says that the polynomials do not
  /// follow the solutions.
  private(set) var looseness = -Double.infinity
  /// Beyond this, and where it is more than rounding, no later step will serve.
  private static let mostLooseness = 0.0
  private static let log10Rounding = -9.0

  /// Orders of the time that are kept.
  static let orders = 13
  private static let mostDegree = 10
  /// The last order in time may be so large beside the state: less than what the degree in the start leaves out.
  private static let log2Tolerances = -46.0 ... -16.0
  private static let log2PartOfDefect = -6.0
  private static let firstStep = 0.05
  private static let safety = 0.9
  private static let leastFactor = 0.6
  private static let mostGrowth = 2.0
  /// Steps shorter than this part of the time asked for are none.
  private static let shortest = 0x1p-40
  /// Models of a node that are there at a time, for each that is stored.
  private static let copies = 3
  private static let digits = 15

  /// - Parameter mostMonomials: the degree in the start is the highest for which there are no more monomials than this, and 1 at
  ///   least.
  /// - Throws: `IntegrationError`; `ShapeError`, and what an evaluation of the field throws.
  init(
    of field: VectorField, from box: InitialBox, at times: [Rational], mostMonomials: Int,
    budget: IntegrationBudget
  ) throws {
    (self.field, self.budget, pending, last) = (field, budget, times[...], times.last ?? 0)
    shapes = box.centre.map(\.shape)
    let precision = TaylorModel.boundPrecision
    let radii = box.radii.flatMap(\.elements)
    let places = field.state.indices.filter { !field.velocity[$0].isConstant || !box.isPoint(at: $0) }
    let slopes = try field.graph.evaluate(
      field.velocity.filter(\.isConstant), variables: [(Node, Matrix<Ball>)](), precision: precision)
    var rest = slopes[...]
    uniform = field.velocity.enumerated().flatMap { place, velocity in
      let slope = velocity.isConstant ? rest.removeFirst() : nil
      let starts = box.centre[place].elements
      return starts.indices.map { entry in
        places.contains(place) ? nil : slope.map { (starts[entry], $0.elements[entry]) }
      }
    }
    verifier = try StepVerifier(
      field: field, places: places, digits: Self.digits, precision: precision, budget: budget)
    let variables = box.variableCount
    let degree = Self.degree(variables: variables, mostMonomials: mostMonomials)
    let count = Monomials.count(variables: variables, degree: degree, limit: .max)
    reservation = try budget.reserve(
      MemoryAccount.sum(
        MemoryAccount.product(8 * Self.copies, verifier.valueCount, Self.orders, count),
        Monomials.bytes(variables: variables, degree: degree)))
    monomials = Monomials(variables: variables, degree: degree)
    var variable = 0
    var roundings: [Ball] = []
    let (table, motions) = (monomials, uniform)
    state = zip(box.centre.flatMap(\.elements), radii).enumerated().map { place, start in
      let centre = start.0.doubleValue
      var coefficients = [Double](repeating: 0, count: table.count)
      coefficients[0] = centre
      let missed = (Ball(start.0, precision: precision) - Ball(centre, precision: precision)).magnitude
      if start.1.isZero {
        if motions[place] == nil { roundings.append(missed) }
      } else {
        // The box of the candidate contains the one asked for.
        coefficients[table.place(ofVariable: variable)] =
          (Ball(start.1, precision: precision) + missed).upperMagnitude
        variable += 1
        roundings.append(TaylorModel.noError)
      }
      return BoxModel(coefficients, error: 0, monomials: table, length: 1)
    }
    distance = .box(ErrorBox(roundings))
    proposed = min(Self.firstStep, last.doubleValue)
    while let first = pending.first, first.isZero {
      record(
        first,
        values: box.balls(precision: precision).flatMap(\.elements),
        radii: roundings.map { _ in TaylorModel.noError })
      pending.removeFirst()
    }
  }

  /// The degree in the start.
  static func degree(variables: Int, mostMonomials: Int) -> Int {
    var degree = 1
    while degree < mostDegree,
      Monomials.count(variables: variables, degree: degree + 1, limit: mostMonomials + 1) <= mostMonomials
    {
      degree += 1
    }
    return degree
  }

  /// To the last time, or as far as bounds are found.
  ///
  /// - Throws: `IntegrationError.tubeOpen` where no bound is found; what the budget throws; `CancellationError`.
  mutating func run(progress: ((Double) -> Void)?) throws {
    while !pending.isEmpty {
      try step()
      progress?(time.doubleValue)
      guard looseness < Self.mostLooseness || distance.log10Size < log10Size + Self.log10Rounding else {
        throw IntegrationError.tubeOpen(time: time.doubleValue, step: proposed)
      }
    }
  }

  private mutating func step() throws {
    let least = Self.shortest * last.doubleValue
    while true {
      try budget.check(steps: steps, at: time.doubleValue)
      guard proposed > least else {
        throw IntegrationError.tubeOpen(time: time.doubleValue, step: proposed)
      }
      let left = last - time
      let length = proposed < left.doubleValue ? try Rational(roundingStep: proposed) : left
      guard let entries = try candidate(over: length) else {
        proposed /= 2
        continue
      }
      let factor = Self.safety * exp2((log2Tolerance - log2Tail(entries)) / Double(Self.orders - 1))
      guard factor >= Self.leastFactor else {
        proposed = length.doubleValue * max(0.1, factor)
        continue
      }
      let piece = BoxPiece(start: time, length: length, entries: entries, shapes: shapes)
      guard let defect = try defect(of: piece),
        let found = try bounds(piece, defect)
      else {
        proposed = length.doubleValue / 2
        continue
      }
      take(piece, found)
      let part = defect.norm.log10UpperMagnitude * log2(10) - log2(state.reduce(0) { max($0, $1.size) })
      log2Tolerance = min(
        max(part + Self.log2PartOfDefect, Self.log2Tolerances.lowerBound), Self.log2Tolerances.upperBound)
      proposed = length.doubleValue * min(factor, Self.mostGrowth)
      return
    }
  }

  /// In frames where there are not too many entries for them: a norm loses too much to the Jacobian's range.
  private mutating func bounds(_ piece: BoxPiece, _ defect: Defect) throws -> (any DistanceStep)? {
    StepVerifier.framedEntries.contains(defect.entries.count)
      ? try verifier.framedStep(piece, from: distance, defect: defect.entries, log10Size: log10Size)
      : try verifier.step(piece, from: distance, defect: defect, log10Size: log10Size)
  }

  private var log10Size: Double {
    state.reduce(0) { max($0, log10($1.size)) }
  }

  /// log2 of the last orders in time of any entry beside the largest.
  private func log2Tail(_ entries: [BoxModel]) -> Double {
    var (tail, size) = (0.0, 0.0)
    for (entry, motion) in zip(entries, uniform) where motion == nil {
      size = max(size, entry.size)
      var sums = (0.0, 0.0)
      for place in 0..<monomials.count {
        sums.0 += entry.coefficients[(place + 1) * Self.orders - 1].magnitude
        sums.1 += entry.coefficients[(place + 1) * Self.orders - 2].magnitude
      }
      tail = max(tail, sums.0, sums.1)
    }
    return tail > 0 && size > 0 ? log2(tail) - log2(size) : -.infinity
  }

  /// The place among the entries that are ranges at the start of the one that the state depends on the most.
  var widestVariable: Int {
    let sizes = (0..<monomials.variables).map { variable in
      zip(state, uniform).reduce(0.0) { sum, entry in
        guard entry.1 == nil, entry.0.size > 0 else { return sum }
        return sum + entry.0.coefficients[monomials.place(ofVariable: variable)].magnitude / entry.0.size
      }
    }
    return sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
  }

  /// p(s, ξ) for each entry, nil where the field has no value.
  private func candidate(over length: Rational) throws -> [BoxModel]? {
    let duration = length.doubleValue
    var entries = at(state, over: length, orders: 1)
    for orders in 1..<Self.orders {
      guard let velocity = try velocity(entries) else { return nil }
      let longer = at(state, over: length, orders: orders + 1)
      entries = zip(zip(longer, velocity), uniform).map { pair, motion in
        motion == nil ? pair.1.integrated(times: duration, plus: pair.0) : pair.0
      }
    }
    return entries.allSatisfy(\.isFinite) ? entries : nil
  }

  /// The state at the start of a piece in so many orders, and all of the motions that are known.
  private func at(_ state: [BoxModel], over length: Rational, orders: Int) -> [BoxModel] {
    let precision = TaylorModel.boundPrecision
    return zip(state, uniform).map { model, motion in
      guard let motion else { return model.resized(to: orders) }
      let parts = [
        Ball(motion.start, precision: precision) + motion.slope * Ball(time, precision: precision),
        motion.slope * Ball(length, precision: precision),
      ].map { BoxModel(constant: $0) }
      var coefficients = [Double](repeating: 0, count: monomials.count * orders)
      coefficients[0] = parts[0].head
      if orders > 1 { coefficients[1] = parts[1].head }
      return BoxModel(
        coefficients, error: TangentBundle.outward(parts[0].error + parts[1].error, operations: 1),
        monomials: monomials, length: orders)
    }
  }

  /// F at models; nil where it is not known to be analytic.
  private func velocity(_ entries: [BoxModel]) throws -> [BoxModel]? {
    do {
      let values = try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, shapes.matrices(of: entries))),
        precision: TaylorModel.boundPrecision,
        check: { [budget, steps, time] in try budget.check(steps: steps, at: time.doubleValue) }
      ).flatMap(\.elements)
      return values.allSatisfy(\.isFinite) ? values : nil
    } catch is LinearAlgebraError {
      return nil
    }
  }

  /// Bounds of ∫ |p' - h F(p)| over s, for every start.
  private func defect(of piece: BoxPiece) throws -> Defect? {
    guard let velocity = try velocity(piece.entries) else { return nil }
    let duration = piece.length.doubleValue
    var entries: [Ball] = []
    for (place, motion) in uniform.enumerated() where motion == nil {
      let bound = piece.entries[place].defect(velocity[place], duration: duration)
      entries.append(Ball(bound, precision: TaylorModel.boundPrecision))
    }
    guard entries.allSatisfy(\.isFinite) else { return nil }
    // The integral of a norm is at most the sum of the integrals of the entries' sizes.
    return Defect(norm: entries.reduce(TaylorModel.noError, +), entries: entries, peaks: [])
  }

  private mutating func take(_ piece: BoxPiece, _ step: any DistanceStep) {
    while let next = pending.first, next <= piece.end {
      let fraction = (next - piece.start) / piece.length
      record(next, values: piece.values(at: next), radii: step.bounds(at: fraction))
      pending.removeFirst()
    }
    let ends = piece.entries.map(\.end)
    state = ends.map(\.model)
    let gaps = zip(ends, uniform).filter { $0.1 == nil }
      .map { Ball($0.0.rounding, precision: TaylorModel.boundPrecision) }
    distance = step.end.widened(by: gaps)
    time = piece.end
    steps += 1
    looseness = distance.log10Size - log10(state.reduce(0) { max($0, $1.spread) })
  }

  /// - Parameter radii: of the entries whose motion is not known exactly.
  private mutating func record(_ time: Rational, values: [Ball], radii: [Ball]) {
    var rest = radii[...]
    let balls = zip(values, uniform).map { $1 == nil ? $0.addingError(rest.removeFirst()) : $0 }
    let greatest = zip(balls, uniform).reduce(TaylorModel.noError) {
      $1.1 == nil ? .greater($0, Ball($1.0.radius)) : $0
    }
    samples.append(
      CertifiedTrajectory.Sample(time: time, state: shapes.matrices(of: balls), radius: greatest))
  }
}

extension BoxModel {
  /// A bound of ∫ |p' - h F| over s in [0, 1] for every start: p is this model without error, and h a number that rounds to
  /// `duration`.
  fileprivate func defect(_ velocity: BoxModel, duration: Double) -> Double {
    let monomials = self.monomials
    let count = monomials?.count ?? 1
    var sum = 0.0
    for place in 0..<count {
      for order in 0..<length {
        let slope = order + 1 < length ? Double(order + 1) * coefficients[place * length + order + 1] : 0
        sum += (slope - duration * velocity.coefficient(place, order)).magnitude / Double(order + 1)
      }
    }
    // Each difference is off by two units of both of its terms, and h by one of itself.
    let rounding = 4 * BoxModel.unit * (size + duration * velocity.size)
    return TangentBundle.outward(
      sum + rounding + duration * velocity.error, operations: 2 * count * length + 8)
  }

  private func coefficient(_ place: Int, _ order: Int) -> Double {
    monomials != nil ? coefficients[place * length + order] : place == 0 && order == 0 ? head : 0
  }
}
