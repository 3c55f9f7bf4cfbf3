import Foundation
import Testing

/// What documents show is what the program prints. `FISHERFLOW_UPDATE_DOCUMENTS=1 swift test --filter ConsoleBlock`
/// writes it there.
@Suite(.serialized) struct ConsoleBlockTests {
  @Test func documentsHaveBlocks() {
    for document in ConsoleBlock.documents {
      #expect(ConsoleBlock.all.contains { $0.document == document })
    }
  }

  @Test(arguments: ConsoleBlock.all) func blockIsWhatIsPrinted(block: ConsoleBlock) throws {
    let printed = try block.run()
    #expect(printed.count == block.steps.count && !printed.isEmpty)
    guard ProcessInfo.processInfo.environment["FISHERFLOW_UPDATE_DOCUMENTS"] == nil else {
      return try block.rewrite(with: printed)
    }
    for (step, output) in zip(block.steps, printed) {
      #expect(
        ConsoleBlock.agrees(step.output, with: output),
        "\(block.testDescription): $ \(step.command)\n\(output.joined(separator: "\n"))")
    }
  }

  @Test func comparisonIsStrictButForSecondsAndEllipses() {
    #expect(ConsoleBlock.agrees(["a  1.5", "x; 0.3 s"], with: ["a 17.2", "x; 12.0 s"]))
    #expect(!ConsoleBlock.agrees(["a"], with: ["a", "b"]))
    #expect(!ConsoleBlock.agrees(["digits 50"], with: ["digits 51"]))
    #expect(ConsoleBlock.agrees(["a", "...", "d"], with: ["a", "b", "c", "d"]))
    #expect(ConsoleBlock.agrees(["a", "...", "c", "..."], with: ["a", "b", "c", "d"]))
    #expect(!ConsoleBlock.agrees(["a", "...", "x", "..."], with: ["a", "b", "c", "d"]))
    #expect(!ConsoleBlock.agrees([], with: ["a"]))
    #expect(ConsoleBlock.agrees([], with: []))
  }
}
