import ArgumentParser
import Foundation
import Integrators
import Multiprecision
import ProblemFiles
import Reporting
import Systems

/// `fisherflow solve PROBLEM.yaml`: the solution of one problem at its times.
struct SolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract:
      "Solves a problem file: outputs, means, parameters and loss, or a system's variables, at its times.",
    discussion: """
      Every number is within its radius of the true value, and the radius at most 10^-digits times \
      max(1, |value|). The radius is a proof where "certified" is true; an estimate is given only where no proof \
      can be had within the budget, or with --estimate, and then "why" says so.

      auto takes the closed form where the problem has one that is proved to hold and gives every number, and \
      integrates elsewhere.
      """)

  @Argument(help: "The problem file (YAML or JSON); - for standard input.")
  var problem: String

  @Option(
    help:
      "Correct decimal digits, \(TaylorIntegrator.digitsRange.lowerBound) to \(TaylorIntegrator.digitsRange.upperBound)."
  )
  var digits = 60

  @Option(help: "Times to use instead of the file's, with commas: 0,1/2,5.")
  var at: String?

  @Option(help: "auto, closed-form, taylor or collocation.")
  var method = SolveMethod.auto

  @OptionGroup var rigour: RigourOptions

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
    if rigour.certified, method == .collocation {
      throw ValidationError("--certified: \(method.rawValue) estimates its error, it does not certify it.")
    }
  }

  func run() async throws {
    guard TaylorIntegrator.digitsRange.contains(digits) else {
      throw InputError(
        field: "--digits",
        "found \(digits), expected \(TaylorIntegrator.digitsRange.lowerBound) to \(TaylorIntegrator.digitsRange.upperBound)"
      )
    }
    let times = try at.map(TimesOption.parse)
    let destination = try OutputDestination(output)
    let document =
      try problem == "-"
      ? ProblemDocument.standardInput(times: times) : ProblemDocument(path: problem, times: times)
    try destination.refuse(inputs: [problem] + document.dataFiles)
    let progress = ProgressLine("solving")
    defer { progress.clear() }
    let (text, stop, why) = try await Interruption.run { [self] in
      let report = SolveProgress(line: progress).report
      let (solution, seconds) = try SolveStatistics.measure {
        try MemoryAccount.$current.withValue(MemoryAccount(limit: rigour.maxMemory.bytes)) {
          try solve(document, report)
        }
      }
      let text =
        switch format {
        case .json:
          self.text(
            SolutionJSON(solution: solution).document, SolveStatistics(work: solution.work, seconds: seconds))
        case .csv: SolutionCSV(solution: solution).text
        }
      return (text, solution.stop, rigour.estimate ? nil : solution.whyNotCertified)
    }
    progress.clear()
    try destination.write(text)
    if let why { StandardStreams.writeError("note: not certified: \(why)") }
    if let stop { throw stop }
  }

  private func solve(_ document: ProblemDocument, _ report: @escaping (Double, Double) -> Void) throws
    -> Solution
  {
    switch document {
    case .problem(let file):
      return try ProblemSolver(file: file, integration: solver(file, report)).solve(method)
    case .system(let file):
      guard method != .closedForm else {
        throw ValidationError("--method: a system has no closed form here.")
      }
      do {
        return try solver(file, report).integrate(method == .auto ? .taylor : method)
      } catch let error as SystemError {
        throw file.inputError(error)
      }
    }
  }

  private func solver<File: SolvableProblem>(
    _ file: File, _ report: @escaping (Double, Double) -> Void
  ) -> Solver<File> {
    Solver(file, digits: digits, rigour: rigour.rigour, budget: rigour.budget, progress: report)
  }

  private func text(_ document: JSONValue, _ figures: SolveStatistics) -> String {
    (statistics ? document.adding("statistics", figures.document) : document).text() + "\n"
  }
}
