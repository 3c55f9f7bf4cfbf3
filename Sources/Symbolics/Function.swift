/// The analytic functions that an expression may apply.
public enum Function: String, Sendable, Hashable, CaseIterable {
  case exp, log, log1p, expm1, logistic, softplus, tanh, sinh, cosh, sqrt

  /// Other names by which a formula may call a function.
  static let aliases: [String: Function] = ["sigma": .logistic]

  /// The function of a name or an alias; nil if there is none.
  public init?(named name: String) {
    guard let function = Function(rawValue: name) ?? Function.aliases[name] else { return nil }
    self = function
  }

  /// The names a formula may use, for messages and suggestions.
  static let names = allCases.map(\.rawValue) + aliases.keys.sorted()

  /// What to write instead of common names that are not functions here.
  static let replacements = ["ln": "log", "sigmoid": "logistic", "expit": "logistic", "pow": "^"]
}
