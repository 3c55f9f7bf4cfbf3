import ArgumentParser
import Integrators

/// How `solve` finds the solution.
enum SolveMethod: String, ExpressibleByArgument, CaseIterable {
  case auto
  case closedForm = "closed-form"
  case taylor
  case collocation
}

/// What `solve` prints.
enum SolveFormat: String, ExpressibleByArgument, CaseIterable {
  case json, csv
}

/// How sure an answer must be, and what it may cost: options that `solve` and `verify` share.
struct RigourOptions: ParsableArguments {
  @Flag(help: "Accept only what is proved: a proof or an error.")
  var certified = false

  @Flag(help: "Estimate errors in place of proving them: faster.")
  var estimate = false

  @Option(
    help: ArgumentHelp(
      "Seconds after which work ends with what it has.", discussion: "For verify: of each instance.",
      valueName: "seconds"))
  var maxSeconds = 120.0

  @Option(help: ArgumentHelp("Memory for one integration: 500M, 8G (GiB).", valueName: "size"))
  var maxMemory = MemorySize(bytes: 8 << 30)

  func validate() throws {
    if certified, estimate {
      throw ValidationError("--estimate: contradicts --certified, expected one of them.")
    }
    guard maxSeconds > 0, maxSeconds.isFinite else {
      throw ValidationError("--max-seconds: found \(maxSeconds), expected a number above 0.")
    }
  }

  var rigour: Rigour { certified ? .required : estimate ? .estimated : .preferred }
  var budget: IntegrationBudget { .init(seconds: maxSeconds, bytes: maxMemory.bytes) }
}

/// A number of bytes: `1000000`, `500M`, `8G`, `1T`, in units of 1024.
struct MemorySize: ExpressibleByArgument, CustomStringConvertible {
  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let unit = argument.dropFirst(digits.count).lowercased()
    let shifts = [
      "": 0, "b": 0, "k": 10, "kib": 10, "m": 20, "mib": 20, "g": 30, "gib": 30, "t": 40, "tib": 40,
    ]
    guard let count = Int(digits), count > 0, let shift = shifts[unit] else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  var description: String { bytes % (1 << 30) == 0 ? "\(bytes >> 30)G" : "\(bytes)" }
}
