import Learning
import Multiprecision

/// T5: gradient flow of u² - v² with squared loss, in dual variables, and where it ends.
extension Claim {
  static let t5Hypentropy = Claim(
    id: "t5-hypentropy", title: "Gradient flow of u² - v², squared loss: 2α² sinh(-4∫Xᵀr) and its end point",
    statement:
      "Under θ' = -∇½|Xβ - y|² with β = u² - v², β(t) = u(0)² e^(4z) - v(0)² e^(-4z) with z = -∫Xᵀr; from "
      + "u = v = α it is 2α² sinh(-4∫Xᵀr), and β(∞) is the minimum of Σ β arsinh(β/2α²) - √(β² + 4α⁴) subject to "
      + "Xβ = y.",
    hypotheses: [
      "squared loss ½|Xβ - y|², gradient flow", "for the limit: X of full row rank; u(0), v(0) > 0",
    ],
    section: "T5", theorem: nil,
    range: .init(
      claimed: "any X and y, any start; all t. The limit: X of full row rank, u(0), v(0) > 0",
      tested:
        "N from 2 to 3, d from 4 to 5, equal and unequal starts, 5 seeds; t ≤ 1, limits with what is left enclosed"
    )
  ) { settings in
    try settings.secondIntegrators.flatMap { second in
      try [
        path(
          "u = v = 1/2 at the start", stream: 500, equal: true, by: .taylor, and: second, settings),
        path(
          "u = v = 1/2 at the start", stream: 501, equal: true, by: second, and: .taylor, settings),
      ]
    } + [
      path("general start", stream: 502, equal: false, by: .taylor, and: .taylor, settings),
      endPoint(stream: 503, equal: true, settings), endPoint(stream: 504, equal: false, settings),
    ]
  }

  /// u and v by one integrator, the N dual variables by another.
  private static func path(
    _ name: String, stream: UInt64, equal: Bool, by integrator: Solution.Integrator,
    and second: Solution.Integrator, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let inputs = random.fullRankMatrix(3, 5)
    let targets = random.matrix(3, 1, bound: 2)
    let u = equal ? Matrix<Rational>(rows: 5, columns: 1, repeating: Rational(1, 2)) : random.matrix(5, 1)
    let v = equal ? u : random.matrix(5, 1)
    let problem = try Problem(
      model: DiagonalModel(inputCount: 5, form: .difference, depth: 2),
      data: Dataset(inputs: inputs, targets: targets.map { $0 }), likelihood: .gaussian, flow: .gradient,
      initial: [u, v], times: [0, Rational(1, 4), 1])
    let solution = Solution(problem, settings, by: integrator)
    func dual(_ rate: Rational) throws -> DualGradientFlow {
      try DualGradientFlow(
        inputs: inputs, targets: targets.elements, likelihood: .gaussian,
        path: .squares(u: u.elements, v: v.elements, rate: rate))
    }
    // Controls need no second method.
    func wrong(_ rate: Rational) throws -> Instance.Side {
      let flow = try dual(rate)
      let trajectory = flow.integrated(at: problem.times, settings)
      return { try flow.measureEndToEnd(trajectory) }
    }
    let flow = try dual(settings.constant("t5-hypentropy: 4 in e^(4z)", 4))
    let trajectory = flow.integrated(at: problem.times, by: second, settings)
    return Instance(
      "\(name), N = 3, d = 5, u and v by \(integrator), dual by \(second), stream \(stream - 499)",
      along: solution.integrated, trajectory,
      observed: { try solution.measure(.endToEnd) }, predicted: { try flow.measureEndToEnd(trajectory) },
      controls: [
        .init("the constant is 8, as for |Xβ - y|²", predicted: try wrong(8)),
        .init("the constant is 2", predicted: try wrong(2)),
      ])
  }

  /// Late on the flow against the projection that Newton's method finds in the dual.
  private static func endPoint(stream: UInt64, equal: Bool, _ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let inputs = random.spreadPair(4)
    let targets = random.matrix(2, 1, bound: 2)
    func start() -> [Rational] { (0..<4).map { _ in Rational(4 + random.integer(below: 3), 5) } }
    let u = start()
    let v = equal ? u : start()
    let decay = HypentropyDecay(inputs: inputs, targets: targets.elements, u: u, v: v)
    let time = decay.time(digits: settings.workingDigits + 4)
    let problem = try Problem(
      model: DiagonalModel(inputCount: 4, form: .difference, depth: 2),
      data: Dataset(inputs: inputs, targets: targets.map { $0 }), likelihood: .gaussian, flow: .gradient,
      initial: [Matrix(column: u), Matrix(column: v)], times: [time])
    let solution = Solution(problem, settings)
    let beta = zip(u, v).map { $0 * $0 - $1 * $1 }
    let precision = settings.precision
    @Sendable func minimum(_ map: MirrorMap) throws -> Measurement {
      let values = targets.elements.map { Ball($0, precision: precision) }
      let point = try BregmanProjection(constraints: inputs, map: map).point(at: values, precision: precision)
      let left = decay.remainder(at: time, precision: precision)
      let entries = point.point.transposed().map { Optional($0.addingError(left)) }
      return Measurement(Measurement.entries(of: entries, "endToEnd", at: time), isRigorous: true)
    }
    @Sendable func hypentropy(_ factor: Rational) -> MirrorMap {
      .hypentropy(start: beta, scales: zip(u, v).map { factor * $0 * $1 })
    }
    let scale = settings.constant("t5-hypentropy: 2 in 2u(0)v(0)", 2)
    return Instance(
      "the end point, \(equal ? "equal" : "general") start, N = 2, d = 4, stream \(stream - 499)",
      observed: { try solution.measure(.endToEnd) }, predicted: { try minimum(hypentropy(scale)) },
      controls: [
        .init("it is the interpolant nearest to β(0)") {
          try minimum(.quadratic(start: beta, metric: .identity(4)))
        },
        .init("the scale is u(0)v(0)") { try minimum(hypentropy(1)) },
      ])
  }
}

/// What gradient flow of u² - v² with squared loss has still to go.
///
/// r' = -XKXᵀr with K_i = 4(u_i² + v_i²) = 4√(β_i² + 4u_i(0)²v_i(0)²) ≥ 8u_i(0)v_i(0), as u_i v_i is conserved: |r|
/// falls at least as e^-ρt with ρ = 8 min u(0)v(0) · λ_min(XXᵀ). Hence |z| ≤ |X||r(0)|/ρ at all times, K is at most
/// κ = 4 max(u(0)², v(0)²)·2cosh(4|X||r(0)|/ρ), and |β(∞) - β(t)| ≤ κ|X||r(0)|e^-ρt/ρ.
private struct HypentropyDecay {
  let inputs: Matrix<Rational>
  let targets: [Rational]
  let u: [Rational]
  let v: [Rational]

  /// ρ, with det/trace for the least eigenvalue of XXᵀ: N = 2.
  private var rate: Rational {
    let gram = inputs * inputs.transposed()
    let determinant = gram[0, 0] * gram[1, 1] - gram[0, 1] * gram[1, 0]
    let least = zip(u, v).map { $0 * $1 }.min() ?? 0
    return 8 * least * determinant / (gram[0, 0] + gram[1, 1])
  }

  /// |X| |r(0)| / ρ, with the Frobenius norm.
  private func reach(precision: Int) -> Ball {
    let beta = Matrix(column: zip(u, v).map { $0 * $0 - $1 * $1 })
    let residual = inputs * beta - Matrix(column: targets)
    func square(_ matrix: Matrix<Rational>) -> Ball {
      Ball(matrix.elements.map { $0 * $0 }.reduce(0, +), precision: precision)
    }
    return .sqrt(square(inputs) * square(residual)) / Ball(rate, precision: precision)
  }

  func remainder(at time: Rational, precision: Int) -> Ball {
    let reach = reach(precision: precision)
    let largest = (u + v).map { $0 * $0 }.max() ?? 0
    let bound = 8 * largest * (Ball.exp(4 * reach) + 1)
    return reach * bound * .exp(Ball(-rate * time, precision: precision))
  }

  /// A time at which it is below 10^-digits.
  func time(digits: Int) -> Rational {
    let reach = reach(precision: 64).doubleValue
    let exponent = Double(digits) * 2.303 + 4 * reach + 30
    return Rational(Int(exponent)) / rate
  }
}

extension RandomInstances {
  /// A 2 × d matrix with XXᵀ far from singular (det/trace ≥ 1/2), so that gradient flow is not slow.
  mutating func spreadPair(_ columns: Int) -> Matrix<Rational> {
    while true {
      let candidate = matrix(2, columns)
      let gram = candidate * candidate.transposed()
      let trace = gram[0, 0] + gram[1, 1]
      let determinant = gram[0, 0] * gram[1, 1] - gram[0, 1] * gram[1, 0]
      if !trace.isZero, determinant >= Rational(1, 2) * trace { return candidate }
    }
  }
}
