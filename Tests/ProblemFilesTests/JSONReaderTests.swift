import Multiprecision
import ProblemFiles
import Testing

@Suite struct JSONReaderTests {
  /// A problem with a number, a text and white space of any kind.
  private func text(number: String = "0.5", likelihood: String = "\"gaussian\"", more: String = "") -> String
  {
    """
    {"model": {"kind": "linear"},
     "data": {"inputs": [[\(number)]], "targets": [1]},
    \t"likelihood": \(likelihood), "flow": {"kind": "gradient"},
     "initial": {"identity": 0}, "times": [1]\(more)}
    """
  }

  private func error(_ text: String) -> String {
    (#expect(throws: InputError.self) { try ProblemFile(text: text, file: "p.json") })?.description ?? ""
  }

  @Test(arguments: [
    ("0.1", "1/10"), ("-0.25e2", "-25"), ("1e-60", "1e-60"), ("\"1/3\"", "1/3"), ("1E+2", "100"), ("0", "0"),
    ("-0", "0"), ("123456789012345678901234567890", "123456789012345678901234567890"), ("1e400", "1e400"),
    ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
  ])
  func numbersAreExact(number: String, value: String) throws {
    let problem = try ProblemFile(text: text(number: number), file: "p.json").problem
    #expect(problem.data.inputs[0, 0] == (try Rational(parsing: value)))
  }

  @Test(arguments: [
    ".5", "5.", "+1", "01", "1_000", "0x1F", "NaN", "Infinity", "-", "1e", "1.e5", "True", "'a'", "nul",
    "1 2", "",
  ])
  func numbersThatAreNotJSONAreRefused(number: String) {
    #expect(
      error(text(number: number)).hasPrefix("p.json:2: not valid JSON: found "),
      "\(error(text(number: number)))")
  }

  @Test(arguments: [
    (#""gau\u0073sian""#, "gaussian"), (#""\ud83d\ude00""#, "😀"),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""é数""#, "é数"),
  ])
  func textsAreUnescaped(likelihood: String, value: String) {
    guard value != "gaussian" else {
      #expect(throws: Never.self) { try ProblemFile(text: text(likelihood: likelihood), file: "p.json") }
      return
    }
    let error = error(text(likelihood: likelihood))
    #expect(error.hasPrefix("p.json:3: likelihood: found \""), "\(error)")
  }

  @Test(arguments: [
    #""\ud83d""#, #""\ude00""#, #""\ud83d\u0041""#, #""\u12""#, #""\x41""#, "\"a\nb\"", #""\"#, "\"abc",
  ])
  func textsThatAreNotJSONAreRefused(likelihood: String) {
    #expect(
      error(text(likelihood: likelihood)).contains(": not valid JSON: "),
      "\(error(text(likelihood: likelihood)))")
  }

  @Test(arguments: [
    (",", "p.json:4: not valid JSON: found \"}\", expected a key in double quotes"),
    (", \"times\": [2]", "p.json:4: times: found twice, expected once"),
    (",\n\"tims\": [2]", "p.json:5: tims: unknown key"),
    (", \"a\" 1", "p.json:4: not valid JSON: found \"1\", expected ':'"),
    ("} {", "p.json:4: not valid JSON: found \"{\", expected the end of the file"),
    (", // comment\n", "p.json:4: not valid JSON"),
    ("]", "p.json:4: not valid JSON: found \"]\", expected ',' or '}'"),
  ])
  func mistakesHaveTheirLines(more: String, message: String) {
    #expect(error(text(more: more)).hasPrefix(message), "\(error(text(more: more)))")
  }

  @Test func sizesHaveLimits() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(
      error("{\"model\": \(deep)")
        == "p.json:1: found lists or mappings nested more than 1000 deep, the limit")
    let nested = String(repeating: "[", count: 998) + String(repeating: "]", count: 998)
    #expect(
      error("{\"model\": \(nested)}") == "p.json:1: model: found a list of 1, expected a mapping with kind")
    let many = "[" + String(repeating: "1,", count: InputLimits.yamlValues) + "1]"
    #expect(error("{\"times\": \(many)}") == "p.json:1: found more than 2000000 values, the limit")
    #expect(error("").hasPrefix("p.json:1: not valid JSON: found the end of the file"))
    #expect(
      error("[1]")
        == "p.json:1: found a list of 1, expected a mapping with model, data, likelihood, flow, initial, times, normalisation, prediction"
    )
  }

  /// The ending decides; without one, what begins as an object is JSON if it can be.
  @Test func kindOfTextIsFound() throws {
    let yaml =
      "{\"model\": {kind: linear}, data: {inputs: [[.5]], targets: [1]}, likelihood: gaussian, "
      + "flow: {kind: gradient}, initial: {identity: 0}, times: [1]}"
    for name in ["p", "p.yaml", "standard input"] {
      #expect(throws: Never.self) { try ProblemFile(text: yaml, file: name) }
      #expect(throws: Never.self) { try ProblemFile(text: text(), file: name) }
    }
    #expect(throws: InputError.self) { try ProblemFile(text: yaml, file: "p.json") }
    let neither = #expect(throws: InputError.self) { try ProblemFile(text: "{\"model\": [}", file: "p") }
    #expect(neither?.message.hasPrefix("not valid JSON") == true)
  }

  @Test func systemsAreRead() throws {
    let text =
      #"{"system": {"m[i]": {"derivative": "-m[i]", "initial": "i", "for": {"i": [1, 2]}}}, "times": [1]}"#
    guard case .system(let file) = try ProblemDocument(text: text, file: "s.json") else {
      Issue.record("no system")
      return
    }
    #expect(file.system.families.count == 1)
  }
}
