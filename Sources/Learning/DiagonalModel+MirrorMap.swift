import Multiprecision

extension DiagonalModel {
  /// The mirror map of β under flows whose velocity is a combination of gradients of outputs: with β' = K p(t),
  /// K is a function of β because each coordinate conserves a quantity.
  ///
  /// - u^L - v^L: u v for L = 2, u^(2-L) + v^(2-L) for L ≥ 3; L = 1 has a constant K.
  /// - u_1∘u_2: u_1² - u_2², and β = p² - q² with p, q = (u_1 ± u_2)/2.
  /// - Products of three factors and more have a potential too, but none among `MirrorMap`: nil.
  func mirrorMap(at parameters: [Matrix<Rational>]) -> MirrorMap? {
    let values = parameters.map(\.elements)
    func coordinates<Value>(_ value: (Int) -> Value) -> [Value] { (0..<inputCount).map(value) }
    switch (form, depth) {
    case (.product, 1):
      return .quadratic(start: values[0], metric: .identity(inputCount))
    case (.product, 2):
      let (u, v) = (values[0], values[1])
      return .hypentropy(
        start: coordinates { u[$0] * v[$0] },
        scales: coordinates { (u[$0] * u[$0] - v[$0] * v[$0]).magnitude * Rational(1, 2) })
    case (.difference, 1):
      let (u, v) = (values[0], values[1])
      return .quadratic(
        start: coordinates { u[$0] - v[$0] }, metric: Matrix<Rational>.identity(inputCount).scaled(by: 2))
    case (.difference, 2):
      let (u, v) = (values[0], values[1])
      return .hypentropy(
        start: coordinates { u[$0] * u[$0] - v[$0] * v[$0] },
        scales: coordinates { (2 * u[$0] * v[$0]).magnitude })
    case (.difference, _):
      return .power(
        terms: coordinates { index in
          [term(values[0][index], sign: 1), term(values[1][index], sign: -1)].compactMap { $0 }
        }, exponent: Rational(depth, depth - 2))
    case (.product, _): return nil
    }
  }

  /// The part sign·w^L of a coordinate: it rises with s if it is positive. Nil for w = 0, which stays there.
  private func term(_ factor: Rational, sign: Int) -> MirrorMap.PowerTerm? {
    guard !factor.isZero, let base = try? factor.magnitude.power(2 - depth) else { return nil }
    let isPositive = (depth.isMultiple(of: 2) ? 1 : factor.signum()) * sign > 0
    return .init(base: base, isRising: isPositive)
  }
}
