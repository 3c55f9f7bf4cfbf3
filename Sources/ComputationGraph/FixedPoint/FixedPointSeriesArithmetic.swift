import CSeriesKernels
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Power series in fixed point with falling precision: the fast engine.
///
/// Coefficient k is kept multiplied by scale^k. With a scale of 2^b steps, near the radius of convergence, all
/// coefficients of a series are of about one size, and the term of order k of a step's sum is 2^(-bk) of its
/// coefficient: order k is computed with bk bits less than the first, in as many digits of 52 bits as that takes.
/// Coefficients as products read them share one exponent for each row or column (`FixedPointLines`), so the Cauchy sum
/// of an entry is one sum of products of integers, with carries resolved once; entrywise operations work on eight
/// entries at once, each with an exponent of its own.
///
/// **Range**: the shared exponents are set from the first coefficient and from what the expansion before needed.
/// Where a coefficient exceeds one it is raised, and the line's earlier coefficients lose as many bits; with a scale
/// beyond the radius of convergence, all they have. Exponents beyond 2^±35 end the expansion with `outOfRange`.
///
/// **Error**: every operation's result is off by a few units of its last digit; a sum of n products of r digits by
/// at most (2r + 2)·n units of the product of the lines' exponents, and by about √(n r) of them as a rule.
///
/// Source: docs/design, "Fixed point".
public final class FixedPointSeriesArithmetic: SeriesArithmetic {
  /// Which kernels: both compute the same numbers.
  public enum Kernels: Sendable {
    case portable
    /// AVX-512-IFMA where the processor has it, else the portable ones.
    case fastest
  }

  public typealias Series = FixedPointSeries

  public let order: Int
  /// Whether rounding errors are bounded as the series are computed, for `SeriesBounds`.
  public let tracksErrors: Bool
  public let precision: Int
  let digitCounts: [Int]
  /// Of the bounds of rounding errors.
  let errorUnits: ErrorUnits
  /// Tests replace some, to see what the bounds of their errors are worth.
  var kernels: fisherflow_series_kernels
  let converter: FixedPointConverter
  /// Registers for balls, and blocks for intermediate results.
  let balls = BallBuffer(count: 3)
  let register: AlignedWords, scratch: AlignedWords
  /// What is done of Cauchy products in squares; nil where all sums are classical.
  let tiling: RelaxedTiling?
  let squareScratch: [AlignedWords]
  let sources: UnsafeMutablePointer<UnsafePointer<Int64>?>
  /// 1/k, for each k ≥ 1.
  let inverses: [(digits: AlignedWords, exponent: Int)]
  /// The scale is scaleMantissa·2^scaleExponent.
  private(set) var scaleMantissa: Int64 = 1
  private(set) var scaleExponent = 0
  private(set) var log2Scale = 0.0
  private var lines: [FixedPointLines] = []
  /// How many expansions were begun, and the orders that the last one has completed at the present scale.
  private(set) var expansion = 0
  private(set) var completedOrders = 0
  /// A number's exponent is beyond what a word holds, or sums are too long.
  var isOutOfRange = false
  private var factorizations: [ObjectIdentifier: Factorization] = [:]
  /// The most products in a sum, for each pair of orders.
  private(set) var widestInner = 1
  private var scaleIsInRange = true
  /// Set once what does not depend on the state is known: if that is out of range, everything is.
  private var constantsAreOutOfRange: Bool?

  /// Whether expansions of this size are served at all.
  public static func serves(order: Int, precision: Int) -> Bool {
    precision <= 52 * Int(FISHERFLOW_MOST_DIGITS) && order < Int(FISHERFLOW_MOST_TERMS)
  }

  /// - Parameters:
  ///   - order: the highest coefficient that will be computed.
  ///   - precision: the bits of the first coefficient.
  ///   - taper: b, the bits by which precision falls with each order.
  ///   - sums: how Cauchy sums are computed.
  ///   - tracksErrors: whether to bound rounding errors.
  /// - Precondition: `serves(order:precision:)`.
  public init(
    order: Int, precision: Int, taper: Double = 3, kernels: Kernels = .fastest,
    sums: CauchySums = .automatic, tracksErrors: Bool = false
  ) {
    precondition(Self.serves(order: order, precision: precision), "beyond the kernels' bounds")
    self.order = order
    self.tracksErrors = tracksErrors
    self.precision = precision
    digitCounts = Self.digitCounts(order: order, precision: precision, taper: taper)
    errorUnits = ErrorUnits(order: order, precision: precision, digitCounts: digitCounts)
    let portable = fisherflow_portable_kernels()
    let fastest = fisherflow_ifma_kernels() ?? fisherflow_avx2_kernels() ?? portable
    let chosen = kernels == .fastest ? fastest : portable
    guard let chosen else { preconditionFailure("there are portable kernels") }
    self.kernels = chosen.pointee
    let (capacity, converter) = (digitCounts[0], FixedPointConverter(capacity: digitCounts[0]))
    self.converter = converter
    register = AlignedWords(count: 8 * (capacity + 1))
    scratch = AlignedWords(count: 8 * (capacity + 1))
    tiling = sums.tiling(digits: Array(digitCounts[...order]))
    squareScratch = tiling == nil ? [] : Self.squareScratch(digits: digitCounts)
    sources = .allocate(capacity: 8)
    sources.initialize(repeating: nil, count: 8)
    let ball = balls.base
    inverses = (1...order + 1).compactMap { k in
      arb_set_si(ball, k)
      arb_inv(ball, ball, 52 * capacity + 10)
      return converter.factor(midpoint(ball), digits: capacity)
    }
  }

  /// The digits of each order, and of one more.
  static func digitCounts(order: Int, precision: Int, taper: Double) -> [Int] {
    (0...order + 1).map { k in max(1, Int(((Double(precision) - taper * Double(k)) / 52).rounded(.up))) }
  }

  deinit { sources.deallocate() }

  @inline(__always) func digits(_ k: Int) -> Int64 { Int64(digitCounts[k]) }

  public func precision(ofOrder k: Int) -> Int { 52 * digitCounts[k] }

  /// The scales that are served: doubles hold them and what is made of them with room to spare.
  public static let scales = 0x1p-900..<0x1p900

  /// Sets the scale, rounded down to 20 bits. Expansions at one that is not among `scales` throw `SeriesError.outOfRange`.
  public func setScale(_ scale: Double) {
    completedOrders = 0
    scaleIsInRange = Self.scales.contains(scale)
    guard scaleIsInRange else { return }
    scaleExponent = Int(scale.exponent) - 20
    log2Scale = log2(scale)
    scaleMantissa = Int64(scale / Double(sign: .plus, exponent: scaleExponent, significand: 1))
  }

  /// The scale in use, exactly.
  public var scale: Double {
    Double(scaleMantissa) * Double(sign: .plus, exponent: scaleExponent, significand: 1)
  }

  public func series(_ shape: Shape, isConstant: Bool) -> Series {
    Series(
      shape: shape, isConstant: isConstant, orders: order + 1, capacity: digitCounts[0],
      tracksErrors: tracksErrors)
  }

  public func isConstant(_ series: Series) -> Bool { series.isConstant }

  public func note(_ auxiliary: Series, for output: Series) { output.auxiliary = auxiliary }

  public func keepCoefficients(of series: Series) { series.keepHistory(digits: digitCounts) }

  /// The lines of a series, as the left or the right factor of a product.
  func lines(_ series: FixedPointSeries, _ kind: FixedPointLines.Kind, isLeft: Bool) -> FixedPointLines {
    let known = series.lines.count
    let lines = series.lines(kind)
    if series.lines.count > known, !series.isConstant { self.lines.append(lines) }
    if isLeft { lines.addForward() } else { lines.addBackward() }
    widestInner = max(widestInner, Int(lines.header.pointee.inner))
    if widestInner * (order + 1) > Int(FISHERFLOW_MOST_TERMS) { isOutOfRange = true }
    // A constant is committed before products with it are planned.
    if series.isConstant, series.isPublished { publish(series, 0) }
    return lines
  }

  private func publish(_ series: FixedPointSeries, _ k: Int) {
    for lines in series.lines {
      if series.isConstant { lines.forget() }
      let isInRange = lines.publish(
        series.slot(k), blockStride: series.blockStride, k, digits: digitCounts[k], kernels)
      if !isInRange { isOutOfRange = true }
    }
  }

  public func commit(_ series: Series, _ k: Int) {
    if series.committed == (expansion, k) { return }
    series.committed = (expansion, k)
    series.isPublished = true
    publish(series, k)
    recordCommit(series, k)
    series.history?.store(series, k)
  }

  public func beginExpansion() {
    expansion += 1
    completedOrders = 0
    let isOutOfRange = constantsAreOutOfRange ?? isOutOfRange
    (constantsAreOutOfRange, self.isOutOfRange) = (isOutOfRange, isOutOfRange || !scaleIsInRange)
    for lines in lines { lines.renew() }
  }

  public func endOrder(_ k: Int) throws(SeriesError) {
    if isOutOfRange { throw .outOfRange }
    completedOrders = k + 1
  }

  public func factorization(of matrix: Series, size: Int) -> Factorization {
    let key = ObjectIdentifier(matrix)
    if let present = factorizations[key] { return present }
    let factorization = Factorization(matrix: matrix, size: size, capacity: digitCounts[0])
    factorizations[key] = factorization
    return factorization
  }
}
