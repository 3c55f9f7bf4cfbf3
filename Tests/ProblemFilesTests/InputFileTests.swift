import Foundation
import ProblemFiles
import Testing

@Suite struct InputFileTests {
  private func error(_ path: String) -> InputError? {
    #expect(throws: InputError.self) { try ProblemFile(path: path) }
  }

  @Test func fileThatIsNoTextIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(error("missing.yaml")?.description == "missing.yaml: found no such file")
    #expect(error(folder.url.path)?.message.contains("directory") == true)
    #expect(error(try folder.write(" \n\t\n", to: "empty.yaml"))?.message.contains("empty") == true)
    #expect(error(try folder.write("# nothing\n", to: "comment.yaml"))?.message.contains("empty") == true)
    let latin = folder.url.appendingPathComponent("latin.yaml")
    try Data([0x61, 0x0A, 0xE9, 0x0A]).write(to: latin)
    #expect(error(latin.path)?.message.contains("not UTF-8 in line 2") == true)
  }

  @Test func hugeFileIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("", to: "huge.yaml")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: UInt64(InputLimits.fileBytes + 1))
    try handle.close()
    #expect(error(path)?.message.contains("larger than 64 MiB") == true)
  }

  /// A file that would grow to 10^13 values, and as a key would be compared for ever.
  @Test(arguments: ["", "? *a12\n: 1\n", "[*a12]: 1\n"])
  func aliasBombIsRefused(key: String) {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let error = #expect(throws: InputError.self) { try ProblemFile(text: text + key, file: "bomb.yaml") }
    #expect(error?.description.hasPrefix("bomb.yaml:1: found an anchor") == true)
  }

  @Test(arguments: ["[&x 1]", "{&x a: 1}", "!!seq &x [1]", "\t&x", "&x", "[1,&x 2]", "&x\n  [1]"])
  func anchorIsRefused(value: String) {
    let error = #expect(throws: InputError.self) { try ProblemFile(text: "a: 1\nb: \(value)", file: "p") }
    #expect(error?.description.hasPrefix("p:2: found an anchor") == true)
  }

  /// In quotes, comments and block texts an ampersand is a character as any other, and so is an asterisk.
  @Test(arguments: [
    "# see &here and *there\n", "# \"&a\", [&b *b]\n", "#\t&a\n",
  ])
  func ampersandInACommentIsNoAnchor(comment: String) throws {
    var file = FileText()
    file.more = comment
    #expect(try file.problem().data.count == 2)
  }

  @Test func anchorsOfOneNameAndAliasesInKeysAreRefused() {
    for text in [
      "a: \"&x\" # &y\nb: [1, &z 2]\n", "a: |\n  &x\nb: &y 1\n? *y\n: 1\n", "a: '*a'\nb: &a 1\nc: &a 2",
    ] {
      let error = #expect(throws: InputError.self) { try ProblemFile(text: text, file: "p") }
      #expect(error?.description.hasPrefix("p:2: found an anchor") == true || error?.line == 3, "\(text)")
    }
  }

  @Test func byteOrderMarkIsSkipped() throws {
    let folder = try TemporaryFolder()
    for text in [FileText().text, "# comment\n" + FileText().text, "---\n" + FileText().text] {
      let path = try folder.write("\u{FEFF}" + text, to: "p.yaml")
      #expect(try ProblemFile(path: path).problem.data.count == 2)
    }
  }

  @Test(arguments: ["a & b", "a&b", "&", "a && b", "&a", "[&a, *b]", "x, &y *z"])
  func ampersandInANameIsNoAnchor(name: String) throws {
    var file = FileText()
    file.data = "{inputs: [[1, 0], [0, 1]], targets: [\"\(name)\", x], classes: {\"\(name)\": 1, x: 0}}"
    #expect(try file.problem().data.count == 2)
  }

  @Test func tooManyValuesAreRefused() {
    let text = "a: [" + String(repeating: "1,", count: InputLimits.yamlValues) + "1]"
    let error = #expect(throws: InputError.self) { try ProblemFile(text: text, file: "many.yaml") }
    #expect(error?.description.hasPrefix("many.yaml:1: found more than 2000000 values") == true)
  }

  @Test func deepNestingIsRefused() {
    let text = "model: " + String(repeating: "[", count: 100_000)
    let error = #expect(throws: InputError.self) { try ProblemFile(text: text, file: "deep.yaml") }
    #expect(
      error?.description == "deep.yaml:1: found lists or mappings nested more than 1000 deep, the limit")
  }

  @Test func errorNamesFileLineAndField() {
    #expect(InputError(file: "a.yaml", line: 3, field: "times", "bad").description == "a.yaml:3: times: bad")
    #expect(InputError(file: "a.yaml", field: "", "bad").description == "a.yaml: bad")
    #expect(InputError(field: "--at", "bad").description == "--at: bad")
  }
}
