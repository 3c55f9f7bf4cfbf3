import Learning
import Multiprecision
import Programmes

/// T5: the end point of gradient flow is the parametrisation's.
extension Claim {
  static let t5Parametrisation = Claim(
    id: "t5-parametrisation",
    title: "Gradient flow: the same data and β(0), another parametrisation, another end",
    statement:
      "With squared loss, N < d and the same β(0), gradient flow of the linear model ends at the interpolant nearest to "
      + "β(0); that of u² - v² from β(0) = 0 and a small start at the one of least ℓ1 norm; that of β = a w at yet "
      + "another one.",
    hypotheses: ["gradient flow with squared loss, N < d"],
    section: "T5", theorem: nil,
    range: .init(
      claimed: "any data with N < d; u² - v² where the ℓ1 solution is unique and nondegenerate",
      tested:
        "N from 1 to 2, d from 2 to 3; linear, β = a w, u² - v² from α = 10^-10 with a proved bound on its distance from the ℓ1 solution"
    )
  ) { settings in
    try [
      sparse("x = (2,1), y = 2", Matrix(rows: [[2, 1]]), [2], settings),
      sparse(
        "N = 2, d = 3", Matrix(rows: [[1, 0, Rational(1, 3)], [0, 2, Rational(1, 2)]]), [1, 3], settings),
      twoLayers(settings),
    ]
  }

  /// Both flows from β(0) = 0: X⁺y, and the sparse interpolant up to a proved remainder in α.
  private static func sparse(
    _ name: String, _ inputs: Matrix<Rational>, _ targets: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let precision = settings.precision
    let limit = try SmallStart(inputs, targets)
    let start = try Rational(10).power(-10)
    // The dual variables reach log(1/α²)/4 with speed y at first; then, as the linear model, they relax.
    let time = Rational(30 + settings.workingDigits * 5 / 2)
    let d = inputs.columns
    let zeros = [Rational](repeating: 0, count: d)
    let starts = zeros.map { _ in start }
    let paths: [DualGradientFlow.Path] = [.linear(start: zeros), .squares(u: starts, v: starts)]
    let flows = try paths.map { path in
      let flow = try DualGradientFlow(inputs: inputs, targets: targets, likelihood: .gaussian, path: path)
      return (flow, flow.integrated(at: [time], settings))
    }
    let shortest = try LeastNormProgramme(subjectTo: LinearConstraints(inputs, equalTo: targets)).solve()
    let nearest = shortest.optimum?.point ?? []
    @Sendable func ends(_ first: [Rational], _ second: [Rational]) throws -> Measurement {
      let enclosed = try limit.enclosure(start, precision: precision)
      let errors = zip(enclosed, limit.solution).map { $0 - Ball($1, precision: precision) }
      let entries =
        first.map { Measurement.Entry("linear model", Ball($0, precision: precision)) }
        + zip(second, errors).map {
          let (value, width) = (Ball($0, precision: precision), Ball($1.magnitude.upperBound))
          return .init("u² - v²", .between(value - width, value + width))
        }
      return Measurement(entries, isRigorous: true)
    }
    return Instance(
      "\(name): X⁺y against the least ℓ1 norm", conditions: { limit.conditions },
      observed: {
        .joined(try flows.map { flow, trajectory in try flow.measureEndToEnd(trajectory) })
      },
      predicted: { try ends(nearest, limit.solution) },
      controls: [
        .init("both end at X⁺y") { try ends(nearest, nearest) },
        .init("both end at the least ℓ1 norm") { try ends(limit.solution, limit.solution) },
      ])
  }

  /// β = a w, x = (1, 0), y = 15/16, a(0) = 1, w(0) = (0, 4/5): a² - w_1² = 1 and a w_1 = y give a = 5/4, and w_2 does
  /// not move, so that β ends at (15/16, 1); the linear model from the same β(0) at (15/16, 4/5).
  private static func twoLayers(_ settings: CheckSettings) throws -> Instance {
    let data = try Dataset(inputs: Matrix(rows: [[1, 0]]), targets: Matrix(column: [Rational(15, 16)]))
    let time = Rational(settings.workingDigits * 5 / 2 + 10)
    let deep = Solution(
      try Problem(
        model: DeepLinearModel(widths: [2, 1, 1]), data: data, likelihood: .gaussian, flow: .gradient,
        initial: [Matrix(rows: [[0, Rational(4, 5)]]), Matrix(rows: [[1]])], times: [time]), settings)
    let linear = Solution(
      try Problem(
        model: DeepLinearModel(widths: [2, 1]), data: data, likelihood: .gaussian, flow: .gradient,
        initial: [Matrix(rows: [[0, Rational(4, 5)]])], times: [time]), settings)
    let precision = settings.precision
    // The residual falls at least as e^-t, for both as a² ≥ 1; and |da/d(a w_1)| ≤ 1/2, so β is no farther from its end.
    let neglected = Ball(Rational(15, 16), precision: precision) * .exp(-Ball(time, precision: precision))
    @Sendable func ends(_ values: [Rational]) -> Measurement {
      Measurement(
        values.map { .init("β", Ball($0, precision: precision).addingError(neglected)) }, isRigorous: true)
    }
    let one = settings.constant("t5-parametrisation: 1 in (15/16, 1)", 1)
    let y = Rational(15, 16)
    return Instance(
      "β = a w against β, from the same β(0) = (0, 4/5)",
      observed: { .joined([try deep.measure(.endToEnd), try linear.measure(.endToEnd)]) },
      predicted: { ends([y, one, y, Rational(4, 5)]) },
      controls: [
        .init("both end at the nearest interpolant") { ends([y, Rational(4, 5), y, Rational(4, 5)]) }
      ])
  }
}
