import Multiprecision

extension Trajectory {
  /// Log10 of the safety factor on error estimates.
  private static let safety = 1.0
  /// Beyond this relative error a companion is saturated: the flow's amplification is larger than it shows.
  private static let log10Saturation = -2.0

  /// Sets each sample's estimate: the sum of this run's local errors, amplified as the companion's perturbations
  /// were; infinite where they have grown as large as the state.
  mutating func estimateErrors(from companion: [Sample], log10Perturbation: Double) {
    for (index, reference) in companion.enumerated() {
      let precision = reference.state.first?.elements.first?.precision ?? Precision.minimum
      let error = reference.state.log10RelativeDistance(to: samples[index].state, precision: precision)
      let amplification = max(0, error - log10Perturbation)
      samples[index].log10Error =
        error < Self.log10Saturation
        ? statistics.log10LocalErrors + amplification + Self.safety : .infinity
    }
  }
}

extension [Matrix<BigFloat>] {
  /// log10 of max |a - b| / max(1, |b|) over all entries, at the given precision; -∞ where they are equal.
  public func log10RelativeDistance(to other: [Matrix<BigFloat>], precision: Int) -> Double {
    var distance = -Double.infinity
    var size = 0.0
    for (a, b) in zip(self, other) {
      for (x, y) in zip(a.elements, b.elements) {
        let difference = x.rounded(toPrecision: precision) - y.rounded(toPrecision: precision)
        distance = Swift.max(distance, difference.log10Magnitude)
        size = Swift.max(size, y.log10Magnitude)
      }
    }
    return distance - size
  }
}
