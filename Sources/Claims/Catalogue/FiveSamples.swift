import Multiprecision

/// Student's interval for the mean of five numbers.
struct FiveSamples {
  let mean: Ball
  let halfWidth: Ball

  /// The quantile 0.975 with four degrees of freedom: for a two-sided interval of 95 %.
  private static let quantile = Rational(27_764, 10_000)

  /// - Precondition: five numbers.
  init(_ samples: [Ball]) {
    precondition(samples.count == 5, "the quantile is that of four degrees of freedom")
    let mean = Rational(1, 5) * samples.dropFirst().reduce(samples[0], +)
    let squares = samples.map { ($0 - mean).squared() }
    let variance = Rational(1, 4) * squares.dropFirst().reduce(squares[0], +)
    self.mean = mean
    halfWidth = Self.quantile * .sqrt(Rational(1, 5) * variance)
  }

  var upper: Ball { mean + halfWidth }
  var lower: Ball { mean - halfWidth }
}
