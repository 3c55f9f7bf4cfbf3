import Learning
import Multiprecision
import Programmes

/// T3 (b′), logistic loss: the direction of u² - v² solves an ℓ1 problem with equal margins.
extension Claim {
  static let t3EqualitySparsity = Claim(
    id: "t3-equality-sparsity",
    title: "Training inputs, N < d, logistic: u² - v² tends to the least ℓ1 norm with equal margins",
    statement:
      "For β = u² - v² under logistic loss with the Fisher matrix of the training inputs and Moore–Penrose inverse, "
      + "β(t)/t tends to the b of least ℓ1 norm with z_n·b = 1 for all n (equal, not at least 1), if the dual "
      + "certificate p is strict off the support; entries off it grow as C_i t^|p_i|, so the error is t^-(1-κ).",
    hypotheses: [
      "the Fisher measure is the training inputs, with Moore–Penrose inverse", "logistic loss, N < d",
      "b* has N nonzero entries with Z_S invertible and a dual certificate 0 < |p_i| < 1 off them",
    ],
    section: "T3", theorem: nil,
    range: .init(
      claimed: "any data with such a certificate, any u, v > 0 at the start; the limit t → ∞",
      tested: "N from 2 to 3, d from 4 to 5, κ from 1/4 to 2/3; times up to 10^(3·digits)")
  ) { settings in
    var random = RandomInstances(settings, stream: 380)
    let drawn = try random.sparseMargins(rows: 2, columns: 5)
    return [
      // T5's data set: inequality and equality constraints, ℓ1 and ℓ2, all have different solutions.
      try limit(
        "N = 3, d = 4, κ = 2/3", Matrix(rows: [[3, -2, 3, -2], [1, -2, 1, -1], [2, 2, 4, -2]]),
        u: [1, 1, 1, 1], v: [1, 1, 1, 1], settings),
      try limit(
        "N = 2, d = 4, κ = 1/4, unbalanced start", Matrix(rows: [[2, 1, 1, 0], [1, 0, -1, 2]]),
        u: [1, Rational(1, 2), 1, 2], v: [Rational(3, 2), 1, Rational(1, 3), 1], settings),
      try limit(
        "N = 2, d = 5, drawn", drawn, u: random.factors(5).elements, v: random.factors(5).elements, settings),
    ]
  }

  /// All labels are 1, so that inputs are margins' rows. Observed: β(t)/t by the certified projection at a time with
  /// t^-(1-κ) below the digits. Predicted: b*, widened by what a fixed point argument allows at that time.
  private static func limit(
    _ name: String, _ margins: Matrix<Rational>, u: [Rational], v: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let solution = try leastAbsolute(margins)
    let precision = settings.precision
    let problem = try Problem(
      model: DiagonalModel(inputCount: margins.columns, form: .difference, depth: 2),
      data: Dataset(inputs: margins, targets: Matrix(rows: margins.rows, columns: 1, repeating: 1)),
      likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(column: u), Matrix(column: v)], times: [0, 1])
    let law = try problem.law(BregmanLaw.self)
    let limit = HypentropyLimit(margins: margins, solution: solution, u: u, v: v)
    let time = try lateTime(rate: limit?.rate ?? 1, settings)
    let equal = settings.constant("t3-equality-sparsity: 1 in z·b = 1", 1)
    let two = settings.constant("t3-equality-sparsity: 2 in 2|b|/h", 2)
    let logTime = Ball.log(Ball(time, precision: precision))
    let enclosed = Lazy {
      let values = try law.values(at: time, precision: precision).outputs?.elements ?? []
      return try limit?.enclosure(at: time, values: values.compactMap { $0 }, precision: precision) ?? []
    }
    /// The direction b, and growth off the support with given exponents.
    @Sendable func predicted(_ direction: [Rational], exponent: (Rational) -> Rational) throws -> Measurement
    {
      guard let limit else { throw LinearAlgebraError.undecided }
      let box = try enclosed.value()
      var entries = direction.indices.map { i in
        let neglected = box[i] - solution[i]
        return Measurement.Entry(
          "b[\(i)]", Ball(equal * direction[i], precision: precision).addingError(neglected))
      }
      for (i, constant) in zip(limit.others, limit.logConstants(two: two, precision: precision)) {
        let exact = limit.certificate[i].magnitude * logTime + limit.logConstant(i, precision: precision)
        let neglected = Ball.log((Ball(time, precision: precision) * box[i]).magnitude) - exact
        let value = exponent(limit.certificate[i].magnitude) * logTime + constant
        entries.append(.init("log |β[\(i)]|", value.addingError(neglected)))
      }
      return Measurement(entries, isRigorous: true)
    }
    var controls: [Instance.Control] = [
      .init("the direction is X⁺y") {
        let inverse = margins.moorePenroseInverse()
        let ones = Matrix<Rational>(rows: margins.rows, columns: 1, repeating: 1)
        return try predicted((inverse * ones).elements) { $0 }
      },
      .init("entries off the support stay bounded") { try predicted(solution) { _ in 0 } },
    ]
    let inequality = try leastAbsolute(margins, allowingMore: true)
    if inequality != solution {
      controls.append(
        .init("the direction has least ℓ1 norm among margins of at least 1") {
          try predicted(inequality) { $0 }
        })
    }
    return Instance(
      name,
      conditions: {
        law.conditions + [
          Condition(
            "b* has a strict dual certificate", limit == nil ? .violated : .certified,
            "p = \(limit.map { "\($0.certificate)" } ?? "none"), exactly")
        ]
      },
      observed: {
        let weights = try law.values(at: time, precision: precision).endToEnd?.elements ?? []
        let t = Ball(time, precision: precision)
        let growth = (limit?.others ?? []).map {
          Measurement.Entry("log |β[\($0)]|", Ball.log(weights[$0].magnitude))
        }
        return Measurement(
          weights.enumerated().map { .init("b[\($0)]", $1 / t) } + growth, isRigorous: true)
      },
      predicted: { try predicted(solution) { $0 } }, controls: controls)
  }

  /// 10^k with kρ above the digits, where t^-ρ is neglected.
  private static func lateTime(rate: Rational, _ settings: CheckSettings) throws -> Rational {
    let exponent = (Double(settings.workingDigits) + 6) / rate.doubleValue
    return try Rational(10).power(Int(exponent.rounded(.up)))
  }
}

/// The b of least ℓ1 norm with z_n·b = 1 for all n, or with z_n·b ≥ 1, exactly.
private func leastAbsolute(_ margins: Matrix<Rational>, allowingMore: Bool = false) throws -> [Rational] {
  let ones = [Rational](repeating: 1, count: margins.rows)
  let constraints =
    try allowingMore
    ? LinearConstraints(margins, atLeast: ones) : LinearConstraints(margins, equalTo: ones)
  return try LeastAbsoluteProgramme(subjectTo: constraints).solve().optimum?.point ?? []
}

extension RandomInstances {
  /// Small integer margins whose ℓ1 problem has a solution with a certificate 1/5 ≤ |p_i| ≤ 3/5 off the support.
  fileprivate mutating func sparseMargins(rows: Int, columns: Int) throws -> Matrix<Rational> {
    let ones = [Rational](repeating: 1, count: columns)
    while true {
      let margins = Matrix<Rational>(rows: rows, columns: columns) { _, _ in Rational(integer(below: 7) - 3) }
      let solution = try leastAbsolute(margins)
      if let limit = HypentropyLimit(margins: margins, solution: solution, u: ones, v: ones),
        limit.rate >= Rational(2, 5)
      {
        return margins
      }
    }
  }
}
