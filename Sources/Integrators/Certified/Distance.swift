import Multiprecision

/// Where the distance v between the solution and the candidate lies at one time.
enum Distance: Sendable {
  /// |v|_k ≤ norm in the norm of some weights.
  case ball(norm: Ball, StateWeights)
  case box(ErrorBox)

  /// For each entry a bound of its size.
  var bounds: [Ball] {
    switch self {
    case .ball(let norm, let weights): weights.bounds(norm)
    case .box(let box): box.bounds
    }
  }

  /// A box that contains it.
  var box: ErrorBox {
    switch self {
    case .ball: ErrorBox(bounds)
    case .box(let box): box
    }
  }

  /// log10 of the greatest of `bounds`.
  var log10Size: Double { bounds.reduce(-.infinity) { max($0, $1.log10UpperMagnitude) } }

  /// A bound of |v|_k.
  func norm(in weights: StateWeights) -> Ball {
    switch self {
    case .ball(let norm, let own): norm.scaled(byPowerOfTwo: weights.log2Ratio(to: own))
    case .box(let box): weights.norm(ofBounds: box.bounds)
    }
  }

  /// The distance, with room for vectors that are added, of which bounds are given; none where they are empty.
  func widened(by bounds: [Ball]...) -> Distance {
    let bounds = bounds.reduce([]) { $0.isEmpty ? $1 : $0.adding($1) }
    guard !bounds.isEmpty else { return self }
    switch self {
    case .ball(let norm, let weights): return .ball(norm: norm + weights.norm(ofBounds: bounds), weights)
    case .box(var box):
      box.widen(by: bounds)
      return .box(box)
    }
  }

  func scaled(byPowerOfTwo power: Int) -> Distance {
    switch self {
    case .ball(let norm, let weights): return .ball(norm: norm.scaled(byPowerOfTwo: power), weights)
    case .box(var box):
      box.radii = box.radii.scaled(byPowerOfTwo: power)
      return .box(box)
    }
  }
}

extension [Ball] {
  /// The sums of entries; `other` may be empty.
  func adding(_ other: [Ball]) -> [Ball] { other.isEmpty ? self : zip(self, other).map { $0 + $1 } }
}
