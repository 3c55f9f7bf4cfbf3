import Foundation
import Testing

/// Signals end the work and keep its report, as Ctrl-C does.
@Suite struct SignalTests {
  @Test(arguments: [(SIGTERM, Int32(143), "terminated\n"), (SIGHUP, 129, "hung up\n")])
  func reportIsKept(signal: Int32, status: Int32, message: String) throws {
    let folder = try ScratchFolder()
    let run = try CommandRun(
      [
        "verify", "t3-null-space", "t1-gaussian", "--digits", "400", "--jobs", "1", "--format", "json",
        "--output",
        "report",
      ], in: folder.url, interruptAfter: 3, signal: signal)
    #expect(
      run.status == status && run.output.isEmpty && run.errors == message, "\(run.status) \(run.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(try folder.text("report").utf8)) as? [String: Any]
    let claims = try #require(json?["claims"] as? [[String: Any]])
    #expect(claims.last?["verdict"] as? String == "inconclusive")
    #expect(try folder.names == ["report"])
  }

  @Test func solveWritesNothing() throws {
    let folder = try ScratchFolder()
    try folder.write("kept", to: "result")
    try folder.write(MalformedInput.template, to: "p.yaml")
    let run = try CommandRun(
      ["solve", "p.yaml", "--method", "taylor", "--digits", "4000", "--output", "result"], in: folder.url,
      interruptAfter: 1.5, signal: SIGTERM)
    #expect(run.status == 143 && run.output.isEmpty && run.errors == "terminated\n", "\(run.errors)")
    #expect(try folder.text("result") == "kept")
    #expect(try folder.names == ["p.yaml", "result"])
  }

  /// nohup starts a command with the signal ignored.
  @Test func ignoredHangUpStaysIgnored() throws {
    let script = """
      trap '' HUP; fisherflow solve Examples/lorenz.yaml --digits 60 --at 3 > /dev/null & p=$!
      sleep 0.3; kill -HUP $p; wait $p
      """
    let run = try CommandRun.script(script, in: packageFolder)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.status) \(run.errors)")
  }
}
