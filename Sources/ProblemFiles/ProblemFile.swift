import Claims
import Learning
import Multiprecision

/// A problem read from a YAML or JSON file, and how the file writes its parameters.
///
/// Numbers are exact: `0.1` is 1/10, and `1/3` and `1e-60` may stand wherever a number may, quoted or not.
/// The keys are listed in this module's README; the sizes allowed in `InputLimits`.
public struct ProblemFile: Sendable {
  public let problem: Problem
  public let parameterLayout: ParameterLayout
  /// What the file says the solution is; nil if it says nothing.
  public let prediction: Prediction?
  /// The CSV file with its data; nil if it has none.
  public let dataFile: String?
  private let file: String
  /// The lines of the keys at the first two levels, by path.
  private let lines: [String: Int]

  /// A problem's error at the place in the file that it names.
  public func inputError(_ error: ProblemError) -> InputError {
    InputError(file: file, line: lines[error.field], field: error.field, error.reason)
  }

  /// Reads a file; paths in it count from its folder.
  ///
  /// - Parameter times: sample times to use instead of the file's.
  public init(path: String, times: [Rational]? = nil) throws(InputError) {
    let file = try InputFile(path: path)
    try self.init(text: file.text, file: file.name, times: times)
  }

  /// Reads a text; `file` is its name in errors.
  public init(text: String, file: String, times: [Rational]? = nil) throws(InputError) {
    try self.init(Field(text: text, file: file), times: times)
  }

  init(_ root: Field, times: [Rational]?) throws(InputError) {
    let keys = ["model", "data", "likelihood", "flow", "initial", "times", "normalisation", "prediction"]
    let mapping = try FieldMapping(root, allowing: keys)
    let description = try ModelDescription(try mapping.required("model", "a mapping with kind"))
    let likelihood = try mapping.required("likelihood", "gaussian, bernoulli, categorical or poisson")
      .choice(Likelihood.self)
    let dataField = try mapping.required("data", "a mapping with inputs and targets, file, or matrix")
    let data = try Self.dataset(dataField, description, likelihood)
    let model = try Self.model(description, data, root)
    let flow = try FlowReader.read(try mapping.required("flow", "a mapping with kind"))
    let initialField = try mapping.required(
      "initial", "a mapping with seed, parameters, balanced or identity")
    let initial = try InitialReader.read(initialField, model: model, layout: description.parameterLayout)
    let normalisation = try mapping["normalisation"]?.choice(Normalisation.self) ?? .sum
    let sampleTimes = try SampleTimes.read(mapping, override: times)
    do {
      problem = try Problem(
        model: model, data: data, likelihood: likelihood, flow: flow,
        initial: try initial.matrices(for: model),
        times: sampleTimes, normalisation: normalisation)
    } catch {
      throw root.inputError(error)
    }
    if let field = mapping["prediction"] {
      prediction = try PredictionReader.read(field, for: problem)
    } else {
      prediction = nil
    }
    parameterLayout = description.parameterLayout
    file = root.file
    dataFile = dataField.node["file"]?.scalar.map { CSVSamples.resolved($0, from: root.file) }
    lines = try root.linesOfKeys(levels: 2)
  }

  private static func dataset(
    _ field: Field, _ model: ModelDescription, _ likelihood: Likelihood
  ) throws(InputError) -> Dataset {
    let data = try DataDescription(field)
    let encoding = TargetEncoding(
      likelihood: likelihood, classes: data.classes, outputCount: model.fixedSizes?.outputs)
    do {
      switch data.content {
      case .samples(let inputs, let cells):
        return try Dataset(inputs: inputs, targets: try encoding.encode(cells))
      case .matrix(let cells):
        let expected = model.fixedSizes.map { (rows: $0.outputs, columns: $0.inputs) }
        if let expected, expected != (cells.rows, cells.columns) {
          throw InputError(
            file: field.file, line: field.node.line, column: field.node.column, field: "data.matrix",
            "found \(cells.rows)×\(cells.columns), expected \(expected.rows)×\(expected.columns) by the widths"
          )
        }
        return try Dataset(matrix: try encoding.encode(cells))
      }
    } catch let error as ProblemError {
      throw field.inputError(error)
    } catch let error as InputError {
      throw error
    } catch {
      throw field.error("\(error)")
    }
  }

  private static func model(
    _ description: ModelDescription, _ data: Dataset, _ root: Field
  ) throws(InputError) -> any Model {
    let (inputs, outputs) = (data.inputs.columns, data.targets.columns)
    let count = description.parameterCount(inputs: inputs, outputs: outputs)
    guard count <= InputLimits.parameters else {
      throw root.inputError(
        ProblemError(
          field: "model", "found \(count) parameters, expected at most \(InputLimits.parameters), the limit"))
    }
    do {
      return try description.model(inputs: inputs, outputs: outputs)
    } catch {
      throw root.inputError(ProblemError(field: "model.\(error.field)", error.reason))
    }
  }
}
