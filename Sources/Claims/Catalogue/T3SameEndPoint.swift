import Learning
import Multiprecision

/// T3 (b′), squared loss: natural gradient flow on the training inputs ends where gradient flow does.
extension Claim {
  static let t3SameEndPoint = Claim(
    id: "t3-same-end-point", title: "Training inputs, N < d, squared loss: NGF ends where gradient flow ends",
    statement:
      "For β = u^L - v^L under squared loss, natural gradient flow with the Fisher matrix of the training inputs and "
      + "gradient flow from the same start end at one point, the Bregman projection of β(0) onto Xβ = y: the implicit "
      + "bias of the parametrisation stays.",
    hypotheses: [
      "the Fisher measure is the training inputs, with Moore–Penrose inverse", "squared loss",
      "X has full row rank; u, v > 0",
    ],
    section: "T3", theorem: nil,
    range: .init(
      claimed: "u^L - v^L with u, v > 0, any L ≥ 2, any X of full row rank and any y",
      tested: "u² - v², u³ - v³; N = 2, d = 4; times at which what is left is below the digits")
  ) { settings in
    try [(2, 370), (2, 371), (3, 372)].map { depth, stream in
      try endPoint(depth: depth, stream: stream, settings)
    }
  }

  private static func endPoint(depth: Int, stream: UInt64, _ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DiagonalModel(inputCount: 4, form: .difference, depth: depth)
    let inputs = random.wellConditionedPair(4)
    // u(0) = v(0), so that β(0) = 0.
    let start = Matrix(column: (0..<4).map { _ in Rational(4 + random.integer(below: 3), 4) })
    let targets = random.matrix(2, 1, bound: 2)
    func problem(_ flow: Flow, _ time: Rational) throws -> Problem {
      try Problem(
        model: model, data: Dataset(inputs: inputs, targets: targets.map { $0 }), likelihood: .gaussian,
        flow: flow, initial: [start, start], times: [time])
    }
    let natural = try problem(
      .naturalGradient(.trainingInputs), Rational(settings.workingDigits * 5 / 2 + 10))
    let gradient = try problem(.gradient, lateTime(inputs, start, depth: depth, settings))
    let law = try natural.law(BregmanLaw.self)
    let solutions = [Solution(natural, settings), Solution(gradient, settings)]
    let precision = settings.precision
    // What is left of the residuals at these times is below this: from β(0) = 0 they start as y, |y| < 10.
    let left = Ball(try Rational(10).power(-settings.workingDigits - 4), precision: precision)
    /// The projections onto Xβ = f for all f that near to y: the limit and β at these times are among them.
    @Sendable func projected(_ map: MirrorMap) throws -> Measurement {
      let values = targets.elements.map { Ball($0, precision: precision).addingError(left) }
      let point = try BregmanProjection(constraints: inputs, map: map).point(at: values, precision: precision)
      let entries = Measurement.entries(of: point.point.transposed().map { $0 }, "limit", at: nil)
      return Measurement(entries + entries, isRigorous: true)
    }
    let map = try projectionMap(start, depth: depth, settings)
    let euclidean = MirrorMap.quadratic(
      start: [Rational](repeating: 0, count: 4), metric: .identity(4))
    return Instance(
      "β = u^\(depth) - v^\(depth), stream \(stream - 369): NGF, then gradient flow",
      conditions: { law.conditions },
      observed: { .joined(try solutions.map { try $0.measure(.endToEnd) }) },
      predicted: { try projected(map) },
      controls: [
        .init("both end at X⁺y") { try projected(euclidean) },
        .init("NGF ends at X⁺y, gradient flow at the projection") {
          let (first, second) = (try projected(euclidean).entries, try projected(map).entries)
          return Measurement(Array(first.prefix(4) + second.suffix(4)), isRigorous: true)
        },
      ])
  }

  /// u² - v² from u = v: h = 2u(0)²; L ≥ 3: (b - s)^-q - (b + s)^-q with b = u(0)^(2-L), q = L/(L - 2).
  private static func projectionMap(
    _ start: Matrix<Rational>, depth: Int, _ settings: CheckSettings
  ) throws -> MirrorMap {
    if depth == 2 {
      let factor = settings.constant("t3-same-end-point: 2 in h = 2u(0)²", 2)
      return .hypentropy(
        start: start.elements.map { _ in 0 }, scales: start.elements.map { factor * $0 * $0 })
    }
    let exponent = settings.constant("t3-same-end-point: L/(L - 2)", Rational(depth, depth - 2))
    return .power(
      terms: try start.elements.map { value in
        let base = try value.power(2 - depth)
        return [.init(base: base, isRising: true), .init(base: base, isRising: false)]
      }, exponent: exponent)
  }

  /// When gradient flow's residual is below the digits: it falls at least as e^-λt with λ the least eigenvalue of
  /// XKXᵀ, where K_i ≥ 2L²u_i(0)^(2L-2), its value at the start u = v, as uv or u^(2-L) + v^(2-L) is conserved; and for
  /// two rows the least eigenvalue of XXᵀ is at least det/trace.
  private static func lateTime(
    _ inputs: Matrix<Rational>, _ start: Matrix<Rational>, depth: Int, _ settings: CheckSettings
  ) throws -> Rational {
    let gram = inputs * inputs.transposed()
    let least = try gram.determinant() / (gram[0, 0] + gram[1, 1])
    let smallest = start.elements.reduce(start[0, 0]) { min($0, $1) }
    let rate = try Rational(2 * depth * depth) * smallest.power(2 * depth - 2) * least
    let digits = Rational(settings.workingDigits + 14)
    return Rational(2303, 1000) * digits / rate
  }
}

extension RandomInstances {
  /// A 2 × d matrix with XXᵀ of least eigenvalue at least 1/2 (by det/trace), so that gradient flow is not slow.
  fileprivate mutating func wellConditionedPair(_ columns: Int) -> Matrix<Rational> {
    while true {
      let candidate = matrix(2, columns)
      let gram = candidate * candidate.transposed()
      let trace = gram[0, 0] + gram[1, 1]
      let determinant = gram[0, 0] * gram[1, 1] - gram[0, 1] * gram[0, 1]
      if determinant >= Rational(1, 2) * trace, !trace.isZero { return candidate }
    }
  }
}
