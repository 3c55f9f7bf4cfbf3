import Multiprecision

@testable import Symbolics

/// Seeded expressions for tests (SplitMix64).
struct RandomExpressions: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  static let names = ["x", "y", "mu0", "m[i]", "w_1", "lambda", "x[1,2]"]

  mutating func rational() -> Rational {
    Rational(Int.random(in: -4...4, using: &self), Int.random(in: 1...3, using: &self))
  }

  /// A tree of the given height; any shape that the constructors allow.
  mutating func expression(height: Int) -> Expression {
    let choice = height == 0 ? Int.random(in: 0...2, using: &self) : Int.random(in: 0...9, using: &self)
    switch choice {
    case 0: return Expression(rational())
    case 1: return .variable(Self.names[Int.random(in: 0..<Self.names.count, using: &self)])
    case 2: return Bool.random(using: &self) ? .pi : .variable("x")
    case 3: return expression(height: height - 1) + expression(height: height - 1)
    case 4: return expression(height: height - 1) - expression(height: height - 1)
    case 5: return expression(height: height - 1) * expression(height: height - 1)
    case 6: return expression(height: height - 1) / expression(height: height - 1)
    case 7: return expression(height: height - 1).power(Expression(rational()))
    case 8: return expression(height: height - 1).power(expression(height: height - 1))
    default:
      return .apply(Function.allCases[Int.random(in: 0..<10, using: &self)], expression(height: height - 1))
    }
  }

  /// Positive values for all names.
  mutating func point() -> [String: Rational] {
    Dictionary(
      uniqueKeysWithValues: Self.names.map { ($0, Rational(Int.random(in: 1...40, using: &self), 20)) })
  }
}
