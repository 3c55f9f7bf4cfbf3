import Foundation

/// Whether the long runs are asked for.
let isExtended = ProcessInfo.processInfo.environment["FISHERFLOW_EXTENDED"] == "1"

/// The folder of the package.
let packageFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
