#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Functions of one operand, entry by entry. In the comments P is the operand's stored polynomial, δ its error, g the
/// result's polynomial, λ its rounding errors, θ = t d/dt, and a residual is what g leaves of an equation of the function
/// at P. Dividing by k, as undoing θ does at order k > 0, makes no norm larger.
private struct EntryBounds {
  let x: SeriesBounds
  let result: SeriesBounds
  let entry: Int
  /// ‖δ‖ and ‖P - P_0‖.
  let error: Double, rise: Double
  /// P_0 and g_0.
  let head: Double, value: Double

  init(_ x: SeriesBounds, _ result: SeriesBounds, _ entry: Int) {
    (self.x, self.result, self.entry) = (x, result, entry)
    (error, rise) = (x.errors[entry], outwards(x.rise(entry)))
    (head, value) = (x.head(entry), result.head(entry))
  }

  /// ‖g‖, ‖g - g_0‖.
  var norm: Double { result.norm(entry) }
  var resultRise: Double { outwards(result.rise(entry)) }
  /// Σ λ_k η^k, Σ k λ_k η^k.
  var rounding: Double { result.rounding[entry] }
  var weightedRounding: Double { result.weightedRounding[entry] }

  /// What the orders that are left out amount to, for products of θP and others.
  var cutting: Double { powerBound(-3 * result.kept) * x.wideEulerNorms[entry] }

  /// ‖θ‖ of what rounding does to k f_k, where a recurrence stores that: at most 2 units of its digits, of which k f_k
  /// has at least 2^(52 r - 2).
  func roundedEuler(_ f: SeriesBounds, _ arithmetic: FixedPointSeriesArithmetic) -> Double {
    (0..<min(f.orders, result.kept)).reduce(0) { sum, j in
      sum + Double(j) * f.weighted[entry * f.orders + j] * powerBound(3 - 52 * arithmetic.digitCounts[j])
    }
  }

  /// Rounding of the stored w = g - g² or 1 - g², norm: a Cauchy sum of g's lines, and sums of numbers no larger.
  func roundedSquare(_ arithmetic: FixedPointSeriesArithmetic) -> Double {
    let lines = result.series.lines(.entries)
    let exponent = Int(max(lines.header.pointee.exponents[entry], 1))
    return (0..<result.kept).reduce(0) { sum, k in
      let digits = arithmetic.digitCounts[k]
      let units = Double((k + 2) * (2 * digits + 26) + 64) * powerBound(2 * exponent - 52 * digits)
      return sum + units * x.powers[k]
    }
  }
}

extension EntryBounds {
  /// The error of a sigmoid from the residual of its equation: of the logistic function with `steepness` 1, of tanh with
  /// 2. Derived at these.
  fileprivate func sigmoidError(steepness c: Double, residual: Double) -> Double? {
    let size = abs(head)
    // The distances from the far and from the near limit at |P_0|: σ and 1 - σ, 1 + tanh and 1 - tanh.
    let (near, far) = (c / (1 + exp(-c * size)), c * exp(-c * size) / (1 + exp(-c * size)))
    guard let inverse = inverseNorm(near * (1 - 0x1p-40), resultRise) else { return nil }
    let start = outwards(4 * c * rounding / (near * far))
    let change = start + outwards(exp(c * (size + rise))) * inverse * inverse * c * residual
    guard change < 0.25 else { return nil }
    let shift = outwards((outwards(expm1(c * error)) + change) / (1 - change)) / c
    let (sum, other) = (outwards(near) + resultRise, outwards(far) + resultRise)
    return other * shift < 0.5 ? sum * other * shift / (1 - other * shift) : nil
  }
}

extension EntrywiseFunction {
  fileprivate func eachEntry(
    _ result: SeriesBounds, _ operands: [SeriesBounds], _ bound: (EntryBounds) -> Double?
  ) -> [Double] {
    (0..<result.entries).map { bound(EntryBounds(operands[0], result, $0)).map(outwards) ?? .infinity }
  }
}

extension Reciprocal: BoundedOperation {
  /// With ρ = ‖1 - f g‖ < 1: ‖1/f - g‖ ≤ ‖g‖ ρ/(1 - ρ). At an order k that is kept g_k is within λ_k of
  /// -(1/P_0) Σ_{j≥1} P_j g_{k-j}, so 1 - P g has at most |P_0| λ_k there.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [Double]
  {
    eachEntry(result, operands) { e in
      let residual =
        outwards(abs(e.head) * e.rounding)
        + e.x.excess(e.entry, times: result, e.entry, from: result.kept) + e.error * e.norm
      return residual < 0.5 ? e.norm * residual / (1 - residual) : nil
    }
  }
}

extension Exponential: BoundedOperation {
  /// q = g e^-P has θq = e^-P d with the residual d = θg - θP g, so ‖q - q_0‖ ≤ e^(rise - P_0) ‖d‖, and
  /// e^(P+δ) - g = e^P (e^δ - q).
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [Double]
  {
    eachEntry(result, operands) { e in
      let residual =
        e.weightedRounding + e.roundedEuler(e.x, arithmetic) * e.norm
        + e.x.excess(e.entry, times: result, e.entry, from: result.kept, isEuler: true)
      let growth = outwards(exp(e.rise))
      return growth
        * (outwards(abs(e.value)) * outwards(expm1(e.error)) + e.rounding + growth * residual)
    }
  }
}

extension Logarithm: BoundedOperation {
  /// θ(log P - g) = (θP - P θg)/P, and log(P + δ) - log P = log(1 + δ/P). At an order k that is kept the residual
  /// θP - P θg has P_0 k λ_k, and what rounding makes of the stored j g_j.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [Double]
  {
    eachEntry(result, operands) { e in
      guard let inverse = inverseNorm(e.head, e.rise), inverse * e.error < 0.5 else { return nil }
      let residual =
        outwards(e.head * e.weightedRounding) + e.roundedEuler(result, arithmetic) * e.x.norm(e.entry)
        + result.excess(e.entry, times: e.x, e.entry, from: result.kept, isEuler: true)
        + eulerTail(e.x, e.entry, from: result.kept)
      return e.rounding + inverse * residual + outwards(-log1p(-outwards(inverse * e.error)))
    }
  }
}

extension SquareRoot: BoundedOperation {
  /// √(P + δ) = g √(1 + u) with u = (P + δ - g²)/g², and ‖√(1 + u) - 1‖ ≤ ‖u‖ if that is below 1. At an order k that is
  /// kept P - g² has at most 2 g_0 λ_k (and λ_0² more at 0).
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [Double]
  {
    eachEntry(result, operands) { e in
      guard let inverse = inverseNorm(e.value, e.resultRise) else { return nil }
      let residual =
        (2 * outwards(e.value) + e.rounding) * e.rounding
        + result.excess(e.entry, times: result, e.entry, from: result.kept)
        + e.x.tail(e.entry, from: result.kept) + e.error
      let change = outwards(inverse * inverse * residual)
      return change < 0.5 ? e.norm * change : nil
    }
  }
}

extension Power: BoundedOperation {
  /// q = g P^-p has θq = P^(-p-1) d with the residual d = P θg - p g θP, and (P + δ)^p - g = P^p ((1 + δ/P)^p - q).
  /// ‖P^a‖ ≤ P_0^a (1 - rise/P_0)^-|a|. At an order k that is kept d has P_0 k λ_k, and what rounding makes of the
  /// stored j g_j and j P_j.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [Double]
  {
    let p = exponent.doubleValue
    return eachEntry(result, operands) { e in
      guard abs(p) < 0x1p16, e.value > 0x1p-900, let inverse = inverseNorm(e.head, e.rise),
        inverse * e.error < 0.5
      else { return nil }
      let size = outwards(abs(p))
      let residual =
        outwards(e.head * e.weightedRounding)
        + e.roundedEuler(result, arithmetic) * e.x.norm(e.entry)
        + size * e.roundedEuler(e.x, arithmetic) * e.norm
        + result.excess(e.entry, times: e.x, e.entry, from: result.kept, isEuler: true)
        + size * e.x.excess(e.entry, times: result, e.entry, from: result.kept, isEuler: true)
      func power(_ a: Double) -> Double {
        let room = 1 - outwards(e.rise / e.head)
        return pow(e.head, a) * pow(room, -abs(a)) * (1 + 0x1p-30)
      }
      let start = outwards(e.rounding / abs(e.value))
      let change = expm1(-size * log1p(-outwards(inverse * e.error)))
      return power(p) * (outwards(change) + start + power(-p - 1) * residual)
    }
  }
}

extension Logistic: BoundedOperation {
  /// For P_0 ≥ 0 let h = (1 - g)/g, which is e^-P for g = σ(P). With the residual d = θg - θP (g - g²), q = h e^P has
  /// θq = -e^P d/g². So 1/(1 + e^-(P+δ)) = 1/(1 + h (1 + τ)) with ‖τ‖ ≤ (e^‖δ‖ - 1 + a)/(1 - a), where
  /// a = |q_0 - 1| + ‖q - q_0‖; and 1/(1 + h (1 + τ)) - g = -g (1 - g) τ/(1 + (1 - g) τ). For P_0 < 0 the same with 1 - g
  /// and g exchanged.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [Double]
  {
    eachEntry(result, operands) { e in
      let wide = result.wideNorms[e.entry]
      let residual =
        e.weightedRounding + e.roundedEuler(e.x, arithmetic) * (e.norm + e.norm * e.norm)
        + e.x.eulerNorm(e.entry) * e.roundedSquare(arithmetic) + e.cutting * (wide + wide * wide)
      return e.sigmoidError(steepness: 1, residual: residual)
    }
  }
}

extension HyperbolicTangent: BoundedOperation {
  /// As for the logistic function: for P_0 ≥ 0, h = (1 - g)/(1 + g) is e^-2P for g = tanh P; with the residual
  /// d = θg - θP (1 - g²), q = h e^2P has θq = -2 e^2P d/(1 + g)²; and
  /// tanh(P + δ) - g = -(1 - g²) τ/2 / (1 + (1 - g) τ/2). For P_0 < 0 the same with -g.
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [Double]
  {
    eachEntry(result, operands) { e in
      let wide = result.wideNorms[e.entry]
      let residual =
        e.weightedRounding + e.roundedEuler(e.x, arithmetic) * (1 + e.norm * e.norm)
        + e.x.eulerNorm(e.entry) * e.roundedSquare(arithmetic) + e.cutting * wide * wide
        + eulerTail(e.x, e.entry, from: result.kept)
      return e.sigmoidError(steepness: 2, residual: residual)
    }
  }
}

extension Softplus: BoundedOperation {
  /// With s the stored polynomial of σ(P + δ), which is off by ε: σ(P) differs from σ(P + δ) by S (1 - S) τ/(1 + S τ),
  /// S = σ(P + δ), ‖τ‖ ≤ e^‖δ‖ - 1. θ(softplus P - g) = θP (σ(P) - s) + (θP s - θg), and
  /// softplus(P + δ) - softplus P = log(1 + σ(P)(e^δ - 1)).
  func errors(of result: SeriesBounds, operands: [SeriesBounds], in arithmetic: FixedPointSeriesArithmetic)
    -> [Double]
  {
    let (x, s) = (operands[0], operands[1])
    return (0..<result.entries).map { entry in
      let e = EntryBounds(x, result, entry)
      let (size, growth) = (outwards(s.bound(entry)), outwards(expm1(e.error)))
      guard size * growth < 0.25 else { return .infinity }
      let slope = outwards(s.errors[entry] + size * (1 + size) * growth / (1 - size * growth))
      let residual =
        e.weightedRounding + e.roundedEuler(x, arithmetic) * s.norm(entry)
        + x.excess(entry, times: s, entry, from: result.kept, isEuler: true)
      let change = outwards((s.norm(entry) + slope) * growth)
      guard change < 0.5 else { return .infinity }
      return e.rounding + x.eulerNorm(entry) * slope + residual + outwards(-log1p(-change))
    }
  }
}

/// ‖1/f‖ for an f with the head f_0 > 0 and ‖f - f_0‖ = `rise`.
private func inverseNorm(_ head: Double, _ rise: Double) -> Double? {
  // Below, the head is an upper bound only.
  guard head > 0x1p-900 else { return nil }
  let room = head * (1 - 0x1p-40) - rise
  return room > 0 ? outwards(1 / room) : nil
}

/// Σ_{j≥m} j |P_j| η^j.
private func eulerTail(_ x: SeriesBounds, _ entry: Int, from m: Int) -> Double {
  (min(m, x.orders)..<x.orders).reduce(0) { $0 + Double($1) * x.weighted[entry * x.orders + $1] }
}
