import Multiprecision

/// Functions of one operand, entry by entry. In the comments P is the operand's stored polynomial, δ its error, g the
/// result's polynomial, λ its rounding errors, θ = t d/dt, and a residual is what g leaves of an equation of the function
/// at P. Dividing by k, as undoing θ does at order k > 0, makes no norm larger. Errors, residuals and rounding are in
/// units; u is a unit.
private struct EntryBounds {
  let x: SeriesBounds
  let result: SeriesBounds
  let entry: Int
  /// ‖δ‖ and ‖P - P_0‖.
  let error: UpperBound, rise: UpperBound
  /// P_0 and g_0.
  let head: Double, value: Double

  init(_ x: SeriesBounds, _ result: SeriesBounds, _ entry: Int) {
    (self.x, self.result, self.entry) = (x, result, entry)
    (error, rise) = (x.errors[entry], x.rise(entry))
    (head, value) = (x.head(entry), result.head(entry))
  }

  /// u.
  var unit: UpperBound { x.units.size }
  /// |P_0| and |g_0|.
  var headSize: UpperBound { x.weighted(entry, 0) }
  var valueSize: UpperBound { result.weighted(entry, 0) }
  /// ‖g‖, ‖g - g_0‖.
  var size: UpperBound { result.size(entry) }
  var resultRise: UpperBound { result.rise(entry) }
  /// Σ λ_k η^k, Σ k λ_k η^k.
  var rounding: UpperBound { result.rounding[entry] }
  var weightedRounding: UpperBound { result.weightedRounding[entry] }

  /// (e^(u ε) - 1)/u.
  func amplified(_ error: UpperBound) -> UpperBound { error * .exp(unit * error) }

  /// ε/(1 - u ε); infinite where u ε may exceed 1/2.
  func amplifiedByInverse(_ error: UpperBound) -> UpperBound { error.overOneMinus(unit * error) }

  /// ‖θ‖ of what rounding does to k f_k, where a recurrence stores that: at most 2 units of its digits, of which k f_k
  /// has at least 2^(52 r - 2).
  func roundedEuler(_ f: SeriesBounds) -> UpperBound {
    let sum = (0..<min(f.orders, f.units.order)).reduce(0.0) { sum, j in
      sum + Double(j) * f.weighted(entry, j).value * f.units.lastDigit(j, exponent: 3)
    }
    return UpperBound(sumOfProducts: sum)
  }

  /// ‖θP‖ with what rounding does to the stored k P_k.
  var storedEulerNorm: UpperBound { x.eulerNorm(entry) + unit * roundedEuler(x) }

  /// The error of a sigmoid from the residual of its equation: of the logistic function with `steepness` 1, of tanh with
  /// 2. Derived at these.
  func sigmoidError(steepness c: Double, residual: UpperBound) -> UpperBound {
    let steepness = UpperBound(c)
    // The stored head's distance from the far limit: g_0 or 1 + g_0, with -g for P_0 < 0.
    let near = head < 0 ? 1 - value : c - 1 + value
    // At |P_0| the exact distances are c E/(1 + E) and c/(1 + E) with E = e^(c |P_0|), here from above and from below.
    let (above, below) = (
      exponential((steepness * headSize).value), exponential(c * abs(head) * (1 - 0x1p-40))
    )
    let product = c * (above / (1 + above)) * (c / (1 + above)) * (1 - 0x1p-28)
    let inverse = inverseSize(near, resultRise)
    let start = (4 * steepness * rounding).over(product)
    let growth = UpperBound.exp(steepness * (headSize + rise))
    let change = start + growth * inverse * inverse * steepness * residual
    let shift = (amplified(steepness * error) + change).overOneMinus(unit * change).over(c)
    let sum = UpperBound(up: near, slack: 0x1p-30) + resultRise
    let other = UpperBound(up: c / (1 + below), slack: 0x1p-28) + unit * rounding + resultRise
    return sum * amplifiedByInverse(other * shift)
  }

  /// The same far from 0, where the function and its polynomial are near the limit L that P_0 is on the side of: with
  /// E = e^(-c (|P_0| - rise - ‖δ‖)) they are within c E/(1 - E) and c e^(-c |P_0|) + λ_0 + ‖g - g_0‖ of it.
  func limitError(steepness c: Double) -> UpperBound {
    let (size, steepness) = (c * abs(head) * (1 - 0x1p-40), UpperBound(c))
    let function = decay(size - (steepness * (rise + unit * error)).value)
    let distance = (steepness * function).overOneMinus(function) + steepness * decay(size) + resultRise
    return distance.over(unit.value) + rounding
  }

  /// e^-x; infinite unless x is positive.
  func decay(_ x: Double) -> UpperBound {
    if x > 694 { return UpperBound(0x1p-1000) }
    return x > 0 ? UpperBound(1).over(UpperBound.exp(UpperBound(x)).value * (1 - 0x1p-28)) : .infinity
  }

  /// The error of the exponential function where P is far below 0: its norm e^(P_0 + rise + ‖δ‖) and ‖g‖ are both small.
  var smallExponentialError: UpperBound {
    (decay(-head * (1 - 0x1p-40) - (rise + unit * error).value) + size).over(unit.value)
  }
}

extension EntrywiseFunction {
  fileprivate func eachEntry(
    _ result: SeriesBounds, _ operands: [SeriesBounds], _ bound: (EntryBounds) -> UpperBound
  ) -> [UpperBound] {
    (0..<result.entries).map { bound(EntryBounds(operands[0], result, $0)) }
  }
}

extension Reciprocal: BoundedOperation {
  /// With ρ = ‖1 - f g‖ < 1: ‖1/f - g‖ ≤ ‖g‖ ρ/(1 - ρ). At an order k that is kept g_k is within λ_k of
  /// -(1/P_0) Σ_{j≥1} P_j g_{k-j}, so 1 - P g has at most |P_0| λ_k there.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    eachEntry(result, operands) { e in
      let residual =
        e.headSize * e.rounding + e.x.excess(e.entry, times: result, e.entry) + e.error * e.size
      return e.size * e.amplifiedByInverse(residual)
    }
  }
}

extension Exponential: BoundedOperation {
  /// w = e^P - g has θw = θP w - d with the residual d = θg - θP g. Its majorant at η shows that the orders of d that are
  /// kept make ‖w‖ at most e^rise (|w_0| + ‖d‖); those from K on make a w of such orders only, so that
  /// K ‖w‖ ≤ ‖θw‖ ≤ ‖θP‖‖w‖ + ‖d‖. And e^(P+δ) - g = w + (g + w)(e^δ - 1).
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    eachEntry(result, operands) { e in
      let kept = e.rounding + e.weightedRounding + e.roundedEuler(e.x) * e.size
      let cut = e.x.excess(e.entry, times: result, e.entry, isEuler: true)
      let growth = UpperBound.exp(e.rise)
      let room = Double(e.x.units.order) - e.x.eulerNorm(e.entry).value
      let distance = growth * kept + .lesser(growth * cut, cut.over(room))
      let found = distance + (e.size + e.unit * distance) * e.amplified(e.error)
      return e.head < 0 ? .lesser(found, e.smallExponentialError) : found
    }
  }
}

extension Logarithm: BoundedOperation {
  /// θ(log P - g) = (θP - P θg)/P, and log(P + δ) - log P = log(1 + δ/P), where -log(1 - a) ≤ a/(1 - a). At an order k
  /// that is kept the residual θP - P θg has P_0 k λ_k, and what rounding makes of the stored j g_j.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    eachEntry(result, operands) { e in
      let inverse = inverseSize(e.head, e.rise)
      let residual =
        e.headSize * e.weightedRounding + e.roundedEuler(result) * e.x.size(e.entry)
        + result.excess(e.entry, times: e.x, e.entry, isEuler: true) + e.x.eulerTail(e.entry)
      return e.rounding + inverse * residual + e.amplifiedByInverse(inverse * e.error)
    }
  }
}

extension SquareRoot: BoundedOperation {
  /// √(P + δ) = g √(1 + a) with a = (P + δ - g²)/g², and ‖√(1 + a) - 1‖ ≤ ‖a‖ if that is below 1. At an order k that is
  /// kept P - g² has at most 2 g_0 λ_k (and λ_0² more at 0).
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    eachEntry(result, operands) { e in
      let inverse = inverseSize(e.value, e.resultRise)
      let residual =
        (2 * e.valueSize + e.unit * e.rounding) * e.rounding
        + result.excess(e.entry, times: result, e.entry) + e.x.tail(e.entry) + e.error
      let change = inverse * inverse * residual
      return (e.unit * change).value < 1 ? e.size * change : .infinity
    }
  }
}

extension Power: BoundedOperation {
  /// q = g P^-p has θq = P^(-p-1) d with the residual d = P θg - p g θP, and (P + δ)^p - g = P^p ((1 + δ/P)^p - q).
  /// ‖P^a‖ ≤ P_0^a (1 - rise/P_0)^-|a|. At an order k that is kept d has P_0 k λ_k, and what rounding makes of the
  /// stored j g_j and j P_j.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    let size = UpperBound(up: exponent.magnitude.doubleValue)
    guard exponent.magnitude < Rational(1 << 16) else { return result.rounding.map { _ in .infinity } }
    return eachEntry(result, operands) { e in
      let inverse = inverseSize(e.head, e.rise)
      let residual =
        e.headSize * e.weightedRounding + e.roundedEuler(result) * e.x.size(e.entry)
        + size * e.roundedEuler(e.x) * e.size + result.excess(e.entry, times: e.x, e.entry, isEuler: true)
        + size * e.x.excess(e.entry, times: result, e.entry, isEuler: true)
      func power(_ a: Rational) -> UpperBound { powerSize(e.head, e.rise, a) }
      // (1 - a)^-|p| - 1 = e^(-|p| log(1 - a)) - 1.
      let change = e.amplified(size * e.amplifiedByInverse(inverse * e.error))
      return power(exponent)
        * (change + e.rounding.over(e.value * (1 - 0x1p-40)) + power(-exponent - 1) * residual)
    }
  }
}

extension Logistic: BoundedOperation {
  /// For P_0 ≥ 0 let h = (1 - g)/g, which is e^-P for g = σ(P). With the residual d = θg - θP (g - g²), q = h e^P has
  /// θq = -e^P d/g². So 1/(1 + e^-(P+δ)) = 1/(1 + h (1 + τ)) with ‖τ‖ ≤ (e^‖δ‖ - 1 + a)/(1 - a), where
  /// a = |q_0 - 1| + ‖q - q_0‖; and 1/(1 + h (1 + τ)) - g = -g (1 - g) τ/(1 + (1 - g) τ). For P_0 < 0 the same with 1 - g
  /// and g exchanged.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    eachEntry(result, operands) { e in
      let residual =
        e.weightedRounding + e.roundedEuler(e.x) * (e.size + e.size * e.size)
        + e.storedEulerNorm * result.auxiliaryRounding(e.entry)
        + e.x.excess(e.entry, times: result, e.entry, isEuler: true)
        + e.x.eulerExcess(e.entry, timesSquareOf: result, e.entry)
      return .lesser(e.sigmoidError(steepness: 1, residual: residual), e.limitError(steepness: 1))
    }
  }
}

extension HyperbolicTangent: BoundedOperation {
  /// As for the logistic function: for P_0 ≥ 0, h = (1 - g)/(1 + g) is e^-2P for g = tanh P; with the residual
  /// d = θg - θP (1 - g²), q = h e^2P has θq = -2 e^2P d/(1 + g)²; and
  /// tanh(P + δ) - g = -(1 - g²) τ/2 / (1 + (1 - g) τ/2). For P_0 < 0 the same with -g.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    eachEntry(result, operands) { e in
      let residual =
        e.weightedRounding + e.roundedEuler(e.x) * (1 + e.size * e.size)
        + e.storedEulerNorm * result.auxiliaryRounding(e.entry) + e.x.eulerTail(e.entry)
        + e.x.eulerExcess(e.entry, timesSquareOf: result, e.entry)
      return .lesser(e.sigmoidError(steepness: 2, residual: residual), e.limitError(steepness: 2))
    }
  }
}

extension Softplus: BoundedOperation {
  /// With s the stored polynomial of σ(P + δ), which is off by ε: σ(P) differs from σ(P + δ) by S (1 - S) τ/(1 + S τ),
  /// S = σ(P + δ), ‖τ‖ ≤ e^‖δ‖ - 1. θ(softplus P - g) = θP (σ(P) - s) + (θP s - θg), and
  /// softplus(P + δ) - softplus P = log(1 + σ(P)(e^δ - 1)).
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [UpperBound]
  {
    let (x, s) = (operands[0], operands[1])
    return (0..<result.entries).map { entry in
      let e = EntryBounds(x, result, entry)
      let (size, growth) = (s.bound(entry), e.amplified(e.error))
      let slope = s.errors[entry] + (1 + size) * e.amplifiedByInverse(size * growth)
      let residual =
        e.weightedRounding + e.roundedEuler(x) * s.size(entry)
        + x.excess(entry, times: s, entry, isEuler: true)
      let change = (s.size(entry) + e.unit * slope) * growth
      return e.rounding + x.eulerNorm(entry) * slope + residual + e.amplifiedByInverse(change)
    }
  }
}

/// ‖1/f‖ for an f with the head f_0 > 0, known to one part in 2^40, and ‖f - f_0‖ = `rise`.
private func inverseSize(_ head: Double, _ rise: UpperBound) -> UpperBound {
  // Below, the head is an upper bound only.
  head > 0x1p-900 ? UpperBound(1).over(head * (1 - 0x1p-40) - rise.value) : .infinity
}

/// ‖f^a‖ for such an f: f_0^a (1 - rise/f_0)^-|a|, by Arb.
private func powerSize(_ head: Double, _ rise: UpperBound, _ exponent: Rational) -> UpperBound {
  let share = rise.over(head * (1 - 0x1p-40))
  guard share.value < 1 else { return .infinity }
  let ball = Ball(head, precision: 64)
  let start = ball.addingError(ball.scaled(byPowerOfTwo: -40))
  let room = Ball(1, precision: 64) - Ball(share.value, precision: 64)
  return UpperBound(up: (Ball.pow(start, exponent) * Ball.pow(room, -exponent.magnitude)).upperMagnitude)
}
