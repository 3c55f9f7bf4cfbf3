import Multiprecision

/// Vectors as columns of balls: what limit directions are compared with.
struct BallVector {
  var entries: [Ball]

  init(_ entries: [Ball]) { self.entries = entries }
  init(_ rationals: [Rational], precision: Int) { entries = rationals.map { Ball($0, precision: precision) } }

  static func + (left: Self, right: Self) -> Self { Self(zip(left.entries, right.entries).map { $0 + $1 }) }
  static func - (left: Self, right: Self) -> Self { Self(zip(left.entries, right.entries).map { $0 - $1 }) }
  static func * (factor: Ball, vector: Self) -> Self { Self(vector.entries.map { factor * $0 }) }

  func dot(_ other: Self) -> Ball {
    zip(entries, other.entries).dropFirst().reduce(entries[0] * other.entries[0]) { $0 + $1.0 * $1.1 }
  }

  var norm: Ball { .sqrt(dot(self)) }

  /// This vector over its norm.
  var unit: Self {
    let norm = norm
    return Self(entries.map { $0 / norm })
  }

  /// The part orthogonal to `direction`.
  func orthogonal(to direction: Self) -> Self {
    self - (dot(direction) / direction.dot(direction)) * direction
  }

  func measurement(_ name: String) -> Measurement {
    Measurement(entries.enumerated().map { .init("\(name)[\($0)]", $1) }, isRigorous: true)
  }
}
