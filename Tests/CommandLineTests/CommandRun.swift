import Foundation
import Testing

/// One run of the built `fisherflow` in a folder of its own.
struct CommandRun {
  let status: Int32
  let output: String
  let errors: String

  /// The folder of the binary, which stands beside the test bundle.
  private static let folder = (Bundle.main.executableURL ?? URL(fileURLWithPath: "."))
    .deletingLastPathComponent()

  static let executable = folder.appendingPathComponent("fisherflow")

  /// - Parameters:
  ///   - files: names and contents of the files in the folder.
  ///   - input: what is piped in.
  ///   - environment: variables besides those of the test.
  ///   - errorsTo: a terminal, say, that takes the place of standard error.
  ///   - interruptAfter: seconds after which `signal` is sent.
  init(
    _ arguments: [String], files: [String: Data] = [:], in folder: URL? = nil, input: Data? = nil,
    environment: [String: String] = [:], errorsTo: FileHandle? = nil, interruptAfter: Double? = nil,
    signal: Int32 = SIGINT
  ) throws {
    try self.init(
      executable: Self.executable, arguments, files: files, in: folder,
      input: input, environment: environment, errorsTo: errorsTo, interruptAfter: interruptAfter,
      signal: signal)
  }

  private init(
    executable: URL, _ arguments: [String], files: [String: Data], in folder: URL?, input: Data?,
    environment: [String: String], errorsTo: FileHandle?, interruptAfter: Double?, signal: Int32
  ) throws {
    let scratch = try ScratchFolder()
    for (name, content) in files { try scratch.write(content, to: name) }
    let streams = try ["output", "errors", "input"].map { name in
      let url = scratch.url.appendingPathComponent(".\(name)")
      try (name == "input" ? input ?? Data() : Data()).write(to: url)
      return url
    }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? scratch.url
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: streams[0])
    process.standardError = try errorsTo ?? FileHandle(forWritingTo: streams[1])
    process.standardInput = try FileHandle(forReadingFrom: streams[2])
    try process.run()
    if let interruptAfter {
      Thread.sleep(forTimeInterval: interruptAfter)
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
    status = process.terminationStatus
    output = String(decoding: try Data(contentsOf: streams[0]), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: streams[1]), as: UTF8.self)
  }

  /// `solve` on one problem.
  static func solve(_ problem: String, _ arguments: String...) throws -> CommandRun {
    try CommandRun(["solve", "problem.yaml"] + arguments, files: ["problem.yaml": Data(problem.utf8)])
  }

  /// A script of bash that may call `fisherflow`.
  static func script(
    _ script: String, files: [String: Data] = [:], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> CommandRun {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try CommandRun(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-c", script], files: files, in: folder, input: nil,
      environment: environment.merging(["PATH": "\(Self.folder.path):\(path)"]) { $1 }, errorsTo: nil,
      interruptAfter: nil, signal: SIGINT)
  }
}

/// A folder that is removed with the value.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("fisherflow-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ content: Data, to name: String) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try content.write(to: file)
  }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func text(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  /// Names, also of hidden files.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }

  func attributes(_ name: String) throws -> [FileAttributeKey: Any] {
    try FileManager.default.attributesOfItem(atPath: url.appendingPathComponent(name).path)
  }
}

/// The folder of the package.
let packageFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
