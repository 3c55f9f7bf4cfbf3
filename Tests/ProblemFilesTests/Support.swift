import Foundation
import Learning
import Multiprecision
import ProblemFiles
import Testing

/// A problem file from its parts; each may be replaced.
struct FileText {
  var model = "{kind: deep-linear, widths: [2, 3, 1]}"
  var data = #"{inputs: [[1, 0.5], ["1/3", 2]], targets: [1, -1]}"#
  var likelihood = "bernoulli"
  var flow = "{kind: natural-gradient, fisher: training-inputs}"
  var initial = "{seed: 7, scale: 1/10}"
  var times = "[0, 1, 2, 5]"
  var more = ""

  var text: String {
    """
    model: \(model)
    data: \(data)
    likelihood: \(likelihood)
    flow: \(flow)
    initial: \(initial)
    times: \(times)
    \(more)
    """
  }

  func problem() throws -> Problem { try ProblemFile(text: text, file: "problem.yaml").problem }

  /// The error that reading gives.
  func error() -> InputError? { #expect(throws: InputError.self) { try problem() } }
}

/// A folder that is removed with the value.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("fisherflow-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }
}

extension Matrix where Scalar == Rational {
  /// Rows of numbers in the syntax of problem files.
  init(_ rows: [[String]]) throws {
    self.init(rows: try rows.map { try $0.map { try Rational(parsing: $0) } })
  }
}
