import Learning
import Multiprecision
import Programmes

/// T2: when the limit direction X⁺y is the direction of the largest ℓ2 margin.
extension Claim {
  static let t2MaximumMargin = Claim(
    id: "t2-maximum-margin",
    title: "X⁺y is the maximum-margin direction iff its multipliers are not negative",
    statement:
      "With independent inputs X⁺y is the direction of the largest ℓ2 margin iff y_n ((XXᵀ)⁻¹y)_n ≥ 0 for all n; in "
      + "any case the cosine of the angle between natural gradient flow's direction and the maximum-margin solution "
      + "ŵ is |ŵ|/|X⁺y|.",
    hypotheses: ["the model is linear with logistic loss", "the inputs are linearly independent"],
    section: "T2", theorem: nil,
    range: .init(
      claimed: "any N ≤ d independent inputs and labels ±1",
      tested:
        "N = 2, d = 3: both sides and the boundary, rational; N = 3, d = 5, random on both sides; digits 0 against 1, "
        + "N = 51, d = 64; programmes solved exactly, flows at a late time")
  ) { settings in
    var instances = [
      try instance("X = [[4, 1, 0], [1, 1, 0]]", Matrix(rows: [[4, 1, 0], [1, 1, 0]]), [1, 1], settings),
      try instance(
        "X = [[2, 1, 0], [-1, 1, 1]]", Matrix(rows: [[2, 1, 0], [-1, 1, 1]]), [1, 1], settings),
      try instance(
        "X = [[1, 0, 0], [1, 1, 0]], a multiplier of 0", Matrix(rows: [[1, 0, 0], [1, 1, 0]]), [1, 1],
        settings),
    ]
    var random = RandomInstances(settings, stream: 2_300)
    for holds in [true, false] {
      while true {
        let inputs = random.fullRankMatrix(3, 5)
        let labels: [Rational] = [1, -1, random.integer(below: 2) == 0 ? 1 : -1]
        let multipliers = try Self.multipliers(inputs, labels)
        guard multipliers.allSatisfy({ $0.signum() > 0 }) == holds, !isOrthogonal(inputs) else { continue }
        instances.append(
          try instance(
            "random, N = 3, d = 5, multipliers \(holds ? "positive" : "of both signs")", inputs, labels,
            settings))
        break
      }
    }
    let digits = try Datasets.digits01()
    let labels = digits.targets.elements.map { ($0 ?? 0) * 2 - 1 }
    instances.append(
      try instance(
        "digits 0 against 1, N = \(digits.count), d = 64", digits.inputs, labels, settings, isLarge: true))
    return instances
  }

  /// y ∘ (XXᵀ)⁻¹y: the α with X⁺y = Σ α_n z_n.
  private static func multipliers(_ inputs: Matrix<Rational>, _ labels: [Rational]) throws -> [Rational] {
    let solution = try (inputs * inputs.transposed()).solve(Matrix(column: labels))
    return zip(solution.elements, labels).map { $0 * $1 }
  }

  private static func isOrthogonal(_ inputs: Matrix<Rational>) -> Bool {
    let gram = inputs * inputs.transposed()
    return (0..<gram.rows).allSatisfy { row in (0..<row).allSatisfy { gram[row, $0].isZero } }
  }

  /// Whether the flow's direction is that of the exact maximum-margin programme, and the cosine between them.
  private static func instance(
    _ name: String, _ inputs: Matrix<Rational>, _ labels: [Rational], _ settings: CheckSettings,
    isLarge: Bool = false
  ) throws -> Instance {
    let precision = settings.precision
    let margins = Matrix<Rational>(rows: inputs.rows, columns: inputs.columns) { inputs[$0, $1] * labels[$0] }
    let best = Lazy<[Rational]> {
      let constraints = try LinearConstraints(margins, atLeast: labels.map { _ in 1 })
      guard let optimum = try LeastNormProgramme(subjectTo: constraints).solve().optimum else {
        throw ProblemError(field: "data", "found no separating direction, expected one")
      }
      return optimum.point
    }
    let direction = Lazy<Measurement> {
      // The large flow is along X⁺y from 0 (t2-limit-direction).
      isLarge
        ? .exact(inputs.moorePenroseInverse() * Matrix(column: labels), "direction", precision: precision)
        : try flowDirection(inputs, labels, settings)
    }
    /// That X⁺y is the maximum-margin solution (1) or not (0), and the cosine.
    @Sendable func statement(_ isMaximal: Bool, cosine: Ball) -> Measurement {
      Measurement(
        [.init("is maximal", Ball(isMaximal ? 1 : 0, precision: precision)), .init("cosine", cosine)],
        isRigorous: true)
    }
    let multipliers = try multipliers(inputs, labels)
    let threshold = settings.constant("t2-maximum-margin: 0 of the multipliers", 0)
    let holds = multipliers.allSatisfy { $0 >= threshold }
    // |X⁺y|² = yᵀ(XXᵀ)⁻¹y = Σ α.
    let length = Ball.sqrt(Ball(multipliers.reduce(0, +), precision: precision))
    @Sendable func cosine() throws -> Ball {
      try BallVector(best.value(), precision: precision).norm / length
    }
    return Instance(
      name,
      observed: {
        let (best, direction) = (try best.value(), try direction.value())
        let exact = (inputs.moorePenroseInverse() * Matrix(column: labels)).elements
        let vector = BallVector(direction.entries.compactMap(\.ball))
        let cosine = vector.unit.dot(BallVector(best, precision: precision).unit)
        return Measurement(statement(exact == best, cosine: cosine).entries, from: [direction])
      },
      predicted: { statement(holds, cosine: try cosine()) },
      controls: try controls(inputs, multipliers, holds: holds) { statement($0, cosine: try cosine()) }
        + [
          holds
            ? .init("the direction is the sum of the z_n") {
              let sum = BallVector(
                (margins.transposed() * Matrix(rows: labels.count, columns: 1, repeating: Rational(1)))
                  .elements,
                precision: precision)
              return statement(
                true, cosine: sum.unit.dot(BallVector(try best.value(), precision: precision).unit))
            }
            : .init("equal margins are the largest margin") {
              statement(true, cosine: Ball(1, precision: precision))
            }
        ])
  }

  /// Conditions that look like the right one, where they decide otherwise.
  private static func controls(
    _ inputs: Matrix<Rational>, _ multipliers: [Rational], holds: Bool,
    _ statement: @escaping @Sendable (Bool) throws -> Measurement
  ) throws -> [Instance.Control] {
    let conditions: [(String, Bool)] = [
      ("only orthogonal inputs have it", isOrthogonal(inputs)),
      ("the multipliers must be positive", multipliers.allSatisfy { $0.signum() > 0 }),
      ("their sum must not be negative", multipliers.reduce(0, +).signum() >= 0),
    ]
    return conditions.filter { $0.1 != holds }.map { name, wrong in .init(name) { try statement(wrong) } }
  }

  /// (β(2t) - β(t))/t at a late time, in balls that contain the limit too.
  ///
  /// With means 1 - δ e^-t, δ ≤ 1, the margins are t - log δ + log(1 - δ e^-t): between t and 2t they grow by t, but for less
  /// than 2 e^-t. β moves by X⁺ times that.
  private static func flowDirection(
    _ inputs: Matrix<Rational>, _ labels: [Rational], _ settings: CheckSettings
  ) throws -> Measurement {
    let time = Rational(3 * settings.workingDigits)
    let d = inputs.columns
    let problem = try Problem(
      model: DeepLinearModel(widths: [d, 1]),
      data: Dataset(inputs: inputs, targets: Matrix(column: labels.map { ($0 + 1) / 2 })),
      likelihood: .bernoulli,
      flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: 1, columns: d) { Rational($1 + 1, 3) }], times: [time, 2 * time])
    let path = try Solution(problem, settings).measure(.endToEnd)
    let weights = path.grouped(by: d)
    let inverse = inputs.moorePenroseInverse()
    let norm = (0..<d).map { inverse.row($0).reduce(0) { $0 + $1.magnitude } }.max() ?? 0
    let left =
      Ball(2 * norm, precision: settings.precision) * .exp(Ball(-time, precision: settings.precision))
    let direction = (BallVector(weights[1]) - BallVector(weights[0])).measurement("direction")
    return Measurement(direction.map { $1.addingError(left) }.entries, from: [path])
  }
}
