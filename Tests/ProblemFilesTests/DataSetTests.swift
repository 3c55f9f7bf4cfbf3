import Foundation
import Learning
import Multiprecision
import ProblemFiles
import Testing

/// The data sets in Sources/Claims/Data, read by the examples.
@Suite struct DataSetTests {
  private func problem(_ name: String) throws -> Problem {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try ProblemFile(path: package.appendingPathComponent("Examples/\(name).yaml").path).problem
  }

  @Test func irisHasMoreSamplesThanDimensions() throws {
    let data = try problem("iris").data
    #expect(data.count == 100 && data.inputs.columns == 4 && data.inputs.rank() == 4)
    #expect(data.targets.elements.filter { $0 == 1 }.count == 50)
    #expect(data.inputs[0, 0] == Rational(51, 10))
  }

  /// Petal length below 2.5 cm is setosa: strictly separable.
  @Test func irisIsSeparable() throws {
    let data = try problem("iris").data
    for sample in 0..<data.count {
      #expect((data.inputs[sample, 2] < Rational(5, 2)) == (data.targets[sample, 0] == 0))
    }
  }

  @Test func digitsHaveFullRowRank() throws {
    let data = try problem("digits").data
    #expect(data.count == 51 && data.inputs.columns == 64 && data.inputs.rank() == data.count)
    #expect(data.targets.elements.filter { $0 == 0 }.count == 25)
    #expect(data.inputs.elements.allSatisfy { $0.isInteger && (0...16).contains($0) })
  }
}
