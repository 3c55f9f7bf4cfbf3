import Multiprecision

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
