import Foundation
import Multiprecision
import Systems
import Testing

@testable import ProblemFiles

/// Each limit of the documentation at its edge: what is at it is read, what is one above it is refused.
@Suite struct LimitTests {
  private func list(_ entry: String, _ count: Int) -> String {
    "[" + String(repeating: entry + ",", count: count - 1) + entry + "]"
  }

  private func system(_ text: String) throws -> EquationSystem? {
    guard case .system(let file) = try ProblemDocument(text: text, file: "s.yaml") else { return nil }
    return file.system
  }

  private func systemError(_ text: String) -> InputError? {
    #expect(throws: InputError.self) { try system(text) }
  }

  @Test func bytesOfAFile() throws {
    let folder = try TemporaryFolder()
    let text = FileText().text + "\n#"
    let filler = String(repeating: " ", count: InputLimits.fileBytes - text.utf8.count)
    let path = try folder.write(text + filler, to: "long.yaml")
    #expect(try ProblemFile(path: path).problem.data.count == 2)
    _ = try folder.write(text + filler + " ", to: "long.yaml")
    let error = #expect(throws: InputError.self) { try ProblemFile(path: path) }
    #expect(error?.message.contains("larger than 64 MiB") == true)
  }

  @Test func valuesOfAFile() throws {
    // The mapping, its key and the list are values too.
    let entries = InputLimits.yamlValues - 3
    #expect(try YAMLDocument.root(of: "a: " + list("1", entries), file: "v").hasKey("a"))
    let error = #expect(throws: InputError.self) {
      try YAMLDocument.root(of: "a: " + list("1", entries + 1), file: "v")
    }
    #expect(error?.description.hasPrefix("v:1: found more than 2000000 values") == true)
  }

  @Test func nestingOfAFile() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
    }
    _ = try YAMLDocument.root(of: nested(999), file: "n")
    #expect(throws: InputError.self) { try YAMLDocument.root(of: nested(1_001), file: "n") }
  }

  @Test func digitsOfAFile() throws {
    let bytes = Rational.estimatedBytes(of: "1e100000")
    let count = InputLimits.numberBytes / bytes - 1
    #expect(try YAMLDocument.root(of: list("1e100000", count), file: "d").isList)
    let error = #expect(throws: InputError.self) {
      try YAMLDocument.root(of: "\n" + list("1e100000", count + 2), file: "d")
    }
    #expect(error?.description.hasPrefix("d:2: found numbers that take up more than 1024 MiB") == true)
    let folder = try TemporaryFolder()
    _ = try folder.write("a,b,y\n" + String(repeating: "1e100000,1,1\n", count: count + 2), to: "d.csv")
    let path = try folder.write(
      {
        var file = FileText()
        file.data = "{file: d.csv, target: y}"
        return file.text
      }(), to: "d.yaml")
    let tooMany = #expect(throws: InputError.self) { try ProblemFile(path: path) }
    #expect(tooMany?.message.contains("more than 1024 MiB") == true)
  }

  @Test func charactersAndExponentsOfANumber() throws {
    let digits = String(repeating: "1", count: 999_998)
    #expect(try Rational(parsing: "0." + digits).signum() == 1)
    #expect(throws: NumberSyntaxError.self) { try Rational(parsing: "0.1" + digits) }
    for sign in ["", "-"] {
      #expect(try Rational(parsing: "1e\(sign)100000").signum() == 1)
      #expect(throws: NumberSyntaxError.self) { try Rational(parsing: "1e\(sign)100001") }
    }
  }

  @Test func samples() throws {
    var file = FileText()
    file.model = "{kind: linear}"
    file.likelihood = "gaussian"
    file.initial = "{identity: 1}"
    let limit = InputLimits.samples
    file.data = "{inputs: \(list("[1]", limit)), targets: \(list("2", limit))}"
    #expect(try file.problem().data.count == limit)
    file.data = "{inputs: \(list("[1]", limit + 1)), targets: \(list("2", limit + 1))}"
    #expect(
      file.error()?.description.hasPrefix("problem.yaml:2: data.inputs: found a list of 100001") == true)
  }

  @Test func samplesAndInputEntriesOfACSVFile() throws {
    let folder = try TemporaryFolder()
    func read(rows: Int, columns: Int) throws -> Int {
      let header = (0..<columns).map { "x\($0)" }.joined(separator: ",")
      let row = String(repeating: "1,", count: columns) + "1\n"
      _ = try folder.write(header + ",y\n" + String(repeating: row, count: rows), to: "data.csv")
      var file = FileText()
      file.model = "{kind: linear}"
      file.data = "{file: data.csv, target: y}"
      file.initial = "{identity: 1}"
      return try ProblemFile(path: folder.write(file.text, to: "p.yaml")).problem.data.count
    }
    #expect(try read(rows: 100_000, columns: 40) == 100_000)
    let entries = #expect(throws: InputError.self) { try read(rows: 97_561, columns: 41) }
    #expect(entries?.field == "data.file" && entries?.message.contains("at most 4000000 entries") == true)
    let rows = #expect(throws: InputError.self) { try read(rows: 100_001, columns: 1) }
    #expect(rows?.line == 100_002 && rows?.message.contains("more than 100000 rows") == true)
  }

  @Test func columnsOfAMatrix() throws {
    var file = FileText()
    file.model = "{kind: linear}"
    file.likelihood = "gaussian"
    file.initial = "{identity: 1}"
    file.data = "{matrix: [\(list("1", 2_000))]}"
    #expect(try file.problem().data.count == 2_000)
    file.data = "{matrix: [\(list("1", 2_001))]}"
    #expect(file.error()?.description.hasPrefix("problem.yaml:2: data.matrix: found 2001 columns") == true)
  }

  @Test func parametersOfAModel() throws {
    var file = FileText()
    file.likelihood = "gaussian"
    file.data = "{inputs: [\(list("1", 1_000))], targets: [\(list("1", 1_000))]}"
    file.model = "{kind: deep-linear, widths: [1000, 1000]}"
    file.initial = "{identity: 1}"
    #expect(try file.problem().model.parameterCount == 1_000_000)
    file.model = "{kind: deep-linear, widths: [101, 9901]}"
    file.data = "{inputs: [\(list("1", 101))], targets: [\(list("1", 9_901))]}"
    #expect(file.error()?.description.hasPrefix("problem.yaml:1: model: found 1000001 parameters") == true)
  }

  @Test func widths() throws {
    var file = FileText()
    file.likelihood = "gaussian"
    file.initial = "{identity: 1}"
    file.data = "{inputs: [[1]], targets: [1]}"
    file.model = "{kind: deep-linear, widths: [1, 100000, 1]}"
    #expect(try file.problem().model.parameterCount == 200_000)
    file.model = "{kind: deep-linear, widths: [1, 100001, 1]}"
    #expect(file.error()?.description.hasPrefix("problem.yaml:1: model.widths[1]: found") == true)
    file.model = "{kind: linear}"
    file.data = "{inputs: [\(list("1", 100_000))], targets: [1]}"
    #expect(try file.problem().model.inputCount == 100_000)
    file.data = "{inputs: [\(list("1", 100_001))], targets: [1]}"
    #expect(
      file.error()?.description.hasPrefix("problem.yaml:2: data.inputs[0]: found a list of 100001") == true)
    file.data = "{inputs: [[1]], targets: [\(list("1", 100_000))]}"
    #expect(try file.problem().model.outputCount == 100_000)
    file.data = "{inputs: [[1]], targets: [\(list("1", 100_001))]}"
    #expect(file.error()?.message.contains("100000, the limit") == true)
  }

  @Test func classes() throws {
    var file = FileText()
    file.model = "{kind: linear}"
    file.likelihood = "categorical"
    file.initial = "{identity: 1}"
    file.data = "{inputs: [[1]], targets: [99999]}"
    #expect(try file.problem().model.outputCount == 100_000)
    file.data = "{inputs: [[1]], targets: [100000]}"
    #expect(file.error()?.description.hasPrefix("problem.yaml:2: data.targets[0]: found \"100000\"") == true)
    // Each sample has an entry for each class.
    file.data = "{inputs: \(list("[1]", 40)), targets: [\(String(repeating: "0, ", count: 39))99999]}"
    #expect(try file.problem().data.targets.elements.count == 4_000_000)
    file.data = "{inputs: \(list("[1]", 41)), targets: [\(String(repeating: "0, ", count: 40))99999]}"
    #expect(file.error()?.message.contains("41 samples of 100000 classes") == true)
  }

  @Test func balancedWidths() throws {
    var file = FileText()
    file.likelihood = "gaussian"
    file.data = "{inputs: [[1]], targets: [1]}"
    file.initial = "{balanced: 1, seed: 1}"
    file.model = "{kind: deep-linear, widths: [1, 128, 1]}"
    #expect(try file.problem().model.parameterCount == 256)
    file.model = "{kind: deep-linear, widths: [1, 129, 1]}"
    #expect(
      file.error()?.description.hasPrefix("problem.yaml:5: initial.balanced: balanced parameters are made")
        == true)
  }

  @Test func layersAndFactors() throws {
    var file = FileText()
    file.likelihood = "gaussian"
    file.initial = "{identity: 1}"
    file.data = "{inputs: [[1]], targets: [1]}"
    file.model = "{kind: deep-linear, widths: \(list("1", 1_001))}"
    #expect(try file.problem().model.parameterShapes.count == 1_000)
    file.model = "{kind: deep-linear, widths: \(list("1", 1_002))}"
    #expect(file.error()?.description.hasPrefix("problem.yaml:1: model.widths: found a list of 1002") == true)
    file.model = "{kind: diagonal, form: product, depth: 1000}"
    #expect(try file.problem().model.parameterShapes.count == 1_000)
    file.model = "{kind: diagonal, form: product, depth: 1001}"
    #expect(file.error()?.description.hasPrefix("problem.yaml:1: model.depth: found \"1001\"") == true)
  }

  @Test func times() throws {
    var file = FileText()
    let times = (0..<100_000).map { "\($0)" }.joined(separator: ", ")
    file.times = "[\(times)]"
    #expect(try file.problem().times.count == 100_000)
    file.times = "[\(times), 100000]"
    #expect(file.error()?.description.hasPrefix("problem.yaml:6: times: found a list of 100001") == true)
  }

  @Test func charactersAndLevelsOfAFormula() throws {
    func text(_ formula: String) -> String {
      "system: {x: {derivative: \"\(formula)\", initial: 0}}\ntimes: [1]"
    }
    let long = "1" + String(repeating: "+1", count: 32_767)
    #expect(try system(text("-" + long))?.families.count == 1)
    #expect(systemError(text("--" + long))?.message.contains("at most 65536 characters") == true)
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "x" + String(repeating: ")", count: depth)
    }
    #expect(try system(text(nested(99)))?.families.count == 1)
    #expect(systemError(text(nested(100)))?.message.contains("at most 100 levels") == true)
  }

  @Test func variablesAndIndicesOfASystem() throws {
    func text(_ first: Int, _ last: Int, more: String = "") -> String {
      "system:\n  m[i]: {derivative: 0, initial: 1, for: {i: [\(first), \(last)]}}\n\(more)times: [1]"
    }
    #expect(try system(text(1, 100_000))?.families.first?.count == 100_000)
    #expect(try system(text(-100_000, -100_000))?.families.first?.count == 1)
    #expect(
      systemError(text(0, 100_000))?.description.hasPrefix("s.yaml:2: system.m[i]: found 100001") == true)
    #expect(
      systemError(text(1, 100_000, more: "  x: {derivative: 0, initial: 1}\n"))?.description
        .hasPrefix("s.yaml:3: system.x: found 100001") == true)
    #expect(systemError(text(1, 100_001))?.message.contains("from -100000 to 100000") == true)
    #expect(systemError(text(-100_001, 1))?.message.contains("from -100000 to 100000") == true)
    #expect(systemError(text(1, .max))?.message.contains("from -100000 to 100000") == true)
  }

  /// A program may name any range.
  @Test func countsOfARangeBeyondTheIntegers() throws {
    func family(_ ranges: ClosedRange<Int>...) -> EquationFamily {
      EquationFamily(
        name: "m", indices: ranges.enumerated().map { .init("i\($0)", $1) }, derivative: 0, initial: 0)
    }
    #expect(family(Int.min...Int.max).count == .max)
    #expect(family(0...Int.max).count == .max)
    #expect(family(0...1 << 40, 0...1 << 40).count == .max)
    #expect(family(Int.max...Int.max, Int.min...Int.min).count == 1)
    for large in [family(Int.min...Int.max), family(0...1 << 40, 0...1 << 40)] {
      let error = #expect(throws: SystemError.self) { try EquationSystem(families: [large], times: [1]) }
      #expect(error?.reason.contains("at most 100000") == true)
    }
  }
}
