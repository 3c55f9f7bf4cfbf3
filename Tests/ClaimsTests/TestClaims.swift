import Multiprecision

@testable import Claims

/// Claims made of numbers, to see what the machinery does with them.
enum TestClaims {
  static func claim(_ id: String, mustApply: Int? = nil, _ instances: [Instance]) -> Claim {
    Claim(
      id: id, title: "", statement: "", hypotheses: [], section: "T0", theorem: nil,
      range: .init(claimed: "", tested: ""), mustApply: mustApply
    ) { _ in instances }
  }

  /// A number with the radius 10^-30.
  static func number(_ value: Rational, rigorous: Bool = true) -> Measurement {
    let radius = (try? Rational(10).power(-30)) ?? 0
    return Measurement(
      [.init("number", Ball(midpoint: value, radius: radius, precision: 200))], isRigorous: rigorous)
  }

  /// An instance that holds, with a control that is refuted.
  static func good(_ name: String) -> Instance {
    Instance(
      name, observed: { number(1) }, predicted: { number(1) },
      controls: [.init("two") { number(2) }])
  }
}
