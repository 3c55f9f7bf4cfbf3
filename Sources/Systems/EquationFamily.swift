import Multiprecision
import Symbolics

/// Variables of one name that obey one formula: `m[i]' = 1 + exp(-m[i])`, i from 1 to 8; or one scalar variable.
public struct EquationFamily: Sendable {
  /// A named index with its range, both ends included.
  public struct Index: Sendable, Equatable {
    public let name: String
    public let range: ClosedRange<Int>

    public init(_ name: String, _ range: ClosedRange<Int>) { (self.name, self.range) = (name, range) }
  }

  public let name: String
  /// Empty for a scalar.
  public let indices: [Index]
  /// The time derivative, in the system's variables, the family's own indices and the time t.
  public let derivative: Expression
  /// The value at time 0: a rational number for each assignment of the indices.
  public let initial: Expression
  /// By how much the value at time 0 may differ from `initial`: likewise, and not negative.
  public let initialRadius: Expression
  /// Whether it is a named number of the formulas, exact or a range, and no variable that is asked for.
  public let isConstant: Bool

  public init(
    name: String, indices: [Index] = [], derivative: Expression, initial: Expression,
    initialRadius: Expression = 0
  ) {
    (self.name, self.indices, isConstant) = (name, indices, false)
    (self.derivative, self.initial, self.initialRadius) = (derivative, initial, initialRadius)
  }

  /// A named number of the formulas: all from `value` - `radius` to `value` + `radius`.
  public init(constant name: String, value: Expression, radius: Expression = 0) {
    (self.name, indices, isConstant) = (name, [], true)
    (derivative, initial, initialRadius) = (0, value, radius)
  }

  /// `m[i]`, as it is written.
  public var label: String {
    indices.isEmpty ? name : "\(name)[\(indices.map(\.name).joined(separator: ","))]"
  }

  /// How many variables it has; `Int.max` where they are more.
  public var count: Int {
    indices.reduce(1) { count, index in
      let (last, isBeyond) = index.range.upperBound.subtractingReportingOverflow(index.range.lowerBound)
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: last &+ 1)
      return isBeyond || last == .max || isTooLarge ? .max : product
    }
  }

  /// The values of the indices of each variable, the last index fastest: of a family within `EquationSystem.variableLimit`.
  public var assignments: [[String: Int]] {
    indices.reduce([[:]]) { partial, index in
      partial.flatMap { assignment in
        index.range.map { value in assignment.merging([index.name: value]) { $1 } }
      }
    }
  }

  /// The place of the variable with these index values; nil outside the ranges.
  func place(of values: [Int]) -> Int? {
    guard values.count == indices.count else { return nil }
    var place = 0
    for (value, index) in zip(values, indices) {
      guard index.range.contains(value) else { return nil }
      place = place * index.range.count + (value - index.range.lowerBound)
    }
    return place
  }

  /// `m[3]`: the name of the variable at a place.
  public func label(of place: Int) -> String {
    guard !indices.isEmpty else { return name }
    var rest = place
    var values: [Int] = []
    for index in indices.reversed() {
      values.append(index.range.lowerBound + rest % index.range.count)
      rest /= index.range.count
    }
    return "\(name)[\(values.reversed().map(String.init).joined(separator: ","))]"
  }
}
