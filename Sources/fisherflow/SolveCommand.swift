import ArgumentParser
import Foundation
import Integrators
import Multiprecision
import ProblemFiles
import Reporting

/// `fisherflow solve PROBLEM.yaml`: the solution of one problem at its times.
struct SolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract:
      "Solves a problem file: outputs, means, parameters and loss, or a system's variables, at its times.",
    discussion: """
      Every number is within the sample's radius of the true value, and the radius at most 10^-digits times \
      max(1, |value|). The radius is a proof where "certified" is true, and an estimate elsewhere.

      auto takes the closed form where the problem has one that gives every number, and integrates elsewhere. \
      With --certified it takes a certified closed form, even if that leaves some numbers out (null).
      """)

  @Argument(help: "The problem file (YAML or JSON); - for standard input.")
  var problem: String

  @Option(
    help: "Correct decimal digits, \(Solver.digitsRange.lowerBound) to \(Solver.digitsRange.upperBound).")
  var digits = 60

  @Option(help: "Times to use instead of the file's, with commas: 0,1/2,5.")
  var at: String?

  @Option(help: "auto, closed-form, taylor or collocation.")
  var method = SolveMethod.auto

  @Flag(help: "Accept only a result whose radius is proved.")
  var certified = false

  @Option(help: "json or csv.")
  var format = SolveFormat.json

  @Flag(help: "Add steps, order, bits of precision and CPU seconds to the JSON document.")
  var statistics = false

  @Option(help: "A file for the result, in place of standard output. It is checked before the work begins.")
  var output: String?

  func validate() throws {
    if statistics, format != .json {
      throw ValidationError("--statistics: \(format.rawValue) has no place for them, expected --format json.")
    }
    if certified, method == .collocation {
      throw ValidationError("--certified: \(method.rawValue) estimates its error, it does not certify it.")
    }
  }

  func run() async throws {
    guard Solver.digitsRange.contains(digits) else {
      throw InputError(
        field: "--digits",
        "found \(digits), expected \(Solver.digitsRange.lowerBound) to \(Solver.digitsRange.upperBound)")
    }
    let times = try at.map(TimesOption.parse)
    let destination = try OutputDestination(output)
    let document =
      try problem == "-"
      ? ProblemDocument.standardInput(times: times) : ProblemDocument(path: problem, times: times)
    try destination.refuse(inputs: [problem] + document.dataFiles)
    let progress = ProgressLine("solving")
    defer { progress.clear() }
    let (text, caveat) = try await Interruption.run { [self] in
      let report = SolveProgress(line: progress).report
      switch document {
      case .problem(let file):
        let (solution, seconds) = try SolveStatistics.measure {
          try Solver(file: file, digits: digits, mustCertify: certified, progress: report).solve(method)
        }
        let text =
          switch format {
          case .json:
            self.text(
              SolutionJSON(solution: solution, layout: file.parameterLayout).document,
              SolveStatistics(work: solution.work, seconds: seconds))
          case .csv: SolutionCSV(solution: solution).text
          }
        return (text, solution.caveat)
      case .system(let file):
        let (solution, seconds) = try SolveStatistics.measure {
          try SystemSolution(file, method, digits: digits, mustCertify: certified, progress: report)
        }
        let text =
          switch format {
          case .json:
            self.text(solution.document, SolveStatistics(work: solution.work, seconds: seconds))
          case .csv: solution.csv
          }
        return (text, nil)
      }
    }
    progress.clear()
    try destination.write(text)
    if let caveat { StandardStreams.writeError("note: \(caveat)") }
  }

  private func text(_ document: JSONValue, _ figures: SolveStatistics) -> String {
    (statistics ? document.adding("statistics", figures.document) : document).text() + "\n"
  }
}
