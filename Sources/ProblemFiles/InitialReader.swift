import Learning
import Multiprecision

/// The `initial` mapping.
enum InitialReader {
  private static let expected =
    "{seed, scale}, {parameters: [...]}, {balanced: scale, seed} or {identity: scale}"

  static func read(
    _ field: Field, model: any Model, layout: ParameterLayout
  ) throws(InputError) -> InitialParameters {
    let mapping = try FieldMapping(
      field, allowing: ["seed", "scale", "parameters", "balanced", "identity"], expected: expected)
    func alone(with allowed: [String] = []) throws(InputError) {
      let others = ["seed", "scale", "parameters", "balanced", "identity"].filter { !allowed.contains($0) }
      try mapping.refuse(others, "does not go with \(allowed[0]), expected \(expected)")
    }
    if let parameters = mapping["parameters"] {
      try alone(with: ["parameters"])
      return .given(try model.parameters(from: parameters, layout: layout))
    }
    if let scale = mapping["identity"] {
      try alone(with: ["identity"])
      return .identity(scale: try scale.number())
    }
    if let scale = mapping["balanced"] {
      try alone(with: ["balanced", "seed"])
      if let model = model as? DeepLinearModel,
        model.widths.contains(where: { $0 > InputLimits.balancedWidth })
      {
        throw scale.error(
          "balanced parameters are made for widths up to \(InputLimits.balancedWidth), the limit")
      }
      return .balanced(scale: try scale.number(), seed: try seed(mapping))
    }
    if mapping["seed"] == nil, mapping["scale"] == nil { throw field.mismatch(expected: expected) }
    return .seeded(seed: try seed(mapping), scale: try mapping["scale"]?.number() ?? 1)
  }

  private static func seed(_ mapping: FieldMapping) throws(InputError) -> UInt64 {
    let expected = "an integer from 0 to \(UInt64.max)"
    let field = try mapping.required("seed", expected)
    guard let seed = UInt64(try field.cell(expected: expected).text) else {
      throw field.mismatch(expected: expected)
    }
    return seed
  }
}
