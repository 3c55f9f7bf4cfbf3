import Foundation
import Testing

/// `solve --certificate`: what is in the file, when there is one, and what is said where there is none. That it proves what it
/// claims is tested by the checker (Checker/tests).
@Suite struct CertificateTests {
  private static let decay = "system: {x: {derivative: \"-x\", initial: 1/2}}\ntimes: [0, 1, 3]\n"

  private struct Certificate: Decodable {
    struct Equation: Decodable, Equatable {
      let derivative: String
      let initial: String
      var `for`: [String: [Int]]?
    }
    struct Sample: Decodable {
      let t: String
      let variables: [String: Numbers]
      let radii: [String: Numbers]
    }
    struct Piece: Decodable {
      let start: String
      let duration: String
      let polynomials: [String: Polynomials]
    }
    /// Of a scalar one, of a family a list.
    enum Numbers: Decodable, Equatable {
      case scalar(String)
      case family([String])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
          if let text = try? container.decode(String.self) { .scalar(text) } else {
            .family(try container.decode([String].self))
          }
      }
    }
    enum Polynomials: Decodable {
      case scalar([String])
      case family([[String]])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
          if let numbers = try? container.decode([String].self) { .scalar(numbers) } else {
            .family(try container.decode([[String]].self))
          }
      }

      var all: [[String]] {
        switch self {
        case .scalar(let numbers): [numbers]
        case .family(let lists): lists
        }
      }
    }

    let certificate: Int
    let system: [String: Equation]
    let samples: [Sample]
    let pieces: [Piece]
  }

  private func certificate(
    _ problem: String, _ arguments: String..., status: Int32 = 0
  ) throws -> (certificate: Certificate, text: String, run: CommandRun) {
    let folder = try ScratchFolder()
    try folder.write(problem, to: "problem.yaml")
    let run = try CommandRun(
      ["solve", "problem.yaml", "--certificate", "proof.json"] + arguments, in: folder.url)
    #expect(run.status == status, "\(run.status) \(run.errors)")
    #expect(try folder.names == ["problem.yaml", "proof.json"])
    let text = try folder.text("proof.json")
    return (try JSONDecoder().decode(Certificate.self, from: Data(text.utf8)), text, run)
  }

  private func value(_ text: String) -> Double {
    let parts = text.split(separator: "/").compactMap { Double($0) }
    return parts.count == 2 ? parts[0] / parts[1] : parts.first ?? .nan
  }

  /// The formulas are the file's, the pieces follow one another up to the last time, and the claims are what `solve` prints.
  @Test func certificateHasFormulasPiecesAndClaims() throws {
    let (found, _, run) = try certificate(Self.decay, "--digits", "20")
    #expect(found.certificate == 1)
    #expect(found.system == ["x": .init(derivative: "-x", initial: "1/2")])
    #expect(found.samples.map(\.t) == ["0", "1", "3"])
    var end = 0.0
    for piece in found.pieces {
      #expect(value(piece.start) == end)
      end += value(piece.duration)
      let numbers = try #require(piece.polynomials["x"]?.all.first)
      #expect(numbers.count > 10 && numbers.allSatisfy { $0.contains("*2^-") || Int($0) != nil })
    }
    #expect(end >= 3)
    let printed = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let samples = try #require(printed["samples"] as? [[String: Any]])
    for (sample, claim) in zip(samples, found.samples) {
      let variables = try #require(sample["variables"] as? [String: String])
      #expect(claim.variables == variables.mapValues { .scalar($0) })
      // What was asked for, and no less than what was found.
      let radii = try #require(sample["radii"] as? [String: String])
      guard case .scalar(let radius) = claim.radii["x"] else { throw CancellationError() }
      #expect(value(radius) >= value(radii["x"] ?? "") && value(radius) <= 1e-20)
    }
    #expect(printed["certified"] as? Bool == true)
  }

  @Test func familiesAndTheTimeAreAsInTheFile() throws {
    let problem = """
      system:
        m[i, j]: {derivative: "-t*m[i,j] + x", initial: "i/10 - j", for: {i: [1, 2], j: [0, 2]}}
        x: {derivative: "1", initial: 0.5}
      times: [1]
      """
    let (found, text, _) = try certificate(problem, "--digits", "15")
    #expect(
      found.system["m[i,j]"]
        == .init(derivative: "-t*m[i,j] + x", initial: "i/10 - j", for: ["i": [1, 2], "j": [0, 2]]))
    #expect(found.system["x"] == .init(derivative: "1", initial: "0.5"))
    // The time itself is no variable.
    #expect(found.pieces.allSatisfy { $0.polynomials["m"]?.all.count == 6 && $0.polynomials.count == 2 })
    let order = ["\"system\"", "\"m[i,j]\"", "\"x\"", "\"samples\"", "\"pieces\""].map { text.range(of: $0) }
    #expect(zip(order, order.dropFirst()).allSatisfy { $0!.lowerBound < $1!.lowerBound })
  }

  /// The pass that proves all is the one that is written: Lorenz' equations take two.
  @Test func theLastPassIsWritten() throws {
    let lorenz = try String(
      contentsOf: packageFolder.appendingPathComponent("Examples/lorenz.yaml"), encoding: .utf8)
    let (found, _, _) = try certificate(lorenz, "--digits", "20", "--at", "10,20")
    #expect(found.samples.map(\.t) == ["10", "20"])
    #expect(found.pieces.filter { $0.start == "0" }.count == 1)
  }

  @Test func equilibriaAreOnePiece() throws {
    let (found, _, _) = try certificate(
      "system: {x: {derivative: \"x^2 - x\", initial: 1}}\ntimes: [0, 1e6]\n", "--digits", "20")
    #expect(found.pieces.map(\.duration) == ["1000000"])
    #expect(found.pieces.first?.polynomials["x"]?.all == [["1"]])
  }

  /// Where the flow ends there is a certificate of the samples before.
  @Test func aStopLeavesACertificateOfWhatIsProved() throws {
    let (found, _, run) = try certificate(
      "system: {x: {derivative: \"x^2\", initial: 1}}\ntimes: [1/2, 2]\n", "--digits", "15", status: 2)
    #expect(found.samples.map(\.t) == ["1/2"])
    #expect(run.output.contains("\"stop\""))
  }

  @Test(arguments: [
    (["--estimate"], 64, "--certificate: contradicts --estimate"),
    (["--method", "collocation"], 64, "--certificate: collocation has no pieces"),
    (["--method", "closed-form"], 64, "--certificate: closed-form has no pieces"),
    (["--output", "proof.json"], 64, "--certificate: expected a file of its own"),
    (["--certificate", "-"], 64, "--certificate: expected a file of its own"),
    (["--certificate", "missing/proof.json"], 65, "--certificate: could not write missing/proof.json"),
    (["--certificate", "problem.yaml"], 65, "--certificate: found problem.yaml, which is the input"),
    (["--certificate", "."], 65, "--certificate: could not write ."),
  ])
  func whatHasNoCertificateIsRefused(arguments: [String], status: Int32, message: String) throws {
    let folder = try ScratchFolder()
    try folder.write(Self.decay, to: "problem.yaml")
    let given = arguments.contains("--certificate") ? [] : ["--certificate", "proof.json"]
    let run = try CommandRun(["solve", "problem.yaml"] + given + arguments, in: folder.url)
    #expect(run.status == status && run.output.isEmpty, "\(run.status) \(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(try folder.names == ["problem.yaml"])
    #expect(try folder.text("problem.yaml") == Self.decay)
  }

  @Test func problemsOfLearningAreRefused() throws {
    let run = try CommandRun.solve(MalformedInput.template, "--certificate", "proof.json")
    #expect(run.status == 65 && run.output.isEmpty, "\(run.status) \(run.errors)")
    #expect(run.errors.contains("--certificate: found a problem of learning, expected a system"))
  }

  /// A file that was there stays as it was where nothing is proved.
  @Test func whatIsNotProvedIsNotWritten() throws {
    let folder = try ScratchFolder()
    try folder.write("system: {x: {derivative: \"sqrt(x)\", initial: 0}}\ntimes: [1]\n", to: "problem.yaml")
    try folder.write("old", to: "proof.json")
    let run = try CommandRun(
      ["solve", "problem.yaml", "--certificate", "proof.json", "--max-seconds", "5"], in: folder.url)
    #expect(run.status != 0)
    #expect(try folder.text("proof.json") == "old")
    #expect(try folder.names == ["problem.yaml", "proof.json"])
  }
}
