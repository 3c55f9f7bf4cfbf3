import Learning
import Multiprecision

/// T9: who finds a sparse teacher. Double precision: the digits asked for change nothing.
extension Claim {
  static let t9SparseTeacher = Claim(
    id: "t9-sparse-teacher",
    title: "A sparse teacher: gradient flow, then NGF on the training inputs, then the rest",
    statement:
      "Gaussian inputs, signs of a 3-sparse teacher: gradient flow on u² - v² has the least test error; natural gradient "
      + "with the training inputs' Fisher matrix (Moore–Penrose) on it has more, but less than with the population's, "
      + "which does no better than the linear model, where gradient flow does no better either.",
    hypotheses: [
      "logistic loss, N < d, Gaussian inputs, a sparse teacher without noise", "small u = v at the start",
    ],
    section: "T9", theorem: nil,
    range: .init(
      claimed: "the two sizes, as an observation on random draws",
      tested:
        "(d, N, k) = (200, 80, 3) with 20 draws, (500, 100, 3) with 10; gradient flow with α = 0.1, 0.01, 0.001 to log t = "
        + "20, natural gradient with α = 0.01 to margins of 1000")
  ) { settings in
    [
      comparison(dimension: 200, samples: 80, draws: 20, settings),
      comparison(dimension: 500, samples: 100, draws: 10, settings),
    ]
  }

  private static func comparison(
    dimension: Int, samples: Int, draws: Int, _ settings: CheckSettings
  ) -> Instance {
    let precision = settings.precision
    let errors = Lazy {
      try SparseTeacherErrors(
        samples: samples, dimension: dimension, sparsity: 3,
        seeds: (0..<draws).map { settings.seed &* 1000 &+ UInt64($0) })
    }
    /// The mean of the differences over the half width of its confidence interval, which by itself is 1 where the
    /// order is certain to 99.9 %; with what the errors' accuracy leaves open.
    @Sendable func order(_ worse: SparseTeacherErrors.Method, _ better: SparseTeacherErrors.Method) throws
      -> Ball
    {
      let found = try errors.value()
      let differences = SampleStatistics(
        values: zip(found.values(worse), found.values(better)).map { $0 - $1 })
      let ratio = differences.mean / differences.confidence
      let error = 4 * found.accuracy * (1 + abs(ratio)) / differences.confidence
      return Ball(double: ratio, precision: precision).addingError(Ball(double: error, precision: precision))
    }
    let orders: [(String, SparseTeacherErrors.Method, SparseTeacherErrors.Method)] = [
      ("NGF (training inputs) above GF, u² - v²", .training, .gradient(1)),
      ("NGF (population) above NGF (training inputs)", .population, .training),
      ("NGF, linear, above NGF (training inputs), u² - v²", .minimumNorm, .training),
      ("GF, linear, above GF, u² - v²", .maximumMargin, .gradient(1)),
      ("GF with α = 0.1 above α = 0.001", .gradient(0), .gradient(2)),
    ]
    let gaps: [(String, SparseTeacherErrors.Method)] = [
      ("GF, linear, against NGF, linear", .maximumMargin),
      ("NGF (population) against NGF, linear", .population),
    ]
    let one = Ball(1, precision: precision)
    /// A statement on each order: +1 it is so, -1 it is the other way, 0 there is no difference.
    @Sendable func predicted(_ signs: [Int]) -> Measurement {
      let narrow = Ball(Rational(1, 50), precision: precision)
      return Measurement(
        zip(orders, signs).map { order, sign in
          let bounds: Measurement.Bounds =
            sign == 0 ? .between(-one, one) : sign > 0 ? .atLeast(one) : .atMost(-one)
          return .init(order.0, bounds)
        } + gaps.map { .init($0.0, .between(-narrow, narrow)) }
          + [.init("accuracy", .atMost(Ball(Rational(1, 10_000), precision: precision)))], isRigorous: false)
    }
    return Instance(
      "d = \(dimension), N = \(samples), k = 3, \(draws) draws",
      observed: {
        let found = try errors.value()
        let ratios = try orders.map { name, worse, better in
          Measurement.Entry("\(name), in confidence intervals", try order(worse, better))
        }
        let differences = gaps.map { name, method in
          let difference = found.mean(method) - found.mean(.minimumNorm)
          return Measurement.Entry(
            name,
            Ball(double: difference, precision: precision)
              .addingError(Ball(double: 2 * found.accuracy, precision: precision)))
        }
        let accuracy = Measurement.Entry(
          "accuracy", Ball(double: found.accuracy, digits: 6, precision: precision))
        return Measurement(ratios + differences + [accuracy], isRigorous: false)
      },
      predicted: { predicted([1, 1, 1, 1, 1]) },
      controls: [
        .init("natural gradient on the training inputs generalises as well as gradient flow") {
          predicted([0, 1, 1, 1, 1])
        },
        .init("it generalises better") { predicted([-1, 1, 1, 1, 1]) },
        .init("on the training inputs it has no bias, as in the linear model") {
          predicted([1, 1, 0, 1, 1])
        },
        .init("the measure does not matter") { predicted([1, 0, 1, 1, 1]) },
      ])
  }
}
