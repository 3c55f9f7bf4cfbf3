import Learning
import Multiprecision

/// Independent random numbers: their mean, and what it says of the expectation.
struct SampleStatistics: Sendable {
  let values: [Double]

  var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The estimated standard deviation of the mean.
  var standardError: Double {
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
  }

  /// The half width of the two-sided 99.9 % confidence interval for the expectation, with Student's t at few values.
  ///
  /// - Precondition: at least 5 values.
  var confidence: Double { standardError * Self.quantile(degreesOfFreedom: values.count - 1) }

  /// The 0.9995 quantile of Student's t: from the table, at the next smaller number of degrees of freedom in it.
  private static func quantile(degreesOfFreedom: Int) -> Double {
    let table: [(Int, Double)] = [
      (4, 8.611), (5, 6.869), (6, 5.959), (7, 5.408), (8, 5.042), (9, 4.782), (11, 4.437), (14, 4.141),
      (19, 3.884), (29, 3.660), (49, 3.501), (99, 3.392), (499, 3.311), (999, 3.301),
    ]
    return table.last { $0.0 <= degreesOfFreedom }?.1 ?? .infinity
  }
}

extension Ball {
  /// A double as it is; not a number is everything.
  init(double value: Double, precision: Int) {
    guard let exact = try? Rational(exactly: value) else {
      self = .everything(precision: precision)
      return
    }
    self.init(exact, precision: precision)
  }

  /// A double computed with a relative error of at most 10^-digits: estimated.
  init(double value: Double, digits: Int, precision: Int) {
    let error = Ball(
      double: max(1, abs(value)) * Double.exp(-2.302_585 * Double(digits)), precision: precision)
    self = Ball(double: value, precision: precision).addingError(error)
  }
}
