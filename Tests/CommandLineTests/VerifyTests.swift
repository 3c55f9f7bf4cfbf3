import Foundation
import Testing

/// `verify` of quick claims in every format, and what it refuses.
@Suite struct VerifyTests {
  private static let quick = ["verify", "t7-observed-entries", "t3-null-space", "--digits", "10"]

  private func members(_ value: Any?) throws -> [String: Any] { try #require(value as? [String: Any]) }

  private func document(_ text: String) throws -> [String: Any] {
    try members(JSONSerialization.jsonObject(with: Data(text.utf8)))
  }

  @Test func jsonHasExactlyItsMembers() throws {
    let run = try CommandRun(Self.quick + ["--format", "json", "--seed", "18446744073709551615"])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let document = try document(run.output)
    #expect(Set(document.keys) == ["claims", "summary"])
    let claims = try #require(document["claims"] as? [[String: Any]])
    // In the order asked for.
    #expect(claims.map { $0["id"] as? String } == ["t7-observed-entries", "t3-null-space"])
    for claim in claims {
      #expect(
        Set(claim.keys) == [
          "id", "verdict", "rigorous", "digits", "instances", "applicable", "mustApply", "leftOut",
          "compared",
          "entries", "controls", "theorem", "seconds", "detail", "section", "range", "evidence",
        ])
      let verdict = try #require(claim["verdict"] as? String)
      #expect(["certified", "confirmed"].contains(verdict))
      #expect(try #require(claim["digits"] as? Int) >= 10)
      #expect(claim["instances"] as? Int == 3 && claim["seconds"] is Double)
      #expect(claim["theorem"] is String || claim["theorem"] is NSNull)
      let controls = try members(claim["controls"])
      #expect(Set(controls.keys) == ["run", "refuted"])
      #expect(controls["run"] as? Int == 3 && controls["refuted"] as? Int == 3)
      let evidence = try #require(claim["evidence"] as? [[String: Any]])
      #expect(evidence.count == 3)
      for instance in evidence {
        #expect(
          Set(instance.keys) == [
            "name", "verdict", "rigorous", "digits", "detail", "why", "secondOpinion", "hypotheses",
            "controls",
            "compared", "entries", "seconds",
          ])
        #expect(instance["compared"] as? Int == instance["entries"] as? Int, "every number is compared")
        for hypothesis in try #require(instance["hypotheses"] as? [[String: Any]]) {
          #expect(Set(hypothesis.keys) == ["name", "status", "detail"])
        }
        for control in try #require(instance["controls"] as? [[String: Any]]) {
          #expect(Set(control.keys) == ["name", "verdict", "rigorous", "detail"])
          #expect(control["verdict"] as? String == "refuted" && control["rigorous"] is Bool)
        }
      }
    }
    let summary = try members(document["summary"])
    #expect(
      Set(summary.keys) == [
        "claims", "certified", "confirmed", "refuted", "inconclusive", "notApplicable", "digits", "seed",
        "seconds",
      ])
    #expect(summary["claims"] as? Int == 2 && summary["digits"] as? Int == 10)
    #expect(summary["seed"] as? String == "18446744073709551615")
    let counts = ["certified", "confirmed", "refuted", "inconclusive", "notApplicable"].map {
      summary[$0] as? Int ?? -1
    }
    #expect(counts.reduce(0, +) == 2 && counts[0] + counts[1] == 2)
  }

  @Test func tableHasALineForEachClaimAndASummary() throws {
    let run = try CommandRun(Self.quick)
    #expect(run.status == 0 && run.errors.isEmpty && !run.output.contains("\u{1B}"), "\(run.errors)")
    let lines = run.output.split(separator: "\n").map(String.init)
    for id in ["t7-observed-entries", "t3-null-space"] {
      let line = try #require(lines.first { $0.hasPrefix(id) })
      #expect(line.contains("certified") && line.contains("3/3"), "\(line)")
    }
    let summary = try #require(lines.last)
    #expect(summary.hasPrefix("2 claims at 10 digits: 2 certified; 6 instances; 6 of 6 controls refuted; "))
  }

  /// One suite for each claim, one case for each instance and each control.
  @Test func junitIsWellFormed() throws {
    let run = try CommandRun(Self.quick + ["--format", "junit"])
    #expect(run.status == 0 && run.errors.isEmpty && run.output.hasPrefix("<?xml"))
    for (tag, count) in [
      ("<testsuites ", 1), ("<testsuite ", 2), ("<testcase ", 12), ("<failure", 0), ("<error", 0),
    ] {
      #expect(run.output.components(separatedBy: tag).count - 1 == count, "\(tag)")
    }
    #expect(run.output.contains("t3-null-space") && run.output.hasSuffix("</testsuites>\n"))
  }

  @Test func htmlIsOneSelfContainedPage() throws {
    let run = try CommandRun(Self.quick + ["--format", "html"])
    #expect(run.status == 0 && run.errors.isEmpty && run.output.lowercased().hasPrefix("<!doctype html>"))
    #expect(run.output.contains("t3-null-space") && run.output.contains("</html>"))
    for reference in ["src=", "href=\"http", "@import", "<script"] {
      #expect(!run.output.contains(reference))
    }
  }

  /// The report goes to the file whole, or not at all, and nothing to the terminal.
  @Test(arguments: ["table", "json", "junit", "html"]) func outputGoesToTheFile(format: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("verify-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let arguments = Self.quick + ["--format", format, "--output", "report"]
    try Data("old".utf8).write(to: folder.appendingPathComponent("report"))
    let run = try CommandRun(arguments, in: folder)
    #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.errors)")
    let text = try String(contentsOf: folder.appendingPathComponent("report"), encoding: .utf8)
    #expect(text.contains("t3-null-space") && !text.contains("old"))
    // No temporary file is left behind.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report"])
    let lost = try CommandRun(Self.quick + ["--output", "no/such/folder/report"], in: folder)
    #expect(lost.status == 65 && lost.output.isEmpty)
    #expect(lost.errors.hasPrefix("--output: could not write no/such/folder/report"), "\(lost.errors)")
  }

  @Test(arguments: [
    (
      ["verify", "t9-nothing"], Int32(65),
      "found \"t9-nothing\", expected a claim (see 'fisherflow claims') or a problem file"
    ),
    (["verify", "--digits", "4"], 65, "--digits: found 4, expected 5 to 2000"),
    (["verify", "--digits", "2001"], 65, "--digits: found 2001, expected 5 to 2000"),
    (["verify", "--digits=-50"], 65, "--digits: found -50"),
    (["verify", "--digits", "many"], 64, "--digits: found \"many\", expected a whole number"),
    (["verify", "--digits", "99999999999999999999"], 64, "--digits"),
    (["verify", "--jobs", "0"], 64, "--jobs: found 0, expected 1 to 1024"),
    (["verify", "--jobs", "1000000000"], 64, "--jobs: found 1000000000, expected 1 to 1024"),
    (["verify", "--jobs", "-1"], 64, "--jobs: found -1, expected 1 to 1024"),
    (
      ["verify", "--seed", "-1"], 64,
      "--seed: found \"-1\", expected a whole number from 0 to 18446744073709551615"
    ),
    (["verify", "--format", "xml"], 64, "--format"), (["verify", "--speed"], 64, "--speed"),
    (["claims", "--format", "html"], 64, "--format"), (["claims", "t1-bernoulli"], 64, "t1-bernoulli"),
  ])
  func wrongOptionIsRefused(arguments: [String], status: Int32, message: String) throws {
    let run = try CommandRun(arguments)
    #expect(run.status == status && run.output.isEmpty, "\(run.status) \(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  /// An estimate is not enough for --certified: then the status is 2, and the report says why.
  @Test func certificatesThatAreMissingAreStatusTwo() throws {
    // Trajectories are certified; experiments in double precision are not.
    let run = try CommandRun(Self.quick + ["t9-sparse-regression", "--certified", "--format", "json"])
    #expect(run.status == 2 && run.errors.isEmpty, "\(run.errors)")
    let summary = try members(document(run.output)["summary"])
    #expect(
      summary["certified"] as? Int == 2 && summary["inconclusive"] as? Int == 1
        && summary["confirmed"] as? Int == 0, "\(summary)")
    let certified = try CommandRun(["verify", "t4-limit", "--digits", "10", "--certified"])
    #expect(certified.status == 0 && certified.output.contains("1 certified"), "\(certified.output)")
  }

  /// Ctrl-C writes what is done so far, which is inconclusive, and ends with 130.
  @Test func interruptionReportsWhatIsDone() throws {
    let run = try CommandRun(
      ["verify", "t3-null-space", "t1-gaussian", "--digits", "400", "--jobs", "1", "--format", "json"],
      interruptAfter: 4)
    #expect(run.status == 130 && run.errors == "interrupted\n", "\(run.status) \(run.errors)")
    let document = try document(run.output)
    let claims = try #require(document["claims"] as? [[String: Any]])
    #expect(claims.map { $0["id"] as? String } == ["t3-null-space", "t1-gaussian"])
    let last = try #require(claims.last)
    #expect(last["verdict"] as? String == "inconclusive" && (last["instances"] as? Int ?? 99) < 14)
    #expect((last["detail"] as? String)?.hasPrefix("stopped after ") == true)
  }

  @Test func listOfClaims() throws {
    let run = try CommandRun(["claims", "--format", "json"])
    #expect(run.status == 0 && run.errors.isEmpty)
    let document = try document(run.output)
    #expect(Set(document.keys) == ["claims"])
    let claims = try #require(document["claims"] as? [[String: Any]])
    #expect(claims.count >= 12)
    for claim in claims {
      #expect(
        Set(claim.keys) == ["id", "title", "statement", "hypotheses", "theorem", "section", "range"])
      #expect((claim["hypotheses"] as? [String])?.isEmpty == false)
    }
    let table = try CommandRun(["claims"])
    #expect(table.status == 0 && table.errors.isEmpty)
    for claim in claims { #expect(table.output.contains(try #require(claim["id"] as? String))) }
  }
}
