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

  @Test func aliasBombIsRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let error = #expect(throws: InputError.self) { try ProblemFile(text: text, file: "bomb.yaml") }
    #expect(error?.message.contains("more than 2000000 values") == true)
  }

  @Test func deepNestingIsRefused() {
    let text = "model: " + String(repeating: "[", count: 100_000)
    let error = #expect(throws: InputError.self) { try ProblemFile(text: text, file: "deep.yaml") }
    #expect(error?.message.contains("not valid YAML") == true)
  }

  @Test func aliasMayRepeatAValue() throws {
    var file = FileText()
    file.data = "{inputs: [&x [1, 2], *x], targets: [1, -1]}"
    #expect(try file.problem().data.groups().count == 1)
  }

  @Test func errorNamesFileLineAndField() {
    #expect(InputError(file: "a.yaml", line: 3, field: "times", "bad").description == "a.yaml:3: times: bad")
    #expect(InputError(file: "a.yaml", field: "", "bad").description == "a.yaml: bad")
    #expect(InputError(field: "--at", "bad").description == "--at: bad")
  }
}
