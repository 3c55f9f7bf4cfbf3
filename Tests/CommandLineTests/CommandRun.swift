import Foundation
import Testing

/// One run of the built `fisherflow` in a folder of its own.
struct CommandRun {
  let status: Int32
  let output: String
  let errors: String

  /// The binary stands beside the test bundle.
  private static let executable = (Bundle.main.executableURL ?? URL(fileURLWithPath: "."))
    .deletingLastPathComponent().appendingPathComponent("fisherflow")

  /// - Parameters:
  ///   - files: names and contents of the files in the folder.
  ///   - interruptAfter: seconds after which Ctrl-C is sent.
  init(
    _ arguments: [String], files: [String: Data] = [:], in folder: URL? = nil, interruptAfter: Double? = nil
  ) throws {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fisherflow-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    for (name, content) in files { try content.write(to: scratch.appendingPathComponent(name)) }
    let streams = try ["output", "errors"].map { name in
      let url = scratch.appendingPathComponent(".\(name)")
      try Data().write(to: url)
      return (url, try FileHandle(forWritingTo: url))
    }
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? scratch
    (process.standardOutput, process.standardError) = (streams[0].1, streams[1].1)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    if let interruptAfter {
      Thread.sleep(forTimeInterval: interruptAfter)
      process.interrupt()
    }
    process.waitUntilExit()
    status = process.terminationStatus
    output = String(decoding: try Data(contentsOf: streams[0].0), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: streams[1].0), as: UTF8.self)
  }

  /// `solve` on one problem.
  static func solve(_ problem: String, _ arguments: String...) throws -> CommandRun {
    try CommandRun(["solve", "problem.yaml"] + arguments, files: ["problem.yaml": Data(problem.utf8)])
  }
}

/// The folder of the package.
let packageFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
