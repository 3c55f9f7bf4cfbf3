import Claims
import Multiprecision
import Symbolics
import Systems

/// A system of formulas read from a YAML or JSON file:
///
///     system:
///       m[i]: {derivative: "1 + exp(-m[i])", initial: "i/10 - 2/5", for: {i: [1, 8]}}
///     times: [10]
///
/// Starts may be ranges, `"[1.15, 1.25]"` or `1.2 +/- 0.05`, and so may named numbers: `constants: {a: 1 +/- 0.1}`.
public struct SystemFile: Sendable {
  public let system: EquationSystem
  /// What the file says the solution is; nil if it says nothing.
  public let prediction: SystemPrediction?
  /// For each family of the system its formulas as the file has them.
  public let statements: [Statement]
  private let position: SourcePosition
  private let keys: [TextCell]

  /// A variable's formulas, letter by letter, where they are no lists.
  public struct Statement: Sendable {
    public let derivative: String
    public let initial: String
  }

  private static let expectedVariables = "a mapping from variables, such as x or m[i], to their equations"

  init(_ root: Field, times: [Rational]?) throws(InputError) {
    let mapping = try FieldMapping(root, allowing: ["system", "constants", "times", "prediction"])
    let field = try mapping.required("system", Self.expectedVariables)
    let pairs = try FieldMapping.pairs(of: field, expected: Self.expectedVariables)
    var families: [EquationFamily] = []
    var statements: [Statement] = []
    for pair in pairs {
      let (family, statement) = try Self.family(pair.key, pair.value)
      families.append(family)
      statements.append(statement)
    }
    self.statements = statements
    var names = pairs.map(\.key)
    if let constants = mapping["constants"] {
      for pair in try FieldMapping.pairs(of: constants, expected: "a mapping from names to numbers or ranges")
      {
        families.append(try Self.constant(pair.key, pair.value))
        names.append(pair.key)
      }
    }
    position = field.position
    keys = names
    let sampleTimes = try SampleTimes.read(mapping, override: times)
    do {
      system = try EquationSystem(families: families, times: sampleTimes)
    } catch {
      throw Self.inputError(error, field.position, keys)
    }
    if let field = mapping["prediction"] {
      prediction = try Self.prediction(field, for: system)
    } else {
      prediction = nil
    }
  }

  /// A formula or a range for each predicted variable, under its name or its name with indices, and `control` likewise.
  private static func prediction(
    _ field: Field, for system: EquationSystem
  ) throws(InputError) -> SystemPrediction {
    let names = system.families.flatMap { [$0.label, $0.name] }
    let mapping = try FieldMapping(field, allowing: names + ["control"])
    func statements(_ mapping: FieldMapping) throws(InputError) -> [String: SystemPrediction.Statement] {
      var statements: [String: SystemPrediction.Statement] = [:]
      for family in system.families {
        guard let field = mapping[family.label] ?? mapping[family.name] else { continue }
        let range = try field.range("a formula or a range of formulas")
        statements[family.name] = .init(range.middle, within: range.radius)
      }
      return statements
    }
    var control: [String: SystemPrediction.Statement]?
    if let field = mapping["control"] { control = try statements(FieldMapping(field, allowing: names)) }
    let prediction = SystemPrediction(try statements(mapping), control: control)
    guard !prediction.statements.isEmpty else {
      throw field.error("found none, expected a formula for one of \(VisibleText.list(names))")
    }
    do {
      try prediction.check(for: system)
    } catch {
      throw field.position.error("\(error)")
    }
    return prediction
  }

  private static func family(
    _ key: TextCell, _ value: Field
  ) throws(InputError) -> (EquationFamily, Statement) {
    let mapping = try FieldMapping(value, allowing: ["derivative", "initial", "for"])
    let (name, indexNames) = try variable(key)
    let indices = try indices(mapping["for"], key, names: indexNames)
    let derivative = try mapping.required("derivative", "a formula")
    let expected = "a number, a range, or a formula in the indices"
    let initial = try mapping.required("initial", expected)
    let start = try initial.range(expected)
    let family = EquationFamily(
      name: name, indices: indices, derivative: try derivative.formula(), initial: start.middle,
      initialRadius: start.radius ?? 0)
    return (family, Statement(derivative: try text(derivative), initial: try text(initial)))
  }

  private static func constant(_ key: TextCell, _ value: Field) throws(InputError) -> EquationFamily {
    let (name, indices) = try variable(key)
    guard indices.isEmpty else { throw key.mismatch(expected: "a name") }
    let value = try value.range("a number or a range")
    return EquationFamily(constant: name, value: value.middle, radius: value.radius ?? 0)
  }

  /// `m[i,j]` as a name and its indices.
  private static func variable(_ key: TextCell) throws(InputError) -> (name: String, indices: [String]) {
    let expected = "a variable: a name, or a name with indices such as m[i]"
    guard let expression = try? Expression(parsing: key.text), let text = expression.variableName else {
      throw key.mismatch(expected: expected)
    }
    guard let open = text.firstIndex(of: "[") else { return (text, []) }
    let names = text[text.index(after: open)...].dropLast().split(separator: ",").map(String.init)
    guard names.allSatisfy({ $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && Int($0) == nil })
    else {
      throw key.mismatch(expected: expected)
    }
    return (String(text[..<open]), names)
  }

  private static func indices(
    _ field: Field?, _ key: TextCell, names: [String]
  ) throws(InputError) -> [EquationFamily.Index] {
    guard let field else {
      guard names.isEmpty else {
        throw key.position.error("missing for, expected a range for each index: for: {\(names[0]): [1, 8]}")
      }
      return []
    }
    guard !names.isEmpty else { throw field.error("found ranges for a variable without indices") }
    let mapping = try FieldMapping(field, allowing: names)
    var indices: [EquationFamily.Index] = []
    for name in names {
      let range = try mapping.required(name, "a range [first, last]")
      let ends = try range.items("a range [first, last]", limit: 2)
      let bound = EquationSystem.variableLimit
      guard ends.count == 2 else { throw range.mismatch(expected: "a range [first, last]") }
      let first = try ends[0].integer(-bound...bound)
      let last = try ends[1].integer(-bound...bound)
      guard first <= last else { throw range.error("found \(last) after \(first), expected first ≤ last") }
      indices.append(.init(name, first...last))
    }
    return indices
  }

  /// As it stands there; a list in short.
  private static func text(_ field: Field) throws(InputError) -> String {
    field.isList ? field.summary : try field.cell(expected: "a formula").text
  }

  /// A system's error at the place in the file that it names.
  public func inputError(_ error: SystemError) -> InputError { Self.inputError(error, position, keys) }

  private static func inputError(
    _ error: SystemError, _ system: SourcePosition, _ keys: [TextCell]
  ) -> InputError {
    let place = keys.first { error.field.hasPrefix($0.text.filter { $0 != " " }) }?.position
    let position = place ?? system
    return InputError(
      file: position.file, line: position.line, column: position.column,
      field: error.field.isEmpty ? "system" : "system.\(error.field)", error.reason)
  }
}
