import Claims
import Foundation
import Testing

/// Every claim of the catalogue: it holds, and its controls are refuted.
@Suite struct CatalogueTests {
  struct Run: CustomTestStringConvertible, Sendable {
    let id: String
    let digits: Int
    let seed: UInt64
    var testDescription: String { "\(id) at \(digits) digits, seed \(seed)" }
  }

  /// Few digits, so that it is quick; with FISHERFLOW_EXTENDED=1 also 50 and 100 digits and other seeds.
  private static let runs: [Run] = {
    var settings: [(digits: Int, seed: UInt64)] = [(20, 1)]
    if isExtended { settings += [(12, 7), (50, 2), (50, 1), (100, 3), (20, 4), (20, 5), (20, 6)] }
    return settings.flatMap { setting in
      Catalogue.claims.map { Run(id: $0.id, digits: setting.digits, seed: setting.seed) }
    }
  }()

  @Test(arguments: runs) func claimHoldsAndItsControlsAreRefuted(run: Run) async throws {
    let claim = try #require(Catalogue.claim(run.id))
    let settings = CheckSettings(digits: run.digits, seed: run.seed)
    let result = await Runner(settings: settings, jobs: 2).run([claim])[0]
    #expect(result.verdict.holds, "\(result.verdict.name): \(result.verdict.detail)")
    #expect((result.verdict.digits ?? .max) >= run.digits)
    #expect(result.instances.count == result.instanceCount && !result.instances.isEmpty)
    for instance in result.instances {
      #expect(
        instance.verdict.holds, "\(instance.name): \(instance.verdict.name), \(instance.verdict.detail)")
      #expect(!instance.controls.isEmpty, "\(instance.name) has no control")
      for control in instance.controls {
        #expect(
          control.verdict.isRefuted,
          "\(instance.name), '\(control.name)': \(control.verdict.name), \(control.verdict.detail)")
      }
    }
    #expect(Set(result.instances.map(\.name)).count == result.instances.count, "two instances of one name")
  }

  /// Another seed makes other instances, and the same seed the same.
  @Test func seedsDecideTheInstances() async throws {
    let claim = try #require(Catalogue.claim("t4-limit"))
    func verdicts(seed: UInt64) async throws -> [String] {
      let result = await Runner(settings: CheckSettings(digits: 10, seed: seed), jobs: 2).run([claim])[0]
      return result.instances.flatMap { $0.conditions.map(\.detail) + $0.controls.map(\.verdict.detail) }
    }
    let (first, again, other) = (
      try await verdicts(seed: 1), try await verdicts(seed: 1), try await verdicts(seed: 2)
    )
    #expect(first == again && first != other)
  }

  @Test func entriesAreComplete() {
    #expect(Catalogue.claims.count >= 12)
    #expect(Set(Catalogue.claims.map(\.id)).count == Catalogue.claims.count)
    for claim in Catalogue.claims {
      #expect(claim.id.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)+/) != nil, "\(claim.id)")
      #expect(claim.section.wholeMatch(of: /T[0-9]+/) != nil, "\(claim.id): \(claim.section)")
      #expect(claim.id.hasPrefix(claim.section.lowercased() + "-"), "\(claim.id): \(claim.section)")
      let texts = [claim.title, claim.statement, claim.range.claimed, claim.range.tested] + claim.hypotheses
      #expect(texts.allSatisfy { !$0.isEmpty } && !claim.hypotheses.isEmpty, "\(claim.id)")
      #expect(Catalogue.claim(claim.id)?.title == claim.title)
    }
    #expect(Catalogue.claim("no-such-claim") == nil)
  }

  /// The quick claims are in the catalogue, and the abstract's sentences name claims that are.
  @Test func listsNameClaimsOfTheCatalogue() {
    let ids = Set(Catalogue.claims.map(\.id))
    #expect(Catalogue.quick.allSatisfy { ids.contains($0.id) } && Catalogue.quick.count < ids.count)
    for sentence in Paper.abstract {
      #expect(!sentence.claims.isEmpty && Set(sentence.claims).count == sentence.claims.count)
      for id in sentence.claims { #expect(ids.contains(id), "sentence \(sentence.number): \(id)") }
    }
  }

  /// The theorems that claims name, as `file.theorem`, are among the proved ones, where the proofs are present.
  @Test func theoremsAreProved() throws {
    let list = packageFolder.appendingPathComponent("Proofs/theorems.yaml")
    guard FileManager.default.fileExists(atPath: list.path) else { return }
    var proved = Set<String>()
    var theorem: String?
    for line in try String(contentsOf: list, encoding: .utf8).split(separator: "\n") {
      if let match = line.wholeMatch(of: /[ -]*theorem: *"([^"]+)" */) { theorem = String(match.1) }
      if let match = line.wholeMatch(of: /[ -]*file: *"([^"]+)\.v" */) {
        proved.insert("\(match.1).\(try #require(theorem, "a file before its theorem"))")
        theorem = nil
      }
    }
    #expect(!proved.isEmpty)
    for claim in Catalogue.claims {
      guard let theorem = claim.theorem else { continue }
      #expect(proved.contains(theorem), "\(claim.id): \(theorem) is not in Proofs/theorems.yaml")
    }
  }
}
