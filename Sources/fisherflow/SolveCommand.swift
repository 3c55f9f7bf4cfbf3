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

  @Option(
    help: ArgumentHelp(
      "A file for the certificate of a system's solution, which another program can check: proves all, or fails.",
      valueName: "file"))
  var certificate: String?

  func validate() throws {
    if statistics, format != .json {
      throw ValidationError("--statistics: \(format.rawValue) has no place for them, expected --format json.")
    }
    if rigour.certified, method == .collocation {
      throw ValidationError("--certified: \(method.rawValue) estimates its error, it does not certify it.")
    }
    if certificate != nil { try validateCertificate() }
  }

  /// There is a certificate where there is a proof piece by piece.
  private func validateCertificate() throws {
    if rigour.estimate {
      throw ValidationError("--certificate: contradicts --estimate, which proves nothing.")
    }
    if method == .collocation || method == .closedForm {
      throw ValidationError(
        "--certificate: \(method.rawValue) has no pieces to certify, expected --method auto or taylor.")
    }
    if certificate == "-" || certificate == output {
      throw ValidationError("--certificate: expected a file of its own.")
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
    let place = try certificate.map { try OutputDestination($0, option: "--certificate") }
    let document =
      try problem == "-"
      ? ProblemDocument.standardInput(times: times) : ProblemDocument(path: problem, times: times)
    try destination.refuse(inputs: [problem] + document.dataFiles)
    try place?.refuse(inputs: [problem] + (output.map { [$0] } ?? []))
    let draft = try certificate.map { _ in try self.draft(of: document) }
    let progress = ProgressLine("solving")
    defer { progress.clear() }
    let (text, solution) = try await Interruption.run { [self] in
      let report = SolveProgress(line: progress).report
      let (solution, seconds) = try SolveStatistics.measure {
        try MemoryAccount.$current.withValue(MemoryAccount(limit: rigour.maxMemory.bytes)) {
          try solve(document, draft, report)
        }
      }
      let text =
        switch format {
        case .json:
          self.text(
            SolutionJSON(solution: solution).document, SolveStatistics(work: solution.work, seconds: seconds))
        case .csv: SolutionCSV(solution: solution).text
        }
      return (text, solution)
    }
    progress.clear()
    if let place, let draft, try draft.write(solution, to: place) == 0 {
      StandardStreams.writeError("note: no certificate: no sample is proved")
    }
    try destination.write(text)
    if !rigour.estimate, let why = solution.whyNotCertified {
      StandardStreams.writeError("note: not certified: \(why)")
    }
    if let stop = solution.stop { throw stop }
  }

  /// - Throws: `InputError` for a problem of learning, and a system with ranges or constants.
  private func draft(of document: ProblemDocument) throws(InputError) -> CertificateDraft {
    guard case .system(let file) = document else {
      throw InputError(
        field: "--certificate",
        "found a problem of learning, expected a system: flows of problems have no certificates in files yet")
    }
    guard file.system.initialBox.isPoint, !file.system.families.contains(where: \.isConstant) else {
      throw InputError(
        field: "--certificate",
        "found a system with ranges or constants, expected exact starts and formulas without names for numbers: "
          + "others have no certificates in files yet")
    }
    return CertificateDraft(of: file)
  }

  private func solve(
    _ document: ProblemDocument, _ draft: CertificateDraft?, _ report: @escaping (Double, Double) -> Void
  ) throws -> Solution {
    switch document {
    case .problem(let file):
      return try ProblemSolver(file: file, integration: solver(file, nil, report)).solve(method)
    case .system(let file):
      guard method != .closedForm else {
        throw ValidationError("--method: a system has no closed form here.")
      }
      if !file.system.initialBox.isPoint, rigour.estimate || method == .collocation {
        let option = rigour.estimate ? "--estimate" : "--method \(method.rawValue)"
        throw ValidationError(
          "\(option): the system has ranges, and only a proof speaks of all their values.")
      }
      do {
        return try solver(file, draft, report).integrate(method == .auto ? .taylor : method)
      } catch let error as SystemError {
        throw file.inputError(error)
      }
    }
  }

  private func solver<File: SolvableProblem>(
    _ file: File, _ draft: CertificateDraft?, _ report: @escaping (Double, Double) -> Void
  ) -> Solver<File> {
    Solver(
      file, digits: digits, rigour: certificate == nil ? rigour.rigour : .required, budget: rigour.budget,
      recorder: draft, progress: report)
  }

  private func text(_ document: JSONValue, _ figures: SolveStatistics) -> String {
    (statistics ? document.adding("statistics", figures.document) : document).text() + "\n"
  }
}
