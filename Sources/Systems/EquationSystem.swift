import Multiprecision
import Symbolics

/// An initial-value problem given by formulas: families of variables, each with its derivative and start, and
/// sample times.
///
/// Time has no unit. All numbers are exact. The right-hand sides may use the time `t`.
public struct EquationSystem: Sendable {
  public let families: [EquationFamily]
  /// Increasing, not negative.
  public let times: [Rational]
  /// The value at time 0 of each family's variables, in order, and by how much it may differ from that.
  public let initial: [[Rational]]
  public let initialRadii: [[Rational]]

  /// Variables in all.
  public static let variableLimit = 100_000

  /// - Throws: `SystemError` naming the family and the part of it where something does not fit.
  public init(families: [EquationFamily], times: [Rational]) throws(SystemError) {
    self.families = families
    self.times = times
    var (starts, radii): ([[Rational]], [[Rational]]) = ([], [])
    try Self.checkNames(families)
    for family in families {
      starts.append(try Self.values(of: family.initial, for: family))
      radii.append(try Self.values(of: family.initialRadius, for: family))
      if let negative = radii.last?.first(where: { $0.signum() < 0 }) {
        throw SystemError(
          field: "\(family.label).initial",
          "found a range with the radius \(negative), expected its lower end first and no negative radius")
      }
    }
    (initial, initialRadii) = (starts, radii)
    for family in families { try checkReferences(of: family) }
  }

  /// The same system at other times.
  public func at(_ times: [Rational]) throws(SystemError) -> EquationSystem {
    try EquationSystem(families: families, times: times)
  }

  /// Whether a right-hand side uses the time.
  var dependsOnTime: Bool { families.contains { $0.derivative.freeVariables.contains(Self.time) } }

  /// The name of the time in formulas.
  public static let time = "t"

  func family(named name: String) -> (place: Int, family: EquationFamily)? {
    families.firstIndex { $0.name == name }.map { ($0, families[$0]) }
  }

  private static func checkNames(_ families: [EquationFamily]) throws(SystemError) {
    guard !families.isEmpty else { throw SystemError(field: "", "found no variable, expected at least one") }
    var names = Set<String>()
    for family in families {
      let reserved = Function(named: family.name) != nil || [time, "pi"].contains(family.name)
      guard !reserved else {
        throw SystemError(field: family.label, "found a name that formulas use for something else")
      }
      guard names.insert(family.name).inserted else {
        throw SystemError(field: family.label, "found \(family.name) twice, expected another name")
      }
    }
    for family in families {
      for index in family.indices where names.contains(index.name) || index.name == time {
        throw SystemError(field: family.label, "the index \(index.name) has the name of a variable")
      }
      guard Set(family.indices.map(\.name)).count == family.indices.count else {
        throw SystemError(field: family.label, "found an index twice, expected different ones")
      }
    }
    var count = 0
    for family in families {
      let (sum, isTooLarge) = count.addingReportingOverflow(family.count)
      guard !isTooLarge, sum <= variableLimit else {
        let found = isTooLarge || sum == .max ? "more than \(Int.max)" : "\(sum)"
        throw SystemError(
          field: family.label,
          "found \(found) variables up to here, expected at most \(variableLimit), the limit")
      }
      count = sum
    }
  }

  /// A formula's value for each variable of a family.
  private static func values(
    of formula: Expression, for family: EquationFamily
  ) throws(SystemError) -> [Rational] {
    var values: [Rational] = []
    var bytes = 0
    for (place, assignment) in family.assignments.enumerated() {
      let value = formula.substituting(assignment.mapValues { Expression(Rational($0)) })
      if let unknown = value.freeVariables.sorted().first {
        throw SystemError(
          field: "\(family.label).initial", "found '\(unknown)', expected an index or a number")
      }
      guard let rational = value.rationalValue else {
        throw SystemError(
          field: "\(family.label).initial",
          "found \(value) for \(family.label(of: place)), expected a rational number")
      }
      values.append(rational)
      bytes += MemoryAccount.bytes(numbers: 1, precision: rational.bitWidth)
      do {
        try MemoryAccount.current.check(bytes, for: "the start of \(place + 1) variables")
      } catch {
        throw SystemError(field: "\(family.label).initial", "\(error)")
      }
    }
    return values
  }

  /// Every variable in a derivative is the time, an index of the family, or a variable of the system for all
  /// values of the indices.
  private func checkReferences(of family: EquationFamily) throws(SystemError) {
    let field = "\(family.label).derivative"
    let own = Set(family.indices.map(\.name))
    for name in family.derivative.freeVariables.sorted() where name != Self.time && !own.contains(name) {
      guard let reference = IndexedName(name), let (_, target) = self.family(named: reference.base) else {
        let known = families.map(\.label) + own.sorted() + [Self.time]
        let hint =
          family.derivative.suggestion(forUnknown: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw SystemError(
          field: field,
          "found '\(VisibleText.shortened(name))', expected one of \(VisibleText.list(known))\(hint)")
      }
      guard reference.indices.count == target.indices.count else {
        throw SystemError(
          field: field, "found '\(name)' with \(reference.indices.count) indices, expected \(target.label)")
      }
      for assignment in family.assignments {
        let values = reference.indices.compactMap { $0.value(assignment) }
        guard values.count == reference.indices.count else {
          throw SystemError(
            field: field,
            "found '\(name)', whose index is not one of \(own.isEmpty ? "the numbers" : own.sorted().joined(separator: ", "))"
          )
        }
        guard target.place(of: values) != nil else {
          throw SystemError(
            field: field,
            "found '\(name)' at \(target.name)\(values), expected indices within "
              + target.indices.map { "\($0.range.lowerBound)...\($0.range.upperBound)" }.joined(
                separator: ", "))
        }
      }
    }
  }
}

/// A system whose parts do not fit together, with the part to change.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `m[i].derivative`; empty for the whole system.
  public let field: String
  public let reason: String

  public init(field: String, _ reason: String) { (self.field, self.reason) = (field, reason) }

  public var description: String { field.isEmpty ? reason : "\(field): \(reason)" }
}
