import Multiprecision

/// Where β = u² - v² goes when Zβ = m(t) with margins m_n = t + O(1), and how fast: β is the Bregman projection
/// s = arsinh(β/h) - log(u(0)/v(0)) ∈ row(Z), h = 2u(0)v(0).
///
/// Let b* be the solution of min ‖b‖₁ subject to Zb = 1, with N entries S that are not zero, Z_S invertible, and the
/// dual certificate p = Zᵀλ, p_S = sign b*_S, |p_i| < 1 for i ∉ S: then b* is unique. With Q = Z_offᵀ Z_S⁻ᵀ the dual
/// variables off S are exactly s_off = Q s_S, so that for b = β/t
///
///     b_S = Z_S⁻¹(m/t - Z_off b_off),   b_i = (h_i/t) sinh(log(u_i/v_i) + (Q s_S)_i),   i ∉ S,
///
/// and |b_i| ~ C_i t^(|p_i| - 1).
///
/// **Source**: docs/theory, T3 (b′).
struct HypentropyLimit {
  let margins: Matrix<Rational>
  /// b*, exactly.
  let solution: [Rational]
  /// p = Zᵀλ, exactly.
  let certificate: [Rational]
  /// S and its complement.
  let support: [Int]
  let others: [Int]

  private let u: [Rational]
  private let v: [Rational]
  private let inverse: Matrix<Rational>

  /// Nil unless the solution has N nonzero entries, invertible Z_S and 0 < |p_i| < 1 off S, which proves it.
  init?(margins: Matrix<Rational>, solution: [Rational], u: [Rational], v: [Rational]) {
    let support = solution.indices.filter { !solution[$0].isZero }
    let others = solution.indices.filter { solution[$0].isZero }
    let active = Matrix<Rational>(rows: margins.rows, columns: support.count) { margins[$0, support[$1]] }
    guard solution.count == margins.columns, support.count == margins.rows,
      let inverse = try? active.inverse(),
      (margins * Matrix(column: solution)).elements.allSatisfy({ $0 == 1 })
    else { return nil }
    let signs = Matrix(column: support.map { Rational(solution[$0].signum()) })
    let certificate = (margins.transposed() * (inverse.transposed() * signs)).elements
    guard others.allSatisfy({ certificate[$0].magnitude < 1 && !certificate[$0].isZero }) else { return nil }
    (self.margins, self.solution, self.certificate) = (margins, solution, certificate)
    (self.support, self.others, self.inverse, self.u, self.v) = (support, others, inverse, u, v)
  }

  /// κ = max |p_i| off S: b(t) - b* is of order t^-(1-κ).
  var kappa: Rational { others.map { certificate[$0].magnitude }.max() ?? 0 }

  /// What is neglected in b and in log|β_i| is of order t^-ρ with this ρ: t^-(1-κ) from b, t^-2|p_i| from
  /// sinh x = e^|x|/2 - e^-|x|/2.
  var rate: Rational {
    others.map { min(1 - certificate[$0].magnitude, 2 * certificate[$0].magnitude) }.min() ?? 1
  }

  /// log C_i for i ∉ S, to leading order: log|β_i| = |p_i| log t + log C_i.
  ///
  /// s_j = σ_j (log t + log(2|b*_j|/h_j)) - log(u_j/v_j) on S, and sinh x = σ e^|x|/2.
  ///
  /// - Parameter two: the 2 of 2|b*|/h.
  func logConstants(two: Rational = 2, precision: Int) -> [Ball] {
    let onSupport = Matrix(
      column: support.map { j in
        Rational(solution[j].signum())
          * Ball.log(Ball(two * solution[j].magnitude / scale(j), precision: precision))
          - logRatio(j, precision: precision)
      })
    let moved = elimination(precision: precision) * onSupport
    return others.indices.map { place in
      let i = others[place]
      let exponent = logRatio(i, precision: precision) + moved[place, 0]
      return Rational(certificate[i].signum()) * exponent
        + Ball.log(Ball(scale(i) * Rational(1, 2), precision: precision))
    }
  }

  /// log C_i for one i ∉ S.
  func logConstant(_ index: Int, precision: Int) -> Ball {
    let place = others.firstIndex(of: index)
    return place.map { logConstants(precision: precision)[$0] } ?? .everything(precision: precision)
  }

  /// b(t) = β(t)/t, enclosed by a box that the map b_off ↦ b_S ↦ b_off takes into itself: by Brouwer's theorem there is
  /// a solution in it, and the projection is unique.
  ///
  /// - Parameter values: m(t), N entries.
  /// - Throws: `LinearAlgebraError.undecided` where the box is not mapped into itself, as at an early time.
  func enclosure(at time: Rational, values: [Ball], precision: Int) throws -> [Ball] {
    let logTime = Ball.log(Ball(time, precision: precision))
    let box = zip(others, logConstants(precision: precision)).map { i, constant in
      let size = Ball.exp((certificate[i].magnitude - 1) * logTime + constant)
      return Ball(0, precision: precision).addingError(Ball(2, precision: precision) * size)
    }
    let image = self.image(of: box, at: time, values: values, precision: precision)
    guard zip(box, image.others).allSatisfy({ $0.contains($1) }) else {
      throw LinearAlgebraError.undecided
    }
    var result = solution.map { _ in Ball(0, precision: precision) }
    for (place, i) in others.enumerated() { result[i] = image.others[place] }
    for (place, j) in support.enumerated() { result[j] = image.support[place] }
    return result
  }

  private func image(
    of box: [Ball], at time: Rational, values: [Ball], precision: Int
  ) -> (support: [Ball], others: [Ball]) {
    let t = Ball(time, precision: precision)
    let off = Matrix<Ball>(rows: margins.rows, columns: others.count) {
      Ball(margins[$0, others[$1]], precision: precision)
    }
    let right = Matrix(column: values.map { $0 / t }) - off * Matrix(column: box)
    let onSupport = inverse.map { Ball($0, precision: precision) } * right
    let duals = Matrix(
      column: zip(support, onSupport.elements).map { j, b in
        Self.arsinh(t * b / Ball(scale(j), precision: precision)) - logRatio(j, precision: precision)
      })
    let moved = elimination(precision: precision) * duals
    let offSupport = others.indices.map { place in
      let exponent = logRatio(others[place], precision: precision) + moved[place, 0]
      let sinh = Rational(1, 2) * (Ball.exp(exponent) - Ball.exp(-exponent))
      return Ball(scale(others[place]), precision: precision) / t * sinh
    }
    return (onSupport.elements, offSupport)
  }

  /// Q = Z_offᵀ Z_S⁻ᵀ.
  private func elimination(precision: Int) -> Matrix<Ball> {
    let off = Matrix<Rational>(rows: others.count, columns: margins.rows) { margins[$1, others[$0]] }
    return (off * inverse.transposed()).map { Ball($0, precision: precision) }
  }

  private func scale(_ index: Int) -> Rational { 2 * u[index] * v[index] }

  private func logRatio(_ index: Int, precision: Int) -> Ball {
    .log(Ball(u[index] / v[index], precision: precision))
  }

  /// log(x + √(x² + 1)), odd in x.
  private static func arsinh(_ x: Ball) -> Ball {
    let size = x.magnitude
    let value = Ball.log(size + Ball.sqrt(1 + size.squared()))
    return x.isNegative ? -value : value
  }
}
