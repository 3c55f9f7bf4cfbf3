import Learning
import Multiprecision

/// The `flow` mapping.
enum FlowReader {
  private enum Kind: String, CaseIterable {
    case naturalGradient = "natural-gradient"
    case gradient
  }

  private enum NamedMeasure: String, CaseIterable {
    case trainingInputs = "training-inputs"
    case allEntries = "all-entries"
    case observedEntries = "observed-entries"
  }

  private static let measures =
    "training-inputs, all-entries, observed-entries, {inputs: [...], weights: [...]} or {secondMoment: [[...]]}"

  static func read(_ field: Field) throws(InputError) -> Flow {
    let mapping = try FieldMapping(field, allowing: ["kind", "fisher", "damping"])
    switch try mapping.required("kind", "natural-gradient or gradient").choice(Kind.self) {
    case .gradient:
      try mapping.refuse(
        ["fisher", "damping"], "does not go with kind: gradient, which has no Fisher matrix")
      return .gradient
    case .naturalGradient:
      let measure = try measure(try mapping.required("fisher", "one of \(measures)"))
      var damping: Rational = 0
      if let field = mapping["damping"] {
        damping = try field.number()
        guard damping.signum() >= 0 else { throw field.mismatch(expected: "0 or a positive number") }
      }
      return .naturalGradient(measure, damping: damping)
    }
  }

  private static func measure(_ field: Field) throws(InputError) -> FisherMeasure {
    guard field.node.mapping != nil else { return try namedMeasure(field) }
    let mapping = try FieldMapping(field, allowing: ["inputs", "weights", "secondMoment"])
    if let moment = mapping["secondMoment"] {
      try mapping.refuse(["inputs", "weights"], "does not go with secondMoment")
      return .secondMoment(try moment.matrix())
    }
    let inputs = try mapping.required("inputs", "a list of inputs, or secondMoment").matrix()
    guard let field = mapping["weights"] else {
      return .inputs(inputs, weights: [Rational](repeating: 1, count: inputs.rows))
    }
    let weights = try field.vector(count: inputs.rows)
    if let index = weights.firstIndex(where: { $0.signum() <= 0 }) {
      let item = try field.items("weights")[index]
      throw item.mismatch(expected: "a positive number")
    }
    return .inputs(inputs, weights: weights)
  }

  private static func namedMeasure(_ field: Field) throws(InputError) -> FisherMeasure {
    let name = try field.cell(expected: "one of \(measures)")
    switch NamedMeasure(rawValue: name.text) {
    case .trainingInputs: return .trainingInputs
    case .allEntries: return .allEntries
    case .observedEntries: return .observedEntries
    case nil:
      throw name.position.error(
        "found \(TextCell.quoted(name.text)), expected one of \(measures)"
          + Suggestion.hint(for: name.text, among: NamedMeasure.allCases.map(\.rawValue)))
    }
  }
}
