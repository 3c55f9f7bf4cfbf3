import Multiprecision

/// W = W3 W2 W1, W_j' the negative gradient of |W - Y|²/2, by hand: six matrix products an order.
final class ReferenceFactorizationFlow {
  private let n: Int
  private let precision: ReferencePrecision
  private let weights: [ReferenceMatrixSeries]
  private let inner: ReferenceMatrixSeries, residual: ReferenceMatrixSeries, pulled: ReferenceMatrixSeries
  private let target: BallBuffer
  private(set) var steps = 0

  /// - Parameter initial: W1, W2, W3.
  init(initial: [Matrix<Rational>], target: Matrix<Rational>, digits: Int) {
    n = target.rows
    precision = ReferencePrecision(digits: digits)
    let (n, precision) = (n, precision)
    func series() -> ReferenceMatrixSeries { ReferenceMatrixSeries(n, order: precision.order) }
    weights = [series(), series(), series()]
    (inner, residual, pulled) = (series(), series(), series())
    self.target = BallBuffer(count: n * n)
    for (entry, value) in target.elements.enumerated() {
      load(value, into: self.target.base + entry, bits: precision.bits)
    }
    for (series, matrix) in zip(weights, initial) {
      for (entry, value) in matrix.elements.enumerated() {
        load(value, into: series.at(0, entry), bits: precision.bits)
      }
    }
  }

  /// out_k = ±(X Z)_k, factors transposed as flagged.
  @inline(__always) private func multiply(
    into out: BallPointer, _ x: ReferenceMatrixSeries, _ xTransposed: Bool, _ z: ReferenceMatrixSeries,
    _ zTransposed: Bool, _ k: Int, negated: Bool
  ) {
    let (left, right) = (
      (xTransposed ? x.columns : x.rows).base, (zTransposed ? z.reversedRows : z.reversedColumns).base
    )
    let length = (k + 1) * n
    let bits = precision.bits(k)
    for i in 0..<n {
      for l in 0..<n {
        arb_approx_dot(
          out + (i * n + l), nil, negated ? 1 : 0, left + i * x.lineLength, 1,
          right + (l * z.lineLength + length - 1), -1, length, bits)
      }
    }
  }

  private func expand() {
    for series in weights { series.publish(0) }
    for k in 0..<precision.order {
      multiply(into: inner.at(k, 0), weights[1], false, weights[0], false, k, negated: false)
      inner.publish(k)
      multiply(into: residual.at(k, 0), weights[2], false, inner, false, k, negated: false)
      if k == 0 {
        for entry in 0..<n * n {
          let difference = midpoint(residual.at(0, entry))
          arf_sub(difference, difference, midpoint(target.base + entry), precision.bits, roundDown)
        }
      }
      residual.publish(k)
      multiply(into: pulled.at(k, 0), weights[2], true, residual, false, k, negated: false)
      pulled.publish(k)
      multiply(into: weights[2].at(k + 1, 0), residual, false, inner, true, k, negated: true)
      multiply(into: weights[1].at(k + 1, 0), pulled, false, weights[0], true, k, negated: true)
      multiply(into: weights[0].at(k + 1, 0), weights[1], true, pulled, false, k, negated: true)
      for series in weights {
        for entry in 0..<n * n {
          let coefficient = midpoint(series.at(k + 1, entry))
          arf_div_ui(coefficient, coefficient, UInt(k + 1), precision.bits, roundDown)
        }
        series.publish(k + 1)
      }
    }
  }

  func integrate(to end: Double) {
    let order = precision.order
    // Each entry's series in one line, as Horner's rule and the step control read it.
    let lines = weights.flatMap { _ in (0..<n * n).map { _ in BallAliases(count: order + 1) } }
    let next = BallBuffer(count: lines.count)
    var time = 0.0
    var h = arf_struct()
    arf_init(&h)
    while time < end {
      expand()
      for (index, line) in lines.enumerated() {
        let (series, entry) = (weights[index / (n * n)], index % (n * n))
        for k in 0...order { line.base[k] = series.at(k, entry).pointee }
      }
      let step = min(referenceStep(lines.map(\.base), order: order), end - time)
      arf_set_d(&h, step)
      for (index, line) in lines.enumerated() {
        horner(next.base + index, line.base, order, &h, precision.bits)
      }
      for index in lines.indices {
        arf_swap(midpoint(next.base + index), midpoint(weights[index / (n * n)].at(0, index % (n * n))))
      }
      time += step
      steps += 1
    }
    arf_clear(&h)
  }

  var state: [BigFloat] {
    weights.flatMap { series in
      (0..<n * n).map { BigFloat(midpointOf: series.at(0, $0), precision: precision.bits) }
    }
  }
}
