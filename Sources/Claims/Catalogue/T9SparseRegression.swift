import Learning
import Multiprecision

/// T9: sparse regression, where natural gradient on the training inputs and gradient flow end at the same point.
/// Double precision: the digits asked for change nothing.
extension Claim {
  static let t9SparseRegression = Claim(
    id: "t9-sparse-regression",
    title: "Sparse regression: NGF on the training inputs finds the teacher, as GF does",
    statement:
      "y = Xw* with a 3-sparse w*, β = u² - v² from small u = v: natural gradient flow with the training inputs' Fisher "
      + "matrix (Moore–Penrose) and gradient flow have the same limit, which is close to w*; X⁺y is 1 - N/d away in square.",
    hypotheses: ["squared loss, N < d, Gaussian inputs, no noise", "u = v = α1 at the start, α small"],
    section: "T9", theorem: nil,
    range: .init(
      claimed:
        "the limit of both flows, any N < d; that it is close to w*, as an observation on random draws",
      tested: "(d, N, k) = (200, 80, 3), α = 10^-4, 2 draws, NGF integrated to t = 25")
  ) { settings in
    (0..<2).map { draw in
      let problem = SparseTeacher(
        samples: 80, dimension: 200, sparsity: 3, seed: settings.seed &* 1000 &+ UInt64(draw))
      return instance("d = 200, N = 80, k = 3, draw \(draw + 1)", problem, settings)
    }
  }

  private static func instance(_ name: String, _ problem: SparseTeacher, _ settings: CheckSettings)
    -> Instance
  {
    let precision = settings.precision
    // |X⁺y - w*|² is Beta((d-N)/2, N/2): within 4.5 standard deviations of 1 - N/d all but certainly.
    let (centre, width) = (Rational(3, 5), Rational(9, 2) * Rational(49, 1000))
    @Sendable func bounds(_ low: Rational, _ high: Rational) -> Measurement.Bounds {
      .between(Ball(low, precision: precision), Ball(high, precision: precision))
    }
    let (far, near) = (bounds(centre - width, centre + width), bounds(0, Rational(1, 10_000)))
    @Sendable func predicted(_ natural: Measurement.Bounds, _ distance: Measurement.Bounds) -> Measurement {
      Measurement(
        [
          .init("|β - w*|², NGF", natural), .init("|β - w*|², GF", near), .init("|X⁺y - w*|²", far),
          .init("|β_NGF - β_GF|", distance),
        ], isRigorous: false)
    }
    return Instance(
      name,
      observed: {
        let natural = try problem.regressionNaturalGradientFlow(
          scale: 1e-4, time: 25, relativeTolerance: 1e-8)
        let gradient = try problem.regressionGradientFlowLimit(scale: 1e-4)
        let inputs = problem.inputs
        let shortest = inputs.transposedTimes(try inputs.gram().solve(inputs.times(problem.teacher)))
        let distance = zip(natural, gradient).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        let numbers = [
          ("|β - w*|², NGF", problem.squaredError(of: natural)),
          ("|β - w*|², GF", problem.squaredError(of: gradient)),
          ("|X⁺y - w*|²", problem.squaredError(of: shortest)), ("|β_NGF - β_GF|", distance),
        ]
        return Measurement(
          numbers.map { .init($0.0, Ball(double: $0.1, precision: precision)) }, isRigorous: false)
      },
      predicted: { predicted(near, bounds(0, Rational(1, 1_000_000))) },
      controls: [
        .init("natural gradient ends at X⁺y, as in the linear model") {
          predicted(far, bounds(Rational(1, 10), 2))
        },
        .init("natural gradient ends elsewhere than gradient flow") {
          predicted(near, bounds(Rational(1, 10), 2))
        },
      ])
  }
}
