import Integrators
import Multiprecision
import ProblemFiles
import Reporting
import Systems

/// The certificate of a system's solution while it is made: the pieces of the best pass so far, and of the one under way.
///
/// **Source**: docs/certificates, "The file".
///
/// One task at a time has it: the integration, and then who writes it.
final class CertificateDraft: CertificateRecorder, @unchecked Sendable {
  private let file: SystemFile
  private var pass: TemporaryText?
  private var kept: (pieces: TemporaryText, samples: Int)?
  private var failure: OutputError?

  init(of file: SystemFile) { self.file = file }

  func beginPass() {
    do throws(OutputError) {
      pass = try TemporaryText()
    } catch {
      (pass, failure) = (nil, error)
    }
  }

  func record(_ piece: CertifiedPiece) {
    guard failure == nil, let pass else { return }
    do throws(OutputError) {
      try pass.append(text(of: piece) + ",\n")
    } catch {
      failure = error
    }
  }

  func endPass(proving samples: Int) {
    if let pass, samples >= kept?.samples ?? 1 { kept = (pass, samples) }
    pass = nil
  }

  /// One line, without blanks: there are many of them.
  private func text(of piece: CertifiedPiece) -> String {
    let polynomials = zip(file.system.families, piece.coefficients).map { family, orders in
      let entries = (0..<family.count).map { entry in
        let numbers = orders.map { "\"\(Self.text(of: $0.elements[entry]))\"" }
        return "[\(numbers.joined(separator: ","))]"
      }
      let value = family.indices.isEmpty ? entries[0] : "[\(entries.joined(separator: ","))]"
      return "\"\(family.name)\":\(value)"
    }
    return "{\"start\":\"\(piece.start)\",\"duration\":\"\(piece.end - piece.start)\","
      + "\"polynomials\":{\(polynomials.joined(separator: ","))}}"
  }

  /// The exact value, an integer over a power of two: `-3*2^-70`.
  private static func text(of number: BigFloat) -> String {
    guard let value = try? Rational(exactly: number) else { return "nan" }
    let power = value.denominator.bitWidth - 1
    return power == 0 ? "\(value.numerator)" : "\(value.numerator)*2^-\(power)"
  }

  /// Writes the certificate of the samples that a pass has proved.
  ///
  /// - Returns: how many these are; where there are none nothing is written.
  func write(_ solution: Solution, to destination: OutputDestination) throws(OutputError) -> Int {
    if let failure { throw failure }
    guard let kept else { return 0 }
    let samples = solution.samples.prefix(kept.samples)
    let head: JSONValue = [
      "certificate": 1, "system": system,
      "samples": .array(samples.map { SolutionJSON.claim($0, digits: solution.digits) }),
    ]
    // The last brace makes room for the pieces, and each of them but the last has a comma.
    let text = String(head.text().dropLast(2)) + ",\n  \"pieces\": [\n"
    try destination.write { write throws(OutputError) in
      var waiting = Array(text.utf8)
      try kept.pieces.forEachChunk { chunk throws(OutputError) in
        try write(waiting)
        waiting = chunk
      }
      if waiting.suffix(2) == Array(",\n".utf8) { waiting.removeLast(2) }
      try write(waiting + Array("\n  ]\n}\n".utf8))
    }
    return samples.count
  }

  private var system: JSONValue {
    .object(
      zip(file.system.families, file.statements).map { family, statement in
        var members: [JSONValue.Member] = [
          .init("derivative", .string(statement.derivative)), .init("initial", .string(statement.initial)),
        ]
        if !family.indices.isEmpty {
          let ranges = family.indices.map { index in
            JSONValue.Member(
              index.name, [.integer(index.range.lowerBound), .integer(index.range.upperBound)])
          }
          members.append(.init("for", .object(ranges)))
        }
        return .init(family.label, .object(members))
      })
  }
}
