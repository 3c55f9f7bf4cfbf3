import ComputationGraph
import Learning
import Multiprecision

/// T5: what gradient flow conserves.
extension Claim {
  static let t5Balancedness = Claim(
    id: "t5-balancedness", title: "Gradient flow conserves W_{l+1}ᵀW_{l+1} - W_lW_lᵀ",
    statement:
      "Under gradient flow of a deep linear network W_{l+1}ᵀ W_{l+1} - W_l W_lᵀ is constant for every l, from any start "
      + "and for any loss; for diagonal networks u_k² - u_l² (products) and uv (u² - v²) are.",
    hypotheses: ["gradient flow"],
    section: "T5", theorem: "Balancedness.balancedness",
    range: .init(
      claimed: "any depth, widths, data, loss and start; as long as the flow exists",
      tested:
        "depths 2 to 4, widths up to 4, one to three outputs; all four families; diagonal depths 2 and 3; 6 seeds, t ≤ 2"
    )
  ) { settings in
    let networks: [([Int], Likelihood, Solution.Integrator)] = [
      ([3, 2, 1], .bernoulli, .taylor), ([2, 4, 2], .gaussian, .taylor),
      ([3, 2, 3, 1], .poisson, .taylor), ([2, 3, 2, 2, 3], .categorical, .taylor),
    ]
    var instances = try networks.enumerated().map { index, network in
      try layers(network.0, network.1, stream: UInt64(520 + index), by: network.2, settings)
    }
    if settings.secondIntegrators.contains(.collocation) {
      instances.append(try layers([2, 4, 2], .gaussian, stream: 521, by: .collocation, settings))
    }
    instances.append(try diagonal(.product, depth: 3, stream: 525, settings))
    instances.append(try diagonal(.difference, depth: 2, stream: 526, settings))
    return instances
  }

  private static let balancednessTimes: [Rational] = [Rational(1, 2), 2]

  private static func layers(
    _ widths: [Int], _ likelihood: Likelihood, stream: UInt64, by integrator: Solution.Integrator,
    _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DeepLinearModel(widths: widths)
    let (d, K) = (widths[0], model.outputCount)
    let targets =
      likelihood == .categorical
      ? Matrix<Rational?>(rows: 4, columns: K) { $0 % K == $1 ? 1 : 0 }
      : random.targets(likelihood, count: 4, outputs: K)
    let initial = try random.parameters(model)
    let problem = try Problem(
      model: model, data: Dataset(inputs: random.matrix(4, d), targets: targets), likelihood: likelihood,
      flow: .gradient, initial: initial, times: balancednessTimes)
    let solution = Solution(problem, settings, by: integrator)
    let factor = settings.constant("t5-balancedness: 1 before W_lW_lᵀ", 1)
    /// For each l the entries of W_{l+1}ᵀW_{l+1} - c W_lW_lᵀ, one column.
    @Sendable func observed(_ c: Rational) throws -> Measurement {
      try solution.measure("balancedness") { layers in
        try Node.stacked(
          zip(layers, layers.dropFirst()).map { lower, upper in
            let difference = try upper.transposed().times(upper) - c * lower.times(lower.transposed())
            return try difference.reshaped(to: Shape(difference.shape.count, 1))
          })
      }
    }
    @Sendable func conserved(_ c: Rational) -> Measurement {
      let values = zip(initial, initial.dropFirst()).flatMap { lower, upper in
        (upper.transposed() * upper - (lower * lower.transposed()).scaled(by: c)).elements
      }
      return repeated(values, "balancedness", settings)
    }
    return Instance(
      "widths \(widths.map(String.init).joined(separator: "-")), \(likelihood.rawValue), \(integrator), "
        + "stream \(stream - 519)", along: solution.integrated,
      observed: { try observed(factor) }, predicted: { conserved(factor) },
      controls: [
        .init("the sum is conserved, not the difference") {
          try observed(-1)
        } predicted: {
          conserved(-1)
        },
        .init("the layers are balanced at all times") {
          conserved(factor).map { _, _ in Ball(0, precision: settings.precision) }
        },
      ])
  }

  /// u_k² - u_l² for products, u v for u² - v².
  private static func diagonal(
    _ form: DiagonalModel.Form, depth: Int, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DiagonalModel(inputCount: 3, form: form, depth: depth)
    let initial = try random.parameters(model)
    let problem = try Problem(
      model: model,
      data: Dataset(inputs: random.fullRankMatrix(2, 3), targets: random.targets(.gaussian, count: 2)),
      likelihood: .gaussian, flow: .gradient, initial: initial, times: balancednessTimes)
    let solution = Solution(problem, settings)
    let isProduct = form == .product
    let starts = initial.map(\.elements)
    let pairs = zip(starts, starts.dropFirst()).flatMap { first, second in zip(first, second).map { ($0, $1) }
    }
    func side(_ quantity: @Sendable (Rational, Rational) -> Rational) -> Measurement {
      repeated(pairs.map { quantity($0.0, $0.1) }, "conserved", settings)
    }
    let (right, wrong) =
      isProduct
      ? (side { $0 * $0 - $1 * $1 }, side { $0 * $1 }) : (side { $0 * $1 }, side { $0 * $0 - $1 * $1 })
    @Sendable func measured(product: Bool) throws -> Measurement {
      try solution.measure("conserved") { factors in
        try Node.stacked(
          zip(factors, factors.dropFirst()).map { first, second in
            product ? try first * second : try first * first - second * second
          })
      }
    }
    return Instance(
      isProduct ? "β = u1∘u2∘u3: u_k² - u_l²" : "β = u² - v²: u v",
      observed: { try measured(product: !isProduct) }, predicted: { right },
      controls: [
        .init(isProduct ? "u_k u_l is conserved" : "u² - v² is conserved") {
          try measured(product: isProduct)
        } predicted: {
          wrong
        }
      ])
  }

  /// The same exact numbers at each time.
  private static func repeated(_ values: [Rational], _ name: String, _ settings: CheckSettings) -> Measurement
  {
    let column = Matrix(column: values.map { Optional(Ball($0, precision: settings.precision)) })
    return Measurement(
      balancednessTimes.flatMap { Measurement.entries(of: column, name, at: $0) }, isRigorous: true)
  }
}
