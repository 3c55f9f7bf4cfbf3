import Integrators
import Multiprecision

/// The second, independent way along the dual flow: written out in floating point, by collocation.
extension DualGradientFlow {
  /// The solution at the given times; each sample's state is q and, for the clock log(1 + t), s.
  ///
  /// - Throws: `IntegrationError`; `CancellationError`.
  public func integrateByCollocation(
    digits: Int, at times: [Rational], budget: IntegrationBudget = .init()
  ) throws -> Trajectory {
    let bits = 4 * Precision.bits(forDigits: max(digits, 1)) + 1_024
    let start = initial.flatMap { $0.elements.map { BigFloat($0, precision: bits) } }
    var field: DirectDualField?
    func velocity(_ state: [BigFloat]) -> [BigFloat] {
      let precision = state.first?.precision ?? Precision.minimum
      let current = field?.precision == precision ? field : nil
      let known = current ?? DirectDualField(self, precision: precision)
      field = known
      return known.velocity(state)
    }
    let rows = inputs.rows
    return try CollocationIntegrator(digits: digits, budget: budget).integrate(
      velocity, from: start, at: times
    )
    .mapStates { matrices in
      let values = matrices.flatMap(\.elements)
      let q = Matrix(column: Array(values.prefix(rows)))
      return clock == .time ? [q] : [q, Matrix(column: Array(values.suffix(1)))]
    }
  }
}

/// q' at one precision.
private struct DirectDualField {
  let precision: Int
  private let flow: DualGradientFlow
  private let inputs: [[BigFloat]]
  private let targets: [BigFloat]
  private let one: BigFloat

  init(_ flow: DualGradientFlow, precision: Int) {
    (self.flow, self.precision) = (flow, precision)
    inputs = (0..<flow.inputs.rows).map { n in
      flow.inputs.row(n).map { BigFloat($0, precision: precision) }
    }
    targets = flow.targets.map { BigFloat($0, precision: precision) }
    one = BigFloat(1, precision: precision)
  }

  func velocity(_ state: [BigFloat]) -> [BigFloat] {
    let q = state.prefix(inputs.count)
    let beta = (0..<flow.inputs.columns).map { i in
      coordinate(i, zip(inputs, q).reduce(BigFloat.zero) { $0 + $1.0[i] * $1.1 })
    }
    let outputs = inputs.map { row in zip(row, beta).reduce(BigFloat.zero) { $0 + $1.0 * $1.1 } }
    guard flow.likelihood == .bernoulli else { return zip(outputs, targets).map { -($0 - $1) } }
    switch flow.clock {
    case .time: return zip(outputs, targets).map { $1 - .logistic($0) }
    case .logarithm:
      let s = state[inputs.count]
      // y e^(s - softplus(f)) - (1 - y) e^(s - softplus(-f))
      return zip(outputs, targets).map { f, y in
        let rising = y.isZero ? y : y * .exp(s - .softplus(f))
        let other = one - y
        return other.isZero ? rising : rising - other * .exp(s - .softplus(-f))
      } + [one]
    }
  }

  private func coordinate(_ i: Int, _ z: BigFloat) -> BigFloat {
    func number(_ value: Rational) -> BigFloat { BigFloat(value, precision: precision) }
    switch flow.path {
    case .linear(let start): return number(start[i]) + z
    case .squares(let u, let v, let rate):
      let exponent = number(rate) * z
      return number(u[i] * u[i]) * .exp(exponent) - number(v[i] * v[i]) * .exp(-exponent)
    case .powers(let depth, let u, let v, let rate, let exponent):
      func term(_ factor: Rational, _ sign: Rational) -> BigFloat {
        let base = one - number(sign * rate * DualGradientFlow.power(factor, depth - 2)) * z
        return number(DualGradientFlow.power(factor, depth)) * .pow(base, -exponent)
      }
      return term(u[i], 1) - term(v[i], -1)
    }
  }
}
