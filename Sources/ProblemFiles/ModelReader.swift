import Learning

/// The `model` mapping: all of a model but the sizes that the data decides.
enum ModelDescription {
  case linear
  case deepLinear(widths: [Int])
  case diagonal(form: DiagonalModel.Form, depth: Int)
  case multilayerPerceptron(widths: [Int], activation: MultilayerPerceptron.Activation, hasBias: Bool)

  private enum Kind: String, CaseIterable {
    case linear
    case deepLinear = "deep-linear"
    case diagonal
    case matrixFactorization = "matrix-factorization"
    case multilayerPerceptron = "mlp"
    case formula

    var keys: [String] {
      switch self {
      case .linear: ["kind"]
      case .deepLinear, .matrixFactorization: ["kind", "widths"]
      case .diagonal: ["kind", "form", "depth"]
      case .multilayerPerceptron: ["kind", "widths", "activation", "bias"]
      case .formula: ["kind"]
      }
    }
  }

  init(_ field: Field) throws(InputError) {
    var allKeys: [String] = []
    for key in Kind.allCases.flatMap(\.keys) where !allKeys.contains(key) { allKeys.append(key) }
    let kindField = try Self.kindField(field, allKeys: allKeys)
    let kind = try kindField.choice(Kind.self)
    if kind == .formula { throw kindField.error("found formula, which is not supported yet") }
    let mapping = try FieldMapping(field, allowing: kind.keys)
    switch kind {
    case .linear, .formula: self = .linear
    case .deepLinear, .matrixFactorization: self = .deepLinear(widths: try Self.widths(mapping))
    case .diagonal:
      let form = try mapping.required("form", "product or difference").choice(DiagonalModel.Form.self)
      let depth = try mapping.required("depth", "the number of factors").integer(1...InputLimits.depth)
      self = .diagonal(form: form, depth: depth)
    case .multilayerPerceptron:
      let activation = try mapping.required("activation", "tanh, softplus or logistic")
        .choice(MultilayerPerceptron.Activation.self)
      self = .multilayerPerceptron(
        widths: try Self.widths(mapping), activation: activation,
        hasBias: try mapping["bias"]?.boolean() ?? true)
    }
  }

  /// The kind comes first: it decides which other keys there are. A mapping without one may have it misspelt.
  private static func kindField(_ field: Field, allKeys: [String]) throws(InputError) -> Field {
    let pairs = try FieldMapping.pairs(of: field, expected: "a mapping with kind")
    if let kind = pairs.first(where: { $0.key.text == "kind" }) { return kind.value }
    return try FieldMapping(field, allowing: allKeys)
      .required("kind", "one of " + Kind.allCases.map(\.rawValue).joined(separator: ", "))
  }

  private static func widths(_ mapping: FieldMapping) throws(InputError) -> [Int] {
    let expected = "a list of at least two widths: inputs, hidden layers, outputs"
    let field = try mapping.required("widths", expected)
    let items = try field.items(expected, limit: InputLimits.depth + 1)
    guard items.count >= 2 else { throw field.mismatch(expected: expected) }
    var widths: [Int] = []
    for item in items { widths.append(try item.integer(1...InputLimits.width)) }
    return widths
  }

  /// d and K where the model fixes them.
  var fixedSizes: (inputs: Int, outputs: Int)? {
    switch self {
    case .linear, .diagonal: nil
    case .deepLinear(let widths), .multilayerPerceptron(let widths, _, _):
      (widths[0], widths[widths.count - 1])
    }
  }

  /// The model for data of d inputs and K outputs, where it does not fix them itself.
  func model(inputs: Int, outputs: Int) throws(ModelError) -> any Model {
    switch self {
    case .linear: try DeepLinearModel(widths: [inputs, outputs])
    case .deepLinear(let widths): try DeepLinearModel(widths: widths)
    case .diagonal(let form, let depth): try DiagonalModel(inputCount: inputs, form: form, depth: depth)
    case .multilayerPerceptron(let widths, let activation, let hasBias):
      try MultilayerPerceptron(widths: widths, activation: activation, hasBias: hasBias)
    }
  }

  /// P for the same sizes, without making anything of that size.
  func parameterCount(inputs: Int, outputs: Int) -> Int {
    switch self {
    case .linear: inputs * outputs
    case .diagonal(let form, let depth): inputs * (form == .difference ? 2 : depth)
    case .deepLinear(let widths): zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    case .multilayerPerceptron(let widths, _, let hasBias):
      zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + (hasBias ? 1 : 0)) * $1.1 }
    }
  }

  var parameterLayout: ParameterLayout {
    switch self {
    case .linear: .matrix
    case .deepLinear, .multilayerPerceptron, .diagonal: .list
    }
  }
}

extension Field {
  func boolean() throws(InputError) -> Bool {
    switch try cell(expected: "true or false").text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: throw mismatch(expected: "true or false")
    }
  }
}
