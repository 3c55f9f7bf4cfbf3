import Testing

@testable import ProblemFiles

@Suite struct CSVTableTests {
  private func fields(_ text: String) throws -> [[String]] {
    let table = try CSVTable(text: text, file: "t.csv")
    return [table.header] + table.rows.map(\.fields)
  }

  @Test func quotesLineEndsAndBlanks() throws {
    #expect(try fields("a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
    #expect(try fields("a,b\r\n1,2\r\n\r\n3,4") == [["a", "b"], ["1", "2"], ["3", "4"]])
    #expect(try fields("\"a,1\", b \n\" x\"\"y\n z\" ,2") == [["a,1", "b"], [" x\"y\n z", "2"]])
    #expect(try fields("\u{FEFF}a\n1") == [["a"], ["1"]])
    #expect(try fields("a,b\n,") == [["a", "b"], ["", ""]])
    #expect(try fields("a\n\"\"") == [["a"], [""]])
  }

  @Test func rowsKnowTheirLines() throws {
    let table = try CSVTable(text: "a\n\"1\n2\"\n\n3\n", file: "t.csv")
    #expect(table.rows.map(\.line) == [2, 5])
    #expect(table.cell(1, 0).position.error("bad").description == "t.csv:5: a: bad")
  }

  @Test(arguments: [
    ("", "t.csv: the file is empty"), ("a,b\n", "t.csv: found a header only"),
    ("a,b\n1,2,3\n", "t.csv:2: found 3 fields, expected 2"), ("a,b\n1,2\n\n1\n", "t.csv:4: found 1 fields"),
    ("a,a\n1,2\n", "t.csv:1: a: found the column twice"),
    ("a,\n1,2\n", "t.csv:1: found no name for column 2"),
    ("a\n\"1\n2\n", "t.csv:2: found a quote that is never closed"),
    ("a\n\"1\"2\n", "t.csv:2: found text after a closing quote"),
  ])
  func malformedTableIsRefused(text: String, message: String) {
    let error = #expect(throws: InputError.self) { try CSVTable(text: text, file: "t.csv") }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }
}
