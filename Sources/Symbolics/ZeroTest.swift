import Multiprecision

/// Whether an expression vanishes.
public enum ZeroTest: Sendable {
  /// Proved by exact arithmetic: zero wherever it is defined and the arguments of its roots are positive. Such a
  /// point exists.
  case zero
  /// Proved by an enclosure: at the point its value is in the ball, which does not contain zero.
  case nonzero(at: [String: Rational], value: Ball)
  /// Neither is proved.
  case undecided(why: String)
}

extension Expression {
  /// Decides whether the expression is zero as a function; `undecided` where the methods do not reach, never a
  /// wrong answer.
  ///
  /// - Complexity: bounded; large expressions are left undecided.
  public func isZero() -> ZeroTest {
    var undecided: [[String: Rational]] = []
    for point in samplePoints() {
      switch sign(at: point, precision: 128) {
      case .nonzero(let value): return .nonzero(at: point, value: value)
      case .containsZero: undecided.append(point)
      case .undefined: break
      }
    }
    guard !undecided.isEmpty else { return .undecided(why: "no sample point was found where it is defined") }
    let normaliser = Normaliser()
    let reason: String
    do {
      if try normaliser.normalise(self).isZero { return .zero }
      reason = "it does not reduce to zero"
    } catch {
      reason = error.description
    }
    for precision in [1024, 8192] {
      for point in undecided.prefix(3) {
        if case .nonzero(let value) = sign(at: point, precision: precision) {
          return .nonzero(at: point, value: value)
        }
      }
    }
    return .undecided(why: reason + ", and its enclosures at sample points contain zero")
  }

  private enum Sign {
    case nonzero(Ball), containsZero, undefined
  }

  private func sign(at point: [String: Rational], precision: Int) -> Sign {
    let variables = point.mapValues { Ball($0, precision: precision) }
    guard let value = try? evaluate(variables: variables, precision: precision), value.isFinite else {
      return .undefined
    }
    return value.isNonzero ? .nonzero(value) : .containsZero
  }

  /// Points that do not depend on anything but the names: of different sizes, all positive, all negative and mixed.
  private func samplePoints() -> [[String: Rational]] {
    let names = freeVariables.sorted()
    if names.isEmpty { return [[:]] }
    return (0..<24).map { trial in
      let scale = [Rational(1), Rational(1, 7), 3, Rational(1, 100)][trial % 4]
      return Dictionary(
        uniqueKeysWithValues: names.enumerated().map { place, name in
          let magnitude = Rational(37 * (trial + 2) % 101 + 13 * place * (trial + 1) % 89 + 1, 61) * scale
          let isNegative = trial % 6 == 4 || (trial % 6 == 5 && (place + trial) % 2 == 0)
          return (name, isNegative ? -magnitude : magnitude)
        })
    }
  }
}
