import Learning
import Multiprecision

/// T6: gradient flow of a deep factorisation with aligned balanced layers, mode by mode.
extension Claim {
  static let t6SingularModes = Claim(
    id: "t6-singular-modes", title: "Gradient flow learns a deep factorisation mode by mode",
    statement:
      "With balanced layers aligned with Y each singular value follows σ' = L σ^(2 - 2/L) (s - σ), with closed forms "
      + "for L = 1 to 4 and ₂F₁ for any L. From a small σ0 it escapes at log(s/σ0)/2s (L = 2) or "
      + "σ0^-(1 - 2/L)/(s(L - 2)) (L ≥ 3), up to what does not depend on σ0.",
    hypotheses: [
      "gradient flow, squared loss, every entry observed",
      "W_l = R_l D R_{l-1}ᵀ with D diagonal and Y = R_L diag(s) R_0ᵀ",
    ],
    section: "T6", theorem: "Mode.mode_solves",
    range: .init(
      claimed: "any depth, any size; 0 < σ0 < s, or s = 0; all t",
      tested:
        "networks 3×3 of depths 1 to 5 with s = 2, 3/4, 0, t ≤ 2; escape from 10^-10, 10^-30, 10^-50 at depths 2, 3, 4, 6"
    )
  ) { settings in
    try [1, 2].map { try .modes(depth: $0, clock: nil, settings) }
      + [3, 4].map { try .modes(depth: $0, clock: .elementary, settings) }
      + [3, 5].map { try .modes(depth: $0, clock: .hypergeometric, settings) }
      + [.clocksAgree(settings)] + [2, 3, 4, 6].map { ModeEscape(depth: $0, settings: settings).instance() }
  }
}

/// Which form of the closed form an instance compares with.
private enum ModeClock: String {
  case elementary, hypergeometric

  func callAsFunction(_ mode: SingularMode, _ sigma: Ball) -> Ball? {
    self == .elementary ? mode.elementaryClock(sigma) : mode.hypergeometricClock(sigma)
  }
}

extension Instance {
  /// The whole network's flow; its modes are the entries of R_Lᵀ W R_0. With a clock their times are compared,
  /// t = G(σ(t)) - G(σ(0)); without one, and for s = 0, their values.
  fileprivate static func modes(depth: Int, clock: ModeClock?, _ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: UInt64(6300 + depth))
    let targets: [Rational] = [2, Rational(3, 4), 0]
    let diagonal: [Rational] = [Rational(1, 2), Rational(3, 5), Rational(2, 3)]
    let rotations = (0...depth).map { _ in random.orthogonalMatrix(3) }
    func rotated(_ values: [Rational], _ left: Int, _ right: Int) -> Matrix<Rational> {
      rotations[left] * Matrix(rows: 3, columns: 3) { $0 == $1 ? values[$0] : 0 }
        * rotations[right].transposed()
    }
    let times: [Rational] = [0, Rational(1, 4), 2]
    let problem = try Problem(
      model: DeepLinearModel(widths: .init(repeating: 3, count: depth + 1)),
      data: Dataset(matrix: rotated(targets, depth, 0).map { $0 }), likelihood: .gaussian, flow: .gradient,
      initial: (1...depth).map { rotated(diagonal, $0, $0 - 1) }, times: times)
    let solution = Solution(problem, settings)
    let starts = diagonal.map { value in (1..<depth).reduce(value) { product, _ in product * value } }
    let modes = targets.map { SingularMode(depth: depth, target: $0, settings: settings) }
    /// R_Lᵀ W R_0, its diagonal replaced.
    @Sendable func observed(_ transform: (SingularMode, Ball, Ball) -> Ball?) throws -> Measurement {
      try solution.measure("σ") { layers in
        let graph = layers[0].graph
        let w = try layers.dropFirst().reduce(layers[0]) { try $1.times($0) }
        return try graph.constant(rotations[depth].transposed()).times(w).times(graph.constant(rotations[0]))
      }.map { index, sigma in
        let (row, column) = (index % 9 / 3, index % 3)
        guard row == column, !targets[row].isZero else { return sigma }
        return transform(modes[row], sigma, Ball(starts[row], precision: settings.precision))
      }
    }
    @Sendable func predicted(_ value: (SingularMode, Rational, Rational) -> Ball?) -> Measurement {
      Measurement(
        times.flatMap { time in
          Measurement.entries(
            of: Matrix<Ball?>(rows: 3, columns: 3) { row, column in
              guard row == column else { return Ball(0, precision: settings.precision) }
              return targets[row].isZero
                ? modes[row].value(from: starts[row], at: time) : value(modes[row], starts[row], time)
            }, "σ", at: time)
        }, isRigorous: true)
    }
    let name = "3×3, depth \(depth)"
    guard let clock else {
      let other = 3 - depth
      return Instance(
        "\(name), values", observed: { try observed { _, sigma, _ in sigma } },
        predicted: { predicted { $0.value(from: $1, at: $2) } },
        controls: [
          .init(depth == 1 ? "as with two layers" : "the shallow mode s - (s - σ0)e^-t") {
            predicted {
              SingularMode(depth: other, target: $0.target, settings: settings).value(from: $1, at: $2)
            }
          }
        ])
    }
    @Sendable func elapsed() -> Measurement { predicted { Ball($2, precision: $0.settings.precision) } }
    return Instance(
      "\(name), \(clock.rawValue) closed form",
      observed: {
        try observed { mode, sigma, start in
          guard let now = clock(mode, sigma), let then = clock(mode, start) else { return nil }
          return now - then
        }
      },
      predicted: elapsed,
      controls: [
        .init("the exponent 2 - 1/L") {
          try observed { mode, sigma, start in
            let exponent = 2 - Rational(1, depth)
            return mode.clock(sigma, exponent: exponent) - mode.clock(start, exponent: exponent)
          }
        } predicted: {
          elapsed()
        },
        .init("the shallow mode s - (s - σ0)e^-t") {
          predicted { SingularMode(depth: 1, target: $0.target, settings: settings).value(from: $1, at: $2) }
        },
      ])
  }

  /// Both forms of the closed form, at exact numbers.
  fileprivate static func clocksAgree(_ settings: CheckSettings) -> Instance {
    let values: [(depth: Int, target: Rational, from: Rational, to: Rational)] = [3, 4].flatMap { depth in
      [
        (depth, 2, Rational(1, 1000), Rational(1, 10)), (depth, 2, Rational(1, 10), Rational(199, 100)),
        (depth, Rational(1, 3), Rational(1, 100), Rational(1, 5)),
      ]
    }
    @Sendable func times(
      _ form: (SingularMode, Ball) -> Ball?
    ) -> Measurement {
      Measurement(
        values.map { value in
          let mode = SingularMode(depth: value.depth, target: value.target, settings: settings)
          let ends = [value.to, value.from].map { form(mode, Ball($0, precision: settings.precision)) }
          let time = ends[0].flatMap { end in ends[1].map { end - $0 } }
          return .init(
            "time from \(value.from) to \(value.to), s = \(value.target), L = \(value.depth)", time)
        }, isRigorous: true)
    }
    return Instance(
      "the elementary forms of depths 3 and 4 against ₂F₁", observed: { times { $0.elementaryClock($1) } },
      predicted: { times { $0.hypergeometricClock($1) } },
      controls: [
        .init("the exponent 2 - 1/L") { times { $0.clock($1, exponent: 2 - Rational(1, $0.depth)) } }
      ])
  }
}

extension RandomInstances {
  /// A rational orthogonal matrix by the Cayley transform: 2 (1 + A)⁻¹ - 1 with A skew-symmetric.
  fileprivate mutating func orthogonalMatrix(_ size: Int) -> Matrix<Rational> {
    while true {
      let draw = matrix(size, size)
      guard let inverse = try? (Matrix.identity(size) + draw - draw.transposed()).inverse() else { continue }
      return inverse.scaled(by: 2) - .identity(size)
    }
  }
}
