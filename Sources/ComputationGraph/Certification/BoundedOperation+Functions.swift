#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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

  /// The error of a sigmoid from the residual of its equation: of the logistic function with `steepness` 1, of tanh with
  /// 2. Derived at these.
  func sigmoidError(steepness c: Double, residual: UpperBound) -> UpperBound {
    let (size, steepness) = (abs(head), UpperBound(c))
    // The distances from the far and from the near limit at |P_0|: σ and 1 - σ, 1 + tanh and 1 - tanh.
    let (near, far) = (c / (1 + exp(-c * size)), c * exp(-c * size) / (1 + exp(-c * size)))
    let inverse = inverseSize(near, resultRise)
    let start = (4 * steepness * rounding).over(near * far)
    let growth = UpperBound.exp(steepness * (headSize + rise))
    let change = start + growth * inverse * inverse * steepness * residual
    let shift = (amplified(steepness * error) + change).overOneMinus(unit * change).over(c)
    let sum = UpperBound(up: near, slack: 0x1p-30) + resultRise
    let other = UpperBound(up: far, slack: 0x1p-30) + resultRise
    // Far out both the function and g are near the limit: with E = ‖e^(-c |P + δ|)‖ the function is within cE/(1 - E).
    let small = exponentialBound(-c * size, c)
    let direct = (steepness * small).overOneMinus(small) + other
    return .lesser(sum * amplifiedByInverse(other * shift), direct.over(unit.value) + rounding)
  }

  /// e^(head + factor·(‖P - P_0‖ + ‖δ‖)), where the head is known to one part in 2^47.
  func exponentialBound(_ head: Double, _ factor: Double = 1) -> UpperBound {
    let spread = UpperBound(factor) * (rise + unit * error)
    return UpperBound(up: exp(head + abs(head) * 0x1p-46 + spread.value * (1 + 0x1p-40)), slack: 0x1p-30)
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
      // Both are small where P is far below 0.
      return .lesser(found, (e.exponentialBound(e.head) + e.size).over(e.unit.value))
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
    let p = exponent.doubleValue
    let size = UpperBound(up: abs(p))
    guard abs(p) < 0x1p16 else { return result.rounding.map { _ in .infinity } }
    return eachEntry(result, operands) { e in
      let inverse = inverseSize(e.head, e.rise)
      let residual =
        e.headSize * e.weightedRounding + e.roundedEuler(result) * e.x.size(e.entry)
        + size * e.roundedEuler(e.x) * e.size + result.excess(e.entry, times: e.x, e.entry, isEuler: true)
        + size * e.x.excess(e.entry, times: result, e.entry, isEuler: true)
      let room = 1 - e.rise.over(e.head * (1 - 0x1p-40)).value
      func power(_ a: Double) -> UpperBound {
        guard room > 0 else { return .infinity }
        return UpperBound(up: max(pow(e.head, a), 0x1p-1000) * pow(room, -abs(a)), slack: 0x1p-30)
      }
      // (1 - a)^-|p| - 1 = e^(-|p| log(1 - a)) - 1.
      let change = e.amplified(size * e.amplifiedByInverse(inverse * e.error))
      return power(p) * (change + e.rounding.over(e.value * (1 - 0x1p-40)) + power(-p - 1) * residual)
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
        + e.x.eulerNorm(e.entry) * result.auxiliaryRounding(e.entry)
        + e.x.excess(e.entry, times: result, e.entry, isEuler: true)
        + e.x.eulerExcess(e.entry, timesSquareOf: result, e.entry)
      return e.sigmoidError(steepness: 1, residual: residual)
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
        + e.x.eulerNorm(e.entry) * result.auxiliaryRounding(e.entry) + e.x.eulerTail(e.entry)
        + e.x.eulerExcess(e.entry, timesSquareOf: result, e.entry)
      return e.sigmoidError(steepness: 2, residual: residual)
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
