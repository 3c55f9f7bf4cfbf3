import Foundation
import Testing

/// A problem file with one mistake, and what is said about it.
struct MalformedInput: CustomTestStringConvertible, Sendable {
  /// The text that is replaced in `template`, or the whole of it.
  let original: String
  let mistake: String
  let line: Int?
  let field: String
  let fragment: String

  init(_ original: String, _ mistake: String, line: Int?, _ field: String, _ fragment: String) {
    (self.original, self.mistake, self.line, self.field, self.fragment) = (
      original, mistake, line, field, fragment
    )
  }

  var testDescription: String { "\(original) → \(mistake.prefix(60))" }

  static let template = """
    model:      {kind: deep-linear, widths: [2, 3, 1]}
    data:
      inputs:   [[1, 0.5], ["1/3", 2]]
      targets:  [1, -1]
    likelihood: bernoulli
    flow:
      kind:     natural-gradient
      fisher:   training-inputs
    initial:    {seed: 7, scale: 1/10}
    times:      [0, 1, 2, 5]

    """

  var text: String {
    guard let range = Self.template.range(of: original) else { return mistake }
    return Self.template.replacingCharacters(in: range, with: mistake)
  }

  /// `file:line: field: ` as it begins the message.
  var prefix: String {
    "problem.yaml" + (line.map { ":\($0)" } ?? "") + ": " + (field.isEmpty ? "" : field + ": ")
  }

  static let whole = template

  static let all = documents + models + data + flows + starts

  static let documents = [
    MalformedInput(whole, "", line: nil, "", "the file is empty"),
    MalformedInput(whole, "# only a comment\n", line: nil, "", "the file is empty"),
    MalformedInput(whole, "[1, 2]\n", line: 1, "", "found a list of 2, expected a mapping"),
    MalformedInput(whole, "just text\n", line: 1, "", "found \"just text\", expected a mapping"),
    MalformedInput("[2, 3, 1]}", "[2, 3, 1}", line: 1, "", "not valid YAML"),
    MalformedInput("  kind:  ", "\tkind:  ", line: 7, "", "not valid YAML"),
    MalformedInput("[0, 1, 2, 5]", "*nothing", line: 10, "", "undefined alias"),
    MalformedInput("[0, 1, 2, 5]", "[0]\n---\na: 1", line: 11, "", "another document"),
    MalformedInput("likelihood: bernoulli", "times: [1]", line: 5, "times", "found twice"),
    MalformedInput("likelihood: ", "likelyhood: ", line: 5, "likelyhood", "did you mean \"likelihood\"?"),
    MalformedInput("likelihood: ", "banana: ", line: 5, "banana", "unknown key, expected one of model, data"),
    MalformedInput("likelihood: ", "1: ", line: 5, "1", "unknown key"),
    MalformedInput("likelihood: bernoulli\n", "", line: 1, "likelihood", "missing, expected gaussian"),
    MalformedInput("bernoulli", "bernouli", line: 5, "likelihood", "did you mean \"bernoulli\"?"),
    MalformedInput("bernoulli", "", line: 5, "likelihood", "found nothing, expected one of"),
    MalformedInput("bernoulli", "[bernoulli]", line: 5, "likelihood", "found a list of 1, expected one of"),
    MalformedInput(
      "bernoulli", "bernoulli\nnormalisation: average", line: 6, "normalisation", "expected one of sum, mean"),
  ]

  static let models = [
    MalformedInput(
      "{kind: deep-linear, widths: [2, 3, 1]}", "deep-linear", line: 1, "model", "expected a mapping"),
    MalformedInput("kind: deep-linear, ", "", line: 1, "model.kind", "missing, expected one of linear"),
    MalformedInput("kind: deep-linear", "knd: deep-linear", line: 1, "model.knd", "did you mean \"kind\"?"),
    MalformedInput("deep-linear", "deep_linear", line: 1, "model.kind", "did you mean \"deep-linear\"?"),
    MalformedInput("deep-linear", "formula", line: 1, "model.kind", "not supported yet"),
    MalformedInput("widths", "wdiths", line: 1, "model.wdiths", "did you mean \"widths\"?"),
    MalformedInput(", widths: [2, 3, 1]", "", line: 1, "model.widths", "missing"),
    MalformedInput("[2, 3, 1]", "[2]", line: 1, "model.widths", "expected a list of at least two widths"),
    MalformedInput(
      "[2, 3, 1]", "[2, 0, 1]", line: 1, "model.widths[1]", "found \"0\", expected an integer from 1"),
    MalformedInput("[2, 3, 1]", "[2, 1.5, 1]", line: 1, "model.widths[1]", "expected an integer"),
    MalformedInput(
      "[2, 3, 1]", "[2, 100000000, 1]", line: 1, "model.widths[1]", "expected an integer from 1"),
    MalformedInput(
      "[2, 3, 1]", "[2, 99999, 99999, 1]", line: 1, "model", "expected at most 1000000, the limit"),
    MalformedInput(
      "[2, 3, 1]", "[3, 3, 1]", line: 3, "data.inputs", "found inputs of 2 entries, the model takes 3"),
    MalformedInput("[2, 3, 1]", "[2, 3, 2]", line: 4, "data.targets", "the model has 2 outputs"),
    MalformedInput(
      "deep-linear, widths: [2, 3, 1]", "linear, widths: [2, 1]", line: 1, "model.widths", "unknown key"),
    MalformedInput(
      "deep-linear, widths: [2, 3, 1]", "diagonal, form: sum, depth: 2", line: 1, "model.form",
      "product, difference"),
    MalformedInput(
      "deep-linear, widths: [2, 3, 1]", "diagonal, form: product", line: 1, "model.depth", "missing"),
    MalformedInput(
      "deep-linear, widths: [2, 3, 1]", "mlp, widths: [2, 1], activation: relu", line: 1, "model.activation",
      "expected one of tanh, softplus, logistic"),
    MalformedInput(
      "deep-linear, widths: [2, 3, 1]", "mlp, widths: [2, 1], activation: tanh, bias: maybe", line: 1,
      "model.bias",
      "expected true or false"),
  ]
}
