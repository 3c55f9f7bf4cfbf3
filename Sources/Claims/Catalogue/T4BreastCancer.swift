import Learning
import Multiprecision
import Programmes

/// T4 on real data: whether they are separable is decided exactly, and the flow goes where that says.
extension Claim {
  static let t4BreastCancer = Claim(
    id: "t4-breast-cancer",
    title: "Breast cancer Wisconsin: separable or not, exactly, and where the flow goes",
    statement:
      "The 569 samples of 30 features are strictly separable, with a bias and without: β(t)/t tends to the solution "
      + "of the linear programme. The ten means alone, the ten worst values with a bias, and the means and errors with "
      + "a bias are not separable: β(t) tends to the maximum-likelihood estimate.",
    hypotheses: ["logistic loss; the inputs span"],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "these data, any start for which the programme is decided",
      tested: "N = 569, d from 10 to 31; from β(0) = 0 and, for the ten means, a random start")
  ) { settings in
    let all = try Datasets.breastCancer()
    let (means, errors, worst) = (Array(0..<10), Array(10..<20), Array(20..<30))
    func zero(_ data: Dataset) -> [Rational] { (0..<data.inputs.columns).map { _ in 0 } }
    var random = RandomInstances(settings, stream: 490)
    let tenMeans = try all.selecting(features: means)
    return [
      try limit("30 features, from 0", all, .strict, zero(all), settings),
      try limit("30 features and bias, from 0", all.withBias(), .strict, zero(all) + [0], settings),
      try limit(
        "the 10 means, from a random start", tenMeans, .none,
        means.map { _ in random.number() / 1000 }, settings),
      try limit(
        "the 10 worst and bias, from 0", all.selecting(features: worst).withBias(), .none,
        worst.map { _ in 0 } + [0], settings),
      try limit(
        "the 20 means and errors and bias, from 0", all.selecting(features: means + errors).withBias(), .none,
        (means + errors).map { _ in 0 } + [0], settings),
    ]
  }

  private static func limit(
    _ name: String, _ data: Dataset, _ kind: Separability.Kind, _ start: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let limit = LimitSolution(try .logistic(data, from: start), settings, id: nil)
    let control =
      kind == .strict
      ? Instance.Control("b* is the least-squares solution X⁺y") {
        try limit.predicted(direction: limit.leastSquares())
      }
      : Instance.Control("β tends to the least-squares solution for labels ±1") {
        let labels = data.targets.map { ($0 ?? 0) * 2 - 1 }
        let solution = data.inputs.moorePenroseInverse() * labels
        return try limit.predicted(offset: solution.elements.map { Ball($0, precision: settings.precision) })
      }
    return Instance(
      name, conditions: { try limit.conditions { [$0.separability.kind.condition(kind)] } },
      observed: { try limit.observed() }, predicted: { try limit.predicted() }, controls: [control])
  }
}
