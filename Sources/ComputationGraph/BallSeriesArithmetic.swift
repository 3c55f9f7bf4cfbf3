import Multiprecision

/// Power series on Arb's floating-point numbers: the reference engine.
///
/// Works on midpoints: results are approximations, correct to about the working precision. Coefficient k is
/// computed with b = `taper` bits less for each order, because a step of ρ/2^b multiplies it by 2^(-bk) relative to
/// the first: at order k only precision - bk bits can reach the sum.
///
/// Memory: 48 bytes and precision/8 bytes of limbs for each coefficient, and 48 bytes more for each layout
/// that a matrix product reads.
public final class BallSeriesArithmetic: SeriesArithmetic {
  public let order: Int
  public let precision: Int
  private let precisions: [Int]
  private var factorizations: [ObjectIdentifier: Factorization] = [:]
  let scratch = BallBuffer(count: 2)
  private(set) lazy var relaxed = RelaxedProduct(order: order)

  /// The fewest bits that a coefficient is computed with.
  static let leastPrecision = 64

  /// - Parameters:
  ///   - order: the highest coefficient that will be computed.
  ///   - taper: the bits by which precision falls with each order; 0 keeps every coefficient at full precision.
  public init(order: Int, precision: Int, taper: Double = 3) {
    self.order = order
    self.precision = precision
    precisions = (0...order + 1).map { max(Self.leastPrecision, precision - Int(taper * Double($0))) }
  }

  public final class Series {
    let coefficients: BallSeries
    init(_ coefficients: BallSeries) { self.coefficients = coefficients }
  }

  @inline(__always) func bits(_ k: Int) -> Int { precisions[k] }

  public func precision(ofOrder k: Int) -> Int { bits(k) }

  public func series(_ shape: Shape, isConstant: Bool) -> Series {
    Series(BallSeries(shape: shape, isConstant: isConstant, order: order))
  }

  public func isConstant(_ series: Series) -> Bool { series.coefficients.isConstant }

  public func keepCoefficients(of series: Series) {}
  public func note(_ auxiliary: Series, for output: Series) {}
  public func beginExpansion() {}
  public func endOrder(_ k: Int) {}

  public func commit(_ series: Series, _ k: Int) { series.coefficients.publish(k) }

  public func setHead(_ output: Series, to value: Matrix<Rational>) {
    setHead(output, to: value.map { BigFloat($0, precision: precision) })
  }

  public func setHead(_ output: Series, to value: Matrix<BigFloat>) {
    for (entry, scalar) in value.elements.enumerated() {
      scalar.withPointer { arf_set_mpfr(midpoint(output.coefficients.coefficient(entry, 0)), $0) }
    }
  }

  public func applyToHead(_ function: ElementaryFunction, _ output: Series, _ a: Series) throws(SeriesError) {
    for entry in 0..<output.coefficients.shape.count {
      let (x, result) = (a.coefficients.coefficient(entry, 0), output.coefficients.coefficient(entry, 0))
      function.evaluate(result, x, precision: precision, scratch: scratch.base)
      guard arb_is_finite(result) != 0 else { throw function.failure(at: x) }
      mag_zero(&result.pointee.rad)
    }
  }

  public func sum(
    _ series: Series, order: Int, at offset: BigFloat, isDifferentiated: Bool
  ) -> Matrix<BigFloat> {
    let weights = BallBuffer(count: order + 1)
    let (sum, power) = (scratch.base, midpoint(scratch.base + 1))
    arf_one(power)
    for k in 0...order {
      _ = arf_mul_si(
        midpoint(weights.base + k), power, isDifferentiated ? k : 1, precision, fisherflow_round_down)
      offset.withPointer { arf_set_mpfr(midpoint(sum), $0) }
      arf_mul_rnd_down(power, power, midpoint(sum), precision)
    }
    let coefficients = series.coefficients
    return Matrix(rows: coefficients.shape.rows, columns: coefficients.shape.columns) { row, column in
      let entry = row * coefficients.shape.columns + column
      arb_approx_dot(
        sum, nil, 0, coefficients.coefficient(entry, 0), 1, weights.base, 1, order + 1, precision)
      return BigFloat(midpointOf: sum, precision: precision)
    }
  }

  public func coefficients(of series: Series, order: Int) -> [Matrix<BigFloat>] {
    let coefficients = series.coefficients
    return (0...order).map { k in
      Matrix(rows: coefficients.shape.rows, columns: coefficients.shape.columns) { row, column in
        BigFloat(
          midpointOf: coefficients.coefficient(row * coefficients.shape.columns + column, k),
          precision: precision)
      }
    }
  }

  public func log2Magnitude(_ series: Series, _ k: Int) -> Double {
    let coefficients = series.coefficients
    var largest = -Double.infinity
    for entry in 0..<coefficients.shape.count {
      let pointer = midpoint(coefficients.coefficient(entry, k))
      guard arf_is_zero(pointer) == 0 else { continue }
      var magnitude = mag_struct()
      mag_init(&magnitude)
      arf_get_mag(&magnitude, pointer)
      largest = max(largest, mag_get_d_log2_approx(&magnitude))
      mag_clear(&magnitude)
    }
    return largest
  }

  /// Relative to the coefficient, whatever its size.
  public func log2Rounding(_ series: Series, _ k: Int) -> Double {
    log2Magnitude(series, k) - Double(bits(k))
  }

  public func factorization(of matrix: Series, size: Int) -> Factorization {
    let key = ObjectIdentifier(matrix)
    if let present = factorizations[key] { return present }
    let factorization = Factorization(matrix: matrix.coefficients, size: size)
    factorizations[key] = factorization
    return factorization
  }
}

/// The midpoint of a ball in place: it is the first field of Arb's structure.
@inline(__always)
func midpoint(_ ball: UnsafeMutablePointer<arb_struct>) -> UnsafeMutablePointer<arf_struct> {
  UnsafeMutableRawPointer(ball).assumingMemoryBound(to: arf_struct.self)
}
