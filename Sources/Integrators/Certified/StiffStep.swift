import Multiprecision

/// A step of a box in which the distance lies along a piece with fast contractions, which no frame follows: they are bounded one by
/// one, and a frame moves with the slow directions.
///
/// **Source**: docs/certified-integration, "Fast contractions".
struct StiffStep: DistanceStep {
  let greatest: [Ball]
  let end: Distance
  var blur: Double { 0 }

  private static let attempts = 60
  private static let perturbation = 0x1p-20
  /// Bits of the models, and how many matrices of them there are at once.
  static let precision = 128
  static let matrices = 12

  /// Nil where nothing is found.
  ///
  /// - Parameters:
  ///   - jacobian: ∂F/∂x in the tube, along the piece from σ = -1 to 1.
  ///   - peaks: for each entry a bound of |d_i| anywhere, times the duration.
  init?(
    _ jacobian: Matrix<TaylorModel>, from start: ErrorBox, peaks: [Ball], duration: Rational, tube: [Ball],
    length: Int
  ) {
    guard let exponents = FrameStep.units(of: tube), FrameStep.durations.contains(duration.doubleValue) else {
      return nil
    }
    let size = peaks.count
    let precision = Self.precision
    let h = Ball(duration, precision: precision)
    // h W⁻¹ J W.
    let rates = Matrix<TaylorModel>(rows: size, columns: size) { row, column in
      let model = jacobian[row, column]
      let factor = h.scaled(byPowerOfTwo: exponents[column] - exponents[row])
      return TaylorModel(
        model.polynomial.scaled(by: factor),
        error: model.error * factor.withPrecision(TaylorModel.boundPrecision),
        length: length)
    }
    guard rates.elements.allSatisfy(\.isFinite) else { return nil }
    let point: (Double) -> Matrix<Double> = { sigma in
      let place = Ball(sigma, precision: precision)
      return rates.map { $0.polynomial.value(at: place).doubleValue }
    }
    func coordinates(_ perturbation: Double) -> Coordinates? {
      SeparatedFrame(point, perturbation: perturbation).flatMap { Coordinates($0, rates, length: length) }
    }
    // Equal fast rates may have too few eigenvectors.
    guard let moved = coordinates(0) ?? coordinates(Self.perturbation) else { return nil }
    let box = start.rescaled(to: exponents)
    guard let result = moved.carry(box, peaks: ErrorBox.scaled(peaks, exponents), attempts: Self.attempts)
    else {
      return nil
    }
    greatest = result.greatest.balls(scaledByPowersOfTwo: exponents)
    end = .box(result.end)
  }

  /// Everywhere on the piece what `greatest` says.
  func bounds(at fraction: Rational) -> [Ball] { greatest }
}

/// The equation of the distance in separated directions: v = W T z, and z_s = Φ y for the slow ones.
private struct Coordinates {
  private let frame: SeparatedFrame
  private let size: Int
  /// T at the start and at the end.
  private let start: Matrix<Ball>, final: Matrix<Ball>
  /// Bounds of |T| and |T⁻¹| anywhere.
  private let sizes: Matrix<Double>, inverseSizes: Matrix<Double>
  /// M, of z' = M z.
  private let equation: Matrix<TaylorModel>
  /// For each fast block how fast it contracts at least.
  private let contractions: [Double]

  /// Nil where T is not certainly invertible, or a block does not contract.
  init?(_ frame: SeparatedFrame, _ rates: Matrix<TaylorModel>, length: Int) {
    let precision = StiffStep.precision
    let size = rates.rows
    let polynomials = frame.columns.map { BallPolynomial(doubles: $0, precision: precision) }
    let models = polynomials.map { TaylorModel($0, length: length) }
    // d/ds = 2 d/dσ.
    let slopes = polynomials.map {
      TaylorModel($0.derivative.scaled(by: Ball(2, precision: precision)), length: length)
    }
    let product = rates * models
    let right = Matrix<TaylorModel>(rows: size, columns: 2 * size) { row, column in
      column < size
        ? product[row, column] - slopes[row, column]
        : TaylorModel(Rational(column - size == row ? 1 : 0), precision: precision)
    }
    guard let solved = try? TaylorModel.solve(models, right), solved.elements.allSatisfy(\.isFinite) else {
      return nil
    }
    equation = Matrix<TaylorModel>(rows: size, columns: size) { solved[$0, $1] }
    inverseSizes = Matrix<Double>(rows: size, columns: size) { solved[$0, size + $1].norm.upperMagnitude }
    sizes = polynomials.map { $0.norm().upperMagnitude }
    start = polynomials.map { $0.value(at: Ball(-1, precision: precision)) }
    final = polynomials.map { $0.value(at: Ball(1, precision: precision)) }
    (self.frame, self.size) = (frame, size)
    var contractions: [Double] = []
    for block in frame.blocks {
      // The logarithmic norm of a block: the greatest eigenvalue of its symmetric part, by rows.
      var greatest = -Double.infinity
      for row in block {
        var sum = Self.greatest(equation[row, row])
        for column in block where column != row {
          let coupling = equation[row, column] + equation[column, row]
          sum = TangentBundle.raised(sum + coupling.norm.upperMagnitude / 2)
        }
        greatest = max(greatest, sum)
      }
      guard greatest < 0 else { return nil }
      contractions.append(-greatest)
    }
    self.contractions = contractions
  }

  /// A bound of a model's values.
  private static func greatest(_ model: TaylorModel) -> Double {
    let bound = model.head + model.polynomial.norm(from: 1) + model.error
    return TangentBundle.raised(bound.upperBound.doubleValue)
  }

  private func entry(_ row: Int, _ column: Int) -> Double { equation[row, column].norm.upperMagnitude }

  /// The Euclidean norm of bounds.
  private static func norm(_ bounds: [Double]) -> Double {
    bounds.count == 1
      ? bounds[0]
      : TangentBundle.outward(
        TangentBundle.outward(bounds.reduce(0) { $0 + $1 * $1 }, operations: 2 * bounds.count).squareRoot(),
        operations: 1)
  }

  /// Bounds on the way, and the box at the end; nil where no bounds are found.
  func carry(_ box: ErrorBox, peaks: BoundVector, attempts: Int) -> (greatest: BoundVector, end: ErrorBox)? {
    let (slow, blocks) = (frame.slow, frame.blocks)
    let precision = StiffStep.precision
    // T⁻¹ Q at the start.
    let directions = box.directions.map { Ball($0, precision: precision) }
    guard let turned = try? Ball.solve(start, directions), turned.elements.allSatisfy(\.isFinite) else {
      return nil
    }
    let turnedSizes = turned.map(\.upperMagnitude)
    guard let chosen = leading(turned.map(\.doubleValue), box.radii),
      let moving = movingFrame(turned, chosen)
    else { return nil }
    // y at the start: the chosen coordinates of the box, and what the others make of it.
    let rest = Matrix<Double>(rows: slow, columns: size) { row, column in
      guard let place = chosen.firstIndex(of: column) else { return turnedSizes[row, column] }
      return (turned[row, column] - Ball(moving.start[row, place], precision: precision)).upperMagnitude
    }
    let added = moving.inverseStart.bounding(rest.bounding(box.radii))
    let slowStart =
      BoundVector(chosen.map { box.radii.values[$0] }, exponent: box.radii.exponent) + added
    let entries = turnedSizes.bounding(box.radii)
    let forcing = inverseSizes.bounding(peaks)
    // One exponent for all.
    func blockwise(_ vector: BoundVector) -> [Double] {
      blocks.map { block in Self.norm(block.map { vector.values[$0] }) }
    }
    let slowForcing = moving.inverseSizes.bounding(
      BoundVector(Array(forcing.values.prefix(slow)), exponent: forcing.exponent))
    let parts = [
      slowStart, BoundVector(blockwise(entries), exponent: entries.exponent), slowForcing,
      BoundVector(blockwise(forcing), exponent: forcing.exponent),
    ]
    guard parts.allSatisfy(\.isFinite) else { return nil }
    let exponent = parts.filter { !$0.isZero }.map(\.exponent).max() ?? 0
    let numbers = parts.map { $0.values(exponent: exponent) }
    let system = ContractingSystem(
      slowRates: moving.rates,
      fromFast: moving.inverseSizes.bounding(Self.blockColumns(self, rows: 0..<slow)),
      toFast: blockRows(moving.sizes), couplings: couplings, contractions: contractions,
      slowStart: numbers[0], fastStart: numbers[1], slowForcing: numbers[2], fastForcing: numbers[3])
    guard let bounds = system.bounds(attempts: attempts) else { return nil }
    let slowSizes = Matrix<Double>(rows: size, columns: slow) { sizes[$0, $1] }.bounding(moving.sizes)
    let fastSizes = Matrix<Double>(rows: size, columns: blocks.count) { row, block in
      Self.norm(blocks[block].map { sizes[row, $0] })
    }
    let greatest =
      slowSizes.bounding(BoundVector(bounds.slow, exponent: exponent))
      + fastSizes.bounding(BoundVector(bounds.fast, exponent: exponent))
    // T Φ at the end, and T for the fast directions.
    let slowEnd = Matrix<Ball>(rows: size, columns: slow) { final[$0, $1] } * moving.end
    let image = Matrix<Ball>(rows: size, columns: size) { row, column in
      column < slow ? slowEnd[row, column] : final[row, column]
    }
    let values = image.map(\.doubleValue)
    let errors = Matrix<Double>(rows: size, columns: size) { row, column in
      (image[row, column] - Ball(values[row, column], precision: precision)).upperMagnitude
    }
    var radii = bounds.slow
    for (block, bound) in zip(blocks, bounds.fastEnd) { radii += block.map { _ in bound } }
    guard
      let end = ErrorBox(
        exponents: box.exponents, image: values, errors: errors,
        radii: BoundVector(radii, exponent: exponent), leading: slow)
    else { return nil }
    return (greatest, end)
  }

  /// Norms of the rows' parts in the fast blocks.
  private static func blockColumns(_ coordinates: Coordinates, rows: Range<Int>) -> Matrix<Double> {
    Matrix<Double>(rows: rows.count, columns: coordinates.frame.blocks.count) { row, block in
      norm(coordinates.frame.blocks[block].map { coordinates.entry(rows.lowerBound + row, $0) })
    }
  }

  /// Norms of what the slow coordinates y add to the fast blocks.
  private func blockRows(_ slowSizes: Matrix<Double>) -> Matrix<Double> {
    let (slow, blocks) = (frame.slow, frame.blocks)
    let entries = Matrix<Double>(rows: size - slow, columns: slow) { entry(slow + $0, $1) }.bounding(
      slowSizes)
    return Matrix<Double>(rows: blocks.count, columns: slow) { block, column in
      Self.norm(blocks[block].map { entries[$0 - slow, column] })
    }
  }

  /// Norms of what fast blocks add to each other.
  private var couplings: Matrix<Double> {
    let blocks = frame.blocks
    return Matrix<Double>(rows: blocks.count, columns: blocks.count) { row, column in
      guard row != column else { return 0 }
      return Self.norm(blocks[row].flatMap { i in blocks[column].map { entry(i, $0) } })
    }
  }

  /// The coordinates of the box that the slow ones are made of for the most part: one for each, the longest first.
  private func leading(_ turned: Matrix<Double>, _ radii: BoundVector) -> [Int]? {
    let slow = frame.slow
    var columns = (0..<size).map { column in
      (0..<slow).map { turned[$0, column] * max(radii.values[column], 0x1p-200) }
    }
    func length(_ column: [Double]) -> Double { column.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    var chosen: [Int] = []
    for _ in 0..<slow {
      let left = (0..<size).filter { !chosen.contains($0) }
      guard let best = left.max(by: { length(columns[$0]) < length(columns[$1]) }) else { return nil }
      let size = length(columns[best])
      guard size > 0, size.isFinite else { return nil }
      let unit = columns[best].map { $0 / size }
      for column in left {
        let product = zip(unit, columns[column]).reduce(0) { $0 + $1.0 * $1.1 }
        for i in 0..<slow { columns[column][i] -= product * unit[i] }
      }
      chosen.append(best)
    }
    return chosen
  }

  /// A frame Φ that follows the slow directions.
  private struct Moving {
    let start: Matrix<Double>, inverseStart: Matrix<Double>
    let sizes: Matrix<Double>, inverseSizes: Matrix<Double>, rates: Matrix<Double>
    let end: Matrix<Ball>
  }

  private func movingFrame(_ turned: Matrix<Ball>, _ chosen: [Int]) -> Moving? {
    let slow = frame.slow
    let precision = StiffStep.precision
    let start = Matrix<Double>(rows: slow, columns: slow) { turned[$0, chosen[$1]].doubleValue }
    guard slow > 0 else {
      return Moving(
        start: start, inverseStart: start, sizes: start, inverseSizes: start, rates: start,
        end: start.map { Ball($0, precision: precision) })
    }
    guard let inverse = try? Double.solve(start, .identity(slow, precision: Precision.minimum)),
      let inverseStart = inverse.magnitudes.corrected(by: inverse.bounding(distanceFromInverseOf: start))
    else { return nil }
    // From σ in -1...1 to s in 0...1.
    let (two, minusOne) = (Ball(2, precision: precision), Ball(-1, precision: precision))
    let rows = (0..<slow).map { row in
      TangentBundle(
        entries: (0..<slow).map { column in
          let model = equation[row, column]
          return ShortModel(
            TaylorModel(
              model.polynomial.shifted(by: minusOne).dilated(by: two), error: model.error,
              length: model.length),
            length: Self.slowOrders)
        }, length: Self.slowOrders)
    }
    guard rows.allSatisfy(\.isFinite),
      let frame = MovingFrame(jacobian: MatrixPolynomial(rows: rows), from: start, inverse: inverse)
    else { return nil }
    let (end, errors) = frame.value(at: 1)
    return Moving(
      start: start, inverseStart: inverseStart, sizes: frame.sizes, inverseSizes: frame.inverseSizes,
      rates: frame.rates,
      end: Matrix<Ball>(rows: slow, columns: slow) {
        Ball(end[$0, $1], precision: precision).addingError(Ball(errors[$0, $1], precision: precision))
      })
  }

  /// Orders kept of the slow directions' equation.
  private static let slowOrders = 20
}

/// Bounds of the solutions of |y|' ≤ R |y| + P w + a and w_b' ≤ -Λ_b w_b + Σ_c N_bc w_c + (Q |y|)_b + g_b for a time of 1, with numbers
/// that are not negative.
struct ContractingSystem {
  let slowRates: Matrix<Double>, fromFast: Matrix<Double>
  let toFast: Matrix<Double>, couplings: Matrix<Double>
  let contractions: [Double]
  let slowStart: [Double], fastStart: [Double]
  let slowForcing: [Double], fastForcing: [Double]

  /// By how much more than what they are found to be bounds are tried.
  private static let room = 1.01
  private static let refinements = 3

  /// What follows from bounds that hold up to some time, for that time: of y, of w, and of what is added to w.
  private func followed(_ slow: [Double], _ fast: [Double]) -> (
    slow: [Double], fast: [Double], added: [Double]
  ) {
    let added = fast.indices.map { block in
      let sum =
        slow.indices.reduce(fastForcing[block]) { $0 + toFast[block, $1] * slow[$1] }
        + fast.indices.reduce(0) { $0 + couplings[block, $1] * fast[$1] }
      return TangentBundle.outward(sum, operations: 2 * (slow.count + fast.count) + 1)
    }
    let greatest = fast.indices.map {
      max(fastStart[$0], TangentBundle.outward(added[$0] / contractions[$0], operations: 1))
    }
    let integrals = fast.indices.map {
      TangentBundle.outward((fastStart[$0] + added[$0]) / contractions[$0], operations: 2)
    }
    let moved = slow.indices.map { row in
      let sum =
        slow.indices.reduce(slowStart[row] + slowForcing[row]) { $0 + slowRates[row, $1] * slow[$1] }
        + fast.indices.reduce(0) { $0 + fromFast[row, $1] * integrals[$1] }
      return TangentBundle.outward(sum, operations: 2 * (slow.count + fast.count) + 2)
    }
    return (moved, greatest, added)
  }

  /// Bounds anywhere, and of w at the end; nil where none are found.
  func bounds(attempts: Int) -> (slow: [Double], fast: [Double], fastEnd: [Double])? {
    var (slow, fast) = (slowStart, fastStart)
    func raised(_ value: Double) -> Double { value * Self.room + Double.leastNormalMagnitude }
    for _ in 0..<attempts {
      (slow, fast) = (slow.map(raised), fast.map(raised))
      var found = followed(slow, fast)
      guard (found.slow + found.fast).allSatisfy(\.isFinite) else { return nil }
      let isInside = zip(found.slow + found.fast, slow + fast).allSatisfy { $0 < $1 }
      if isInside {
        for _ in 0..<Self.refinements { found = followed(found.slow, found.fast) }
        let ends = fast.indices.map { block in
          TangentBundle.outward(
            decay(contractions[block]) * fastStart[block] + found.added[block] / contractions[block],
            operations: 4)
        }
        return (found.slow, found.fast, ends)
      }
      (slow, fast) = (
        zip(slow, found.slow).map { max($0, $1) }, zip(fast, found.fast).map { max($0, $1) }
      )
    }
    return nil
  }

  /// A bound of e^-λ: 1/(1 + x + x²/2)^8 with x = λ/8.
  private func decay(_ rate: Double) -> Double {
    let x = rate / 8
    let eighth = 1 / (1 + x + x * x / 2)
    let quarter = eighth * eighth
    let half = quarter * quarter
    return TangentBundle.outward(half * half, operations: 40)
  }
}
