import Learning
import Multiprecision
import Programmes

/// T5: from a small start gradient flow of u² - v² finds a sparse interpolant, slowly in α.
extension Claim {
  static let t5SmallStart = Claim(
    id: "t5-small-start", title: "Small starts: u² - v² ends at the least ℓ1 norm up to α^{2(1-κ)}, not α²",
    statement:
      "As α → 0 the end point of gradient flow of u² - v² with squared loss from u = v = α tends to the β* of least "
      + "ℓ1 norm with Xβ = y. With p = Xᵀλ its dual certificate, coordinate i off the support ends at a multiple of "
      + "α^{2(1-|p_i|)}; so the error is α^{2(1-κ)}, κ = max |p_i| off the support.",
    hypotheses: [
      "squared loss, gradient flow from u = v = α",
      "β* has N nonzero entries with X_S invertible, and 0 < |p_i| < 1 off them",
    ],
    section: "T5", theorem: nil,
    range: .init(
      claimed: "any X and y whose ℓ1 solution is unique, nondegenerate and strictly certified; α → 0",
      tested:
        "N from 1 to 3, d from 2 to 6, κ up to 5/6; α = 10^-20 to 10^-40, α below 10^-3·digits, and the integrated "
        + "flow from α = 10^-12 and 10^-16")
  ) { settings in
    let fiveSixths = Matrix<Rational>(rows: [[1, Rational(5, 6)]])
    let pair = Matrix<Rational>(rows: [[1, 0, Rational(1, 3)], [0, 2, Rational(1, 2)]])
    let (drawn, targets) = try RandomInstances.nondegenerateInterpolation(settings, stream: 530, 3, 6)
    return [
      try exponents("x = (1, 5/6), κ = 5/6", fiveSixths, [1], settings),
      try exponents("N = 2, d = 3, κ = 7/12", pair, [1, 3], settings),
      try exponents("N = 3, d = 6, drawn", drawn, targets, settings),
      try moderate("x = (1, 5/6), κ = 5/6, α = 10^-20 and 10^-40", fiveSixths, [1], settings),
      try integrated(fiveSixths, settings),
    ]
  }

  private static func power(_ exponent: Int) throws -> Rational { try Rational(10).power(exponent) }

  /// The end points from two starts, certified, and the exponents between them.
  private static func exponents(
    _ name: String, _ inputs: Matrix<Rational>, _ targets: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let limit = try SmallStart(inputs, targets)
    // α^rate is what is neglected.
    let size = (Double(settings.digits + 12) / limit.rate.doubleValue).rounded(.up)
    let starts = try (power(-Int(size)), power(-2 * Int(size)))
    return try comparison("\(name), α = 10^-\(Int(size)) and its square", limit, starts, settings)
  }

  /// The same at starts that are only small, with what is neglected in the bounds.
  private static func moderate(
    _ name: String, _ inputs: Matrix<Rational>, _ targets: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let limit = try SmallStart(inputs, targets)
    return try comparison(name, limit, (power(-20), power(-40)), settings, isBounds: true)
  }

  private static func comparison(
    _ name: String, _ limit: SmallStart, _ starts: (Rational, Rational), _ settings: CheckSettings,
    isBounds: Bool = false, observed: Instance.Side? = nil
  ) throws -> Instance {
    let precision = settings.precision
    @Sendable func predicted(_ exponent: @Sendable (Rational) -> Rational) throws -> Measurement {
      let neglected = try limit.neglected(starts, precision: precision)
      let entries = limit.others.enumerated().map { place, i in
        let value = Ball(exponent(limit.certificate[i].magnitude), precision: precision)
        let label = "exponent of β[\(i)]"
        guard isBounds else { return Measurement.Entry(label, value.addingError(neglected[place])) }
        let width = Ball(neglected[place].magnitude.upperBound)
        return .init(label, .between(value - width, value + width))
      }
      return Measurement(entries, isRigorous: true)
    }
    let two = settings.constant("t5-small-start: 2 in 2(1 - κ)", 2)
    return Instance(
      name, conditions: { limit.conditions },
      observed: observed ?? {
        let ends = try [starts.0, starts.1].map { try limit.endPoint($0, precision: precision) }
        return limit.slopes(ends[0], ends[1], starts, precision: precision)
      },
      predicted: { try predicted { two * (1 - $0) } },
      controls: [
        .init("the error is of order α²") { try predicted { _ in 2 } },
        .init("the exponent is 1 - κ") { try predicted { 1 - $0 } },
      ])
  }

  /// The flow itself, in its dual variable, until nothing is left of the residual: that falls as e^(-4β_1 t) at last,
  /// after log(1/α²)/4 or so.
  private static func integrated(_ inputs: Matrix<Rational>, _ settings: CheckSettings) throws -> Instance {
    let limit = try SmallStart(inputs, [1])
    let starts = try (power(-12), power(-16))
    let time = Rational(40)
    let trajectories = try [starts.0, starts.1].map { start in
      let flow = try DualGradientFlow(
        inputs: inputs, targets: [1], likelihood: .gaussian,
        path: .squares(u: [start, start], v: [start, start]))
      return (flow, flow.integrated(at: [time], settings, digits: 30))
    }
    let precision = settings.precision
    return try comparison(
      "x = (1, 5/6), κ = 5/6, the integrated flow from α = 10^-12 and 10^-16", limit, starts, settings,
      isBounds: true,
      observed: {
        let paths = try trajectories.map { flow, trajectory in try flow.measureEndToEnd(trajectory) }
        let ends = paths.map { $0.entries.compactMap(\.ball) }
        return Measurement(
          limit.slopes(ends[0], ends[1], starts, precision: precision).entries, from: paths)
      })
  }
}

extension RandomInstances {
  /// X (N × d) and y > 0 whose ℓ1 solution fulfils the hypotheses, with 1/5 ≤ |p_i| ≤ 4/5 off its support.
  fileprivate static func nondegenerateInterpolation(
    _ settings: CheckSettings, stream: UInt64, _ rows: Int, _ columns: Int
  ) throws -> (Matrix<Rational>, [Rational]) {
    var random = RandomInstances(settings, stream: stream)
    while true {
      let inputs = random.fullRankMatrix(rows, columns, bound: 2)
      let targets = (0..<rows).map { _ in Rational(1 + random.integer(below: 5)) }
      guard let limit = try? SmallStart(inputs, targets) else { continue }
      let sizes = limit.others.map { limit.certificate[$0].magnitude }
      if sizes.allSatisfy({ $0 >= Rational(1, 5) && $0 <= Rational(4, 5) }) { return (inputs, targets) }
    }
  }
}
