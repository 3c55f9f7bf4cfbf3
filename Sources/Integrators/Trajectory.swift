import Multiprecision

/// An integrated solution at its sample times, with a statement of its error.
public struct Trajectory: Sendable {
  public struct Sample: Sendable {
    public let time: Rational
    /// The matrices of the state, in the vector field's order.
    public let state: [Matrix<BigFloat>]
    /// log10 of the estimated error, in the maximum norm, relative to max(1, |state|). An estimate, not a
    /// bound: see `TaylorIntegrator`.
    public var log10Error: Double
  }

  public struct Statistics: Sendable {
    public var steps = 0
    /// Steps whose series were computed in fixed point.
    public var fixedPointSteps = 0
    /// Steps of Radau IIA, which are taken where the flow is stiff.
    public var implicitSteps = 0
    public var order = 0
    public var precision = 0
    /// Log10 of the sum of the steps' local errors: last Taylor terms and roundings.
    public var log10LocalErrors = -Double.infinity
  }

  init(samples: [Sample], statistics: Statistics, denseOutput: DenseOutput?) {
    (self.samples, self.statistics, self.denseOutput) = (samples, statistics, denseOutput)
  }

  public var samples: [Sample]
  /// Why the integration ended before the last of the times asked for; nil if it did not. The samples are those before.
  public var stop: IntegrationError?
  public var statistics: Statistics
  /// The piecewise polynomial between the samples, if it was asked for.
  public var denseOutput: DenseOutput?

  /// The trajectory itself.
  ///
  /// - Throws: why it ended early, if it did.
  public func orThrow() throws -> Trajectory {
    if let stop { throw stop }
    return self
  }

  /// The worst of the samples' estimates.
  public var log10Error: Double { samples.map(\.log10Error).max() ?? -.infinity }
}

/// The integrator's piecewise polynomial. Memory: one coefficient for each step, order and entry of the state.
public struct DenseOutput: Sendable {
  struct Piece: Sendable {
    let start: Rational
    let step: Rational
    /// For each matrix of the state its coefficients, the constant one first.
    let coefficients: [[Matrix<BigFloat>]]

    /// The state at a time from the start.
    func value(at offset: Rational) -> [Matrix<BigFloat>] {
      coefficients.map { coefficients in
        let precision = coefficients[0].elements.first?.precision ?? 64
        let offset = BigFloat(offset, precision: precision)
        var result = coefficients[coefficients.count - 1]
        for coefficient in coefficients.dropLast().reversed() {
          result = result.map { $0 * offset } + coefficient
        }
        return result
      }
    }
  }

  var pieces: [Piece] = []

  /// The times covered.
  public var range: ClosedRange<Rational>? {
    guard let first = pieces.first, let last = pieces.last else { return nil }
    return first.start...(last.start + last.step)
  }

  /// The state at `time`, accurate to about the integration's digits; nil outside the range.
  ///
  /// Complexity: O(log steps + order × entries).
  public func state(at time: Rational) -> [Matrix<BigFloat>]? {
    guard let range, range.contains(time) else { return nil }
    var (low, high) = (0, pieces.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].start <= time { low = middle } else { high = middle - 1 }
    }
    return pieces[low].value(at: time - pieces[low].start)
  }
}
