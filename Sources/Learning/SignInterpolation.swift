import Multiprecision

/// The expected test error of the minimum-norm interpolator X⁺y of the signs y = sign(X w*), for N × d Gaussian
/// inputs, N < d: E[θ]/π, θ the angle between X⁺y and w*.
///
/// **The law of the angle.** With independent χ² numbers q, A, B, T of N, d - N, d - N + 1, d degrees of freedom, a
/// standard normal z and c = cos φ = |x|₁/(√N |x|) for a standard normal x ∈ R^N,
///
///     cos θ = √u · w/√(w² + T),   u = q/(q + A) ~ Beta(N/2, (d-N)/2),   w = √B cot φ + z,
///
/// where u, w and T are independent.
///
/// **The series.** E θ = π/2 - Σ_k c_k E[u^(k+1/2)] E[v^(2k+1)] with the coefficients c_k of arcsin and
/// v = w/√(w² + T). Given δ = √B cot φ, v is the cosine of a Gaussian vector of R^(d+1) that is shifted by δ, so
/// E[v^(2k+1)] = Σ_j E[e^(-δ²/2) δ^(2j+1)]/(2j+1)! · E[r^(2j+1)] · E|cos ω|^(2j+2k+2), r² ~ χ²_(d+1) and ω uniform on
/// the sphere; the average over B gives E[c^(2j+1) (1-c²)^((d-N+1)/2)], which is a sum of moments of c. Those are
/// E[|x|₁^m]/(N^(m/2) E|x|^m): |x|₁ is a sum of N independent half normals.
///
/// **Error bound**: rigorous. All terms are positive. |v| ≤ 1 bounds what the sum over j leaves out by
/// 1 - Σ_j E[e^(-δ²/2) δ^(2j+1)]/(2j+1)! · E|z|^(2j+1), which is part of the radius; it falls as a power of the
/// number of terms, the faster the larger N, and does not go below P(w < 0).
/// **Complexity**: a few products of polynomials of as many terms, and terms² multiplications.
/// **Source**: derived in docs/theory, T9.
public struct SignInterpolation: Sendable {
  public let samples: Int
  public let dimension: Int

  /// - Throws: `ProblemError` unless 2 ≤ N ≤ d - 3.
  public init(samples: Int, dimension: Int) throws(ProblemError) {
    guard samples >= 2, samples + 3 <= dimension else {
      throw ProblemError(
        field: "samples", "found \(samples) in \(dimension) dimensions, expected from 2 to \(dimension - 3)")
    }
    (self.samples, self.dimension) = (samples, dimension)
  }

  /// The limit for N, d → ∞ with N/d = γ < 1: (1/π) arccos √(2γ(1-γ)/(π - 2γ)).
  public static func limit(ratio: Ball) -> Ball {
    let (pi, one) = (Ball.pi(precision: ratio.precision), Ball(1, precision: ratio.precision))
    let twice = ratio.scaled(byPowerOfTwo: 1)
    return arccos(.sqrt(twice * (one - ratio) / (pi - twice))) / pi
  }

  /// arccos x for -1 < x < 1.
  public static func arccos(_ x: Ball) -> Ball {
    let one = Ball(1, precision: x.precision)
    let half = Ball.pi(precision: x.precision).scaled(byPowerOfTwo: -1)
    return half - .arctan(x / .sqrt((one - x) * (one + x)))
  }

  /// E[θ]/π.
  ///
  /// - Parameters:
  ///   - terms: of the sum over j.
  ///   - precision: bits; the terms cancel by about d of them.
  public func expectedError(terms: Int, precision: Int) -> Ball {
    let moments = WeightedMoments(self, terms: terms, precision: precision)
    let (N, d) = (samples, dimension)
    // E u^(1/2) = Γ((N+1)/2) Γ(d/2)/(Γ(N/2) Γ((d+1)/2))
    var power =
      WeightedMoments.gammaRatio(N, precision: precision)
      / WeightedMoments.gammaRatio(d, precision: precision)
    var coefficient = Ball(1, precision: precision)
    var sum = Ball(0, precision: precision)
    var k = 0
    while true {
      let term = coefficient * power
      // The tail: c_K E[u^(K+1/2)/(1-u)], as 0 ≤ v ≤ 1 up to sign.
      let tail = term * Ball(Rational(d + 2 * k - 1, d - N - 2), precision: precision)
      if k == terms || tail.log10UpperMagnitude < moments.leftOut.log10UpperMagnitude - 3 {
        sum = sum.addingError(tail)
        break
      }
      sum += term * moments.cosinePower(k)
      power = power * Rational(N + 1 + 2 * k, d + 1 + 2 * k)
      coefficient = coefficient * Rational((2 * k + 1) * (2 * k + 1), (2 * k + 2) * (2 * k + 3))
      k += 1
    }
    return Ball(Rational(1, 2), precision: precision) - sum / .pi(precision: precision)
  }
}

/// The terms of E[v^(2k+1)].
private struct WeightedMoments {
  /// Bounds what the sums over j leave out.
  let leftOut: Ball
  private let terms: [Ball]
  private let dimension: Int
  private let precision: Int

  init(_ problem: SignInterpolation, terms count: Int, precision: Int) {
    let (N, d) = (problem.samples, problem.dimension)
    (dimension, self.precision) = (d, precision)
    let weights = Self.weightedCosines(problem, count: count, precision: precision)
    let one = Ball(1, precision: precision)
    let freedom = d - N + 1
    // √(2/π) · √2 Γ(h + 1/2)/Γ(h), and E r for the other.
    let first = Self.gammaRatio(freedom, precision: precision) * .sqrt(2 * one)
    var total = first * .sqrt(2 * one / .pi(precision: precision))
    var factor = first * .sqrt(2 * one) * Self.gammaRatio(d + 1, precision: precision)
    var sum = Ball(0, precision: precision)
    var terms: [Ball] = []
    for j in 0..<count {
      sum += total * weights[j]
      terms.append(factor * weights[j])
      total = total * Rational(freedom + 2 * j + 1, 2 * j + 3)
      factor = factor * Rational((d + 2 * j + 2) * (freedom + 2 * j + 1), (2 * j + 3) * (2 * j + 2))
    }
    self.terms = terms
    leftOut = one - sum
  }

  /// Γ((n+1)/2)/Γ(n/2).
  static func gammaRatio(_ n: Int, precision: Int) -> Ball {
    let pi = Ball.pi(precision: precision)
    // n = 1: 1/√π; n = 2: √π/2; Γ((n+3)/2)/Γ((n+2)/2) = (n+1)/n of it.
    var ratio = n.isMultiple(of: 2) ? Ball.sqrt(pi).scaled(byPowerOfTwo: -1) : 1 / .sqrt(pi)
    for k in stride(from: n.isMultiple(of: 2) ? 2 : 1, to: n, by: 2) { ratio = ratio * Rational(k + 1, k) }
    return ratio
  }

  /// E[v^(2k+1)], enclosed.
  func cosinePower(_ k: Int) -> Ball {
    var cosine = Ball(1, precision: precision)
    for m in 0...k { cosine = cosine * Rational(2 * m + 1, dimension + 1 + 2 * m) }
    var sum = Ball(0, precision: precision)
    for (j, term) in terms.enumerated() {
      sum.addProduct(term, cosine)
      cosine = cosine * Rational(2 * (j + k) + 3, dimension + 2 * (j + k) + 3)
    }
    let half = leftOut.scaled(byPowerOfTwo: -1)
    return (sum + half).addingError(half)
  }

  /// E[c^(2j+1) (1-c²)^h], h = (d-N+1)/2, for j < count, by the binomial series: for an integer h it ends, for
  /// others |C(h-1, n-1)| bounds what is left out from the n-th term on. That weighs about (j/n)^h in the sum over j.
  private static func weightedCosines(
    _ problem: SignInterpolation, count: Int, precision: Int
  ) -> [Ball] {
    let twiceExponent = problem.dimension - problem.samples + 1
    let isInteger = twiceExponent.isMultiple(of: 2)
    let length = twiceExponent / 2 + (isInteger ? 1 : 3 * count)
    var binomials = [Ball(1, precision: precision)]
    for i in 0..<length { binomials.append(binomials[i] * Rational(2 * i - twiceExponent, 2 * i + 2)) }
    // |C(h-1, n-1)| = |C(h, n)| n/h.
    let error = isInteger ? nil : binomials[length] * Rational(2 * length, twiceExponent)
    let moments = oddMoments(problem.samples, count: count + length, precision: precision)
    return (0..<count).map { j in
      var sum = Ball(0, precision: precision)
      for i in 0..<length { sum.addProduct(binomials[i], moments[i + j]) }
      return error.map { sum.addingError($0) } ?? sum
    }
  }

  /// E[c^(2n+1)] = E[|x|₁^(2n+1)]/(N^(n+1/2) E|x|^(2n+1)), n < count.
  private static func oddMoments(_ N: Int, count: Int, precision: Int) -> [Ball] {
    let one = Ball(1, precision: precision)
    // E|g|^m/m!: 1, √(2/π), and E|g|^(m+2) = (m+1) E|g|^m.
    var half = [one, .sqrt(2 * one / .pi(precision: precision))]
    for m in 0..<2 * count { half.append(half[m] * Rational(1, m + 2)) }
    let sums = Ball.powerSeries(half, toThe: N, count: 2 * count, precision: precision)
    // (2n+1)!/(N^(n+1/2) E|x|^(2n+1)), E|x| = √2 Γ((N+1)/2)/Γ(N/2), E|x|^(m+2) = (N+m) E|x|^m.
    var factor = one / (.sqrt(Ball(2 * N, precision: precision)) * gammaRatio(N, precision: precision))
    return (0..<count).map { n in
      defer { factor = factor * Rational((2 * n + 2) * (2 * n + 3), N * (N + 2 * n + 1)) }
      return sums[2 * n + 1] * factor
    }
  }
}

private func * (left: Ball, right: Rational) -> Ball { left * Ball(right, precision: left.precision) }
private func * (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) * right }
private func / (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) / right }
