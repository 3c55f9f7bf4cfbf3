import Learning
import Multiprecision

/// T9: the error of the minimum-norm interpolator in noiseless regression.
extension Claim {
  static let t9Regression = Claim(
    id: "t9-regression", title: "Gaussian inputs, y = Xw*: E|X⁺y - w*|² = (1 - N/d)|w*|²",
    statement:
      "X⁺y - w* is the part of w* outside the span of the inputs, so its mean square is (1 - N/d)|w*|² for every law of "
      + "the inputs that is invariant under changes of signs and cyclic permutations of the coordinates: exactly for a "
      + "finite set of designs, and for Gaussian inputs.",
    hypotheses: [
      "independent inputs, N ≤ d, no noise",
      "the law of the inputs is invariant under signs and cyclic permutations of coordinates",
    ],
    section: "T9", theorem: nil,
    range: .init(
      claimed: "any N ≤ d, any w*, any such law",
      tested:
        "d = 3, 4, 5 with N from 1 to d - 1, all signs and cyclic permutations of a random design; d = 40, N = 16, 2000 "
        + "Gaussian designs")
  ) { settings in
    let sizes = [(1, 3), (2, 3), (1, 4), (2, 4), (3, 4), (2, 5)]
    return sizes.enumerated().map { stream, size in
      finiteDesigns(samples: size.0, dimension: size.1, stream: UInt64(950 + stream), settings)
    } + [gaussian(settings)]
  }

  /// Averages over D of Dᵀ P D for sign matrices leave the diagonal of P = X⁺X, over cyclic permutations its trace:
  /// rank X = N over d.
  private static func finiteDesigns(
    samples: Int, dimension: Int, stream: UInt64, _ settings: CheckSettings
  ) -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let design = random.fullRankMatrix(samples, dimension)
    let teacher = DiscreteInstances.factors(&random, dimension, 1)
    let square = (teacher.transposed() * teacher)[0, 0]
    let precision = settings.precision
    @Sendable func measurement(_ value: Rational) -> Measurement {
      Measurement(
        [.init("mean of |X⁺y - w*|² over the designs", Ball(value, precision: precision))], isRigorous: true)
    }
    let share = Rational(samples, dimension)
    return Instance(
      "d = \(dimension), N = \(samples), \(dimension << dimension) designs",
      observed: {
        var sum = Rational(0)
        for shift in 0..<dimension {
          for signs in 0..<(1 << dimension) {
            let moved = Matrix<Rational>(rows: samples, columns: dimension) { n, i in
              let entry = design[n, (i + shift) % dimension]
              return signs >> i & 1 == 0 ? entry : -entry
            }
            let error = moved.moorePenroseInverse() * (moved * teacher) - teacher
            sum += (error.transposed() * error)[0, 0]
          }
        }
        return measurement(sum / Rational(dimension << dimension))
      },
      predicted: { measurement((settings.constant("t9-regression: 1 in 1 - N/d", 1) - share) * square) },
      controls: [
        .init("the interpolator recovers w*") { measurement(0) },
        .init("the error is (1 - N/d)²|w*|²") { measurement((1 - share) * (1 - share) * square) },
      ])
  }

  /// |X⁺y - w*|²/|w*|² is Beta((d-N)/2, N/2): its mean over draws is within 3.291 standard deviations (99.9 %), which
  /// are √(2N(d-N)/(d²(d+2)n)).
  private static func gaussian(_ settings: CheckSettings) -> Instance {
    let (dimension, samples, draws) = (40, 16, 2000)
    let precision = settings.precision
    @Sendable func around(_ centre: Rational) -> Measurement {
      let variance = Rational(
        2 * samples * (dimension - samples), dimension * dimension * (dimension + 2) * draws)
      let width = Rational(3291, 1000) * Ball.sqrt(Ball(variance, precision: precision))
      let centre = Ball(centre, precision: precision)
      return Measurement(
        [.init("mean of |X⁺y - w*|²", .between(centre - width, centre + width))], isRigorous: false)
    }
    let share = Rational(samples, dimension)
    return Instance(
      "d = \(dimension), N = \(samples), \(draws) Gaussian designs",
      observed: {
        let errors = try SparseTeacher.regressionErrors(
          samples: samples, dimension: dimension, draws: draws, seed: settings.seed &* 1000)
        let mean = Ball(double: SampleStatistics(values: errors).mean, digits: 10, precision: precision)
        return Measurement([.init("mean of |X⁺y - w*|²", mean)], isRigorous: false)
      },
      predicted: { around(1 - share) },
      controls: [
        .init("the error is N/d") { around(share) },
        .init("the error is (1 - N/d)²") { around((1 - share) * (1 - share)) },
      ])
  }
}
