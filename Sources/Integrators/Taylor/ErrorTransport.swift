import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What becomes of the errors that a run commits: the linear equation v' = J(x)v along the run's own path, in numbers of a
/// few digits, to which every step adds its local errors.
///
/// v is the run's error to first order, with the bounds of local errors in place of what they bound and with random
/// signs. It is linear in the errors, so nothing saturates: whatever its size, v says by how much errors grow, also where
/// a run that is changed for comparison would long be in another basin. Zeros and small entries need no scale of their
/// own, for what is added is what the run commits there.
///
/// **Source**: docs/design, "Taylor integration". **Cost**: a step's series of the state and of v to a few orders.
struct ErrorTransport {
  /// x and v together.
  private let field: VectorField
  private let arithmetic: TaylorIntegrator.Arithmetic
  /// The orders of the run's own series, which are enough for v too.
  private let mostOrders: Int
  private let log2Ratio: Double
  private var series: Series
  /// v.
  var errors: [Matrix<BigFloat>]
  private var random = SignedFractions()

  /// Bits of the series: those of the run's own, since what it subtracts cancels here too.
  private let bits: Int

  /// Bits of v.
  private static let precision = 64
  private static let leastOrder = 4
  /// Bits that the last terms of v must be below v: terms of a v that decays are far larger than it.
  private static let visibleBits = 4.0

  private enum Values {
    case found([[Matrix<BigFloat>]])
    /// For some entry the last terms count. The values will do if there are no more orders, and its largest terms are far
    /// larger than the last.
    case needsOrders(instead: [[Matrix<BigFloat>]]?)
    /// In fixed point v has lost its digits.
    case needsBalls
  }

  private enum Series {
    case fixedPoint(SeriesExpansion<FixedPointSeriesArithmetic>)
    case ball(SeriesExpansion<BallSeriesArithmetic>, order: Int)
  }

  /// - Parameters:
  ///   - field: its graph is given new nodes.
  ///   - initial: the state at the start, of which each entry may be off by its rounding.
  /// - Throws: `ShapeError`; `SeriesError` where a constant part of the field has no value.
  init(
    of field: VectorField, plan: StepPlan, arithmetic: TaylorIntegrator.Arithmetic,
    errors: [Matrix<BigFloat>]
  ) throws {
    self.field = try Self.extended(field)
    (self.arithmetic, self.errors) = (arithmetic, errors)
    (mostOrders, log2Ratio, bits) = (plan.order, plan.log2Ratio, plan.precision + plan.guardBits)
    series = try Self.series(
      self.field, order: min(Self.leastOrder, plan.order), bits: bits, plan.log2Ratio, arithmetic)
  }

  /// The same errors along another way of writing the field.
  func renewed(_ field: VectorField, plan: StepPlan) throws -> ErrorTransport {
    var renewed = try ErrorTransport(of: field, plan: plan, arithmetic: arithmetic, errors: errors)
    renewed.random = random
    return renewed
  }

  /// Log10 of the largest error.
  var log10Error: Double { errors.log10Size }

  /// Adds a step's local errors, with random signs, but so that they do not cancel what is there altogether.
  mutating func add(_ bounds: [Matrix<BigFloat>]) {
    let signed = bounds.map { matrix in
      matrix.map { $0.rounded(toPrecision: Self.precision) * random.next(precision: Self.precision) }
    }
    var product = BigFloat(zeroWithPrecision: Self.precision)
    for (a, b) in zip(errors, signed) {
      for (x, y) in zip(a.elements, b.elements) { product.addProduct(x, y) }
    }
    errors = zip(errors, signed).map { product.signum() < 0 ? $0 - $1 : $0 + $1 }
  }

  /// Carries the errors over a step.
  ///
  /// - Parameters:
  ///   - state: the run's at the start of the step.
  ///   - offsets: times within the step, its length last.
  ///   - check: called on the way; what it throws is passed on.
  /// - Returns: log10 of the largest error at each offset; infinite where the series of v do not converge.
  mutating func advance(
    from state: [Matrix<BigFloat>], to offsets: [BigFloat], check: @escaping () throws -> Void
  ) throws -> [Double] {
    guard let length = offsets.last else { return [] }
    if log10Error == -.infinity { return offsets.map { _ in -.infinity } }
    let start = state + errors
    while true {
      switch try values(from: start, length: length, at: offsets, check) {
      case .found(let values):
        return take(values, at: offsets)
      case .needsOrders(let values):
        guard try !raiseOrder(toBalls: false) else { continue }
        guard let values else { return offsets.map { _ in .infinity } }
        return take(values, at: offsets)
      case .needsBalls:
        guard try raiseOrder(toBalls: true) else { return offsets.map { _ in .infinity } }
      }
    }
  }

  private mutating func take(_ values: [[Matrix<BigFloat>]], at offsets: [BigFloat]) -> [Double] {
    errors = values.map { $0[offsets.count - 1] }
    return offsets.indices.map { index in values.map { $0[index] }.log10Size }
  }

  /// For each matrix of v its values.
  private func values(
    from start: [Matrix<BigFloat>], length: BigFloat, at offsets: [BigFloat],
    _ check: @escaping () throws -> Void
  ) throws -> Values {
    switch series {
    case .fixedPoint(let expansion):
      let scale = length.doubleValue * exp2(log2Ratio)
      guard ExpansionScale.range.contains(scale) else { return .needsBalls }
      expansion.arithmetic.setScale(scale)
      do {
        try expansion.expand(at: start, order: expansion.arithmetic.order, check: check)
      } catch SeriesError.outOfRange {
        return .needsBalls
      }
      // Every order is off by about the largest scaled coefficient times 2^-bits.
      return values(expansion, order: expansion.arithmetic.order, length, offsets, log2Ratio: log2Ratio)
    case .ball(let expansion, let order):
      try expansion.expand(at: start, order: order, check: check)
      return values(expansion, order: order, length, offsets, log2Ratio: 0)
    }
  }

  private func values<A>(
    _ expansion: SeriesExpansion<A>, order: Int, _ length: BigFloat, _ offsets: [BigFloat], log2Ratio: Double
  ) -> Values {
    let tangents = expansion.state.suffix(errors.count)
    let values = tangents.map { expansion.arithmetic.values(of: $0, order: order, at: offsets) }
    let log2Length = length.log10Magnitude * log2(10)
    var (needsBalls, needsOrders, diverges) = (false, false, false)
    for (place, series) in tangents.enumerated() {
      let coefficients = expansion.arithmetic.coefficients(of: series, order: order)
      let end = values[place][offsets.count - 1].elements
      for entry in end.indices {
        guard end[entry].isFinite else { return .needsBalls }
        let sizes = coefficients.enumerated().map { k, matrix in
          matrix.elements[entry].log10Magnitude * log2(10) + Double(k) * log2Length
        }
        guard let largest = sizes.max(), largest > -.infinity else { continue }
        let sum = max(sizes[0], end[entry].log10Magnitude * log2(10))
        let last = max(sizes[order], sizes[order - 1])
        if last > sum - Self.visibleBits { needsOrders = true }
        if last > largest - Self.visibleBits { diverges = true }
        // Terms that are far larger than their sum leave nothing of it.
        let peak = sizes.enumerated().map { $1 + Double($0) * log2Ratio }.max() ?? 0
        if sum < peak - Double(bits) + 2 * Self.visibleBits { needsBalls = true }
      }
    }
    if needsOrders {
      return .needsOrders(instead: diverges ? nil : values)
    }
    return needsBalls ? .needsBalls : .found(values)
  }

  /// Twice the orders, then balls; false where nothing is left to try.
  private mutating func raiseOrder(toBalls: Bool) throws -> Bool {
    switch series {
    case .fixedPoint(let expansion) where !toBalls && expansion.arithmetic.order < mostOrders:
      let order = min(2 * expansion.arithmetic.order, mostOrders)
      series = try Self.series(field, order: order, bits: bits, log2Ratio, arithmetic)
    case .fixedPoint:
      series = try Self.series(field, order: mostOrders, bits: bits, log2Ratio, .ball)
    case .ball(_, let order):
      guard !toBalls, order < mostOrders else { return false }
      series = try Self.series(field, order: min(2 * order, mostOrders), bits: bits, log2Ratio, .ball)
    }
    return true
  }

  private static func series(
    _ field: VectorField, order: Int, bits: Int, _ log2Ratio: Double,
    _ arithmetic: TaylorIntegrator.Arithmetic
  ) throws -> Series {
    guard arithmetic.isFixedPoint, FixedPointSeriesArithmetic.serves(order: order, precision: bits) else {
      return .ball(
        try SeriesExpansion(
          of: field, arithmetic: BallSeriesArithmetic(order: order, precision: bits, taper: log2Ratio)),
        order: order)
    }
    return .fixedPoint(
      try SeriesExpansion(
        of: field,
        arithmetic: FixedPointSeriesArithmetic(
          order: order, precision: bits, taper: log2Ratio,
          kernels: arithmetic == .portableFixedPoint ? .portable : .fastest)))
  }

  /// The field of (x, v).
  private static func extended(_ field: VectorField) throws -> VectorField {
    let graph = field.graph
    let directions = field.state.map { graph.variable($0.shape, name: "direction") }
    let derivative = try graph.pushforward(field.velocity, along: Array(zip(field.state, directions)))
    return try VectorField(
      graph: graph, state: field.state + directions, velocity: field.velocity + derivative)
  }
}

/// Random numbers in ±[1/2, 1], the same in every run.
struct SignedFractions {
  private var seed: UInt64 = 0

  /// SplitMix64.
  mutating func next(precision: Int) -> BigFloat {
    seed &+= 0x9e37_79b9_7f4a_7c15
    var z = seed
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    let fraction = Double(Int(z >> 48) + (1 << 16)) * 0x1p-17
    return BigFloat(z & 1 == 0 ? fraction : -fraction, precision: precision)
  }
}

extension [Matrix<BigFloat>] {
  /// Log10 of the largest entry's magnitude.
  var log10Size: Double {
    reduce(-.infinity) { $1.elements.reduce($0) { Swift.max($0, $1.log10Magnitude) } }
  }
}
