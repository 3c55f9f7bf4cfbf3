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
  static let replacements = [
    "ln": "log", "loge": "log", "logp1": "log1p", "sigmoid": "logistic", "expit": "logistic", "pow": "^",
    "power": "^", "square": "^2", "sqr": "^2", "cbrt": "^(1/3)", "root": "sqrt", "th": "tanh", "sh": "sinh",
    "ch": "cosh", "log_1p": "log1p", "exp_m1": "expm1",
  ]

  /// Well-known functions that are not here and that no other one replaces, however near its name may be.
  static let unsupported: Set<String> = [
    "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "atan2", "arcsin", "arccos", "arctan",
    "sech", "csch", "coth", "asinh", "acosh", "atanh", "arsinh", "arcosh", "artanh", "abs", "sign", "sgn",
    "max",
    "min", "floor", "ceil", "round", "mod", "erf", "erfc", "gamma", "lgamma", "relu", "gelu", "elu", "silu",
    "log2",
    "log10", "exp2", "exp10", "step", "heaviside", "besselj", "lambertw", "sum", "prod", "norm", "softmax",
  ]
}
