import Foundation
import Testing

/// `--output`: through links, to devices and FIFOs, whole or not at all.
@Suite struct OutputTests {
  private static let problem = Data(MalformedInput.template.utf8)

  private func list(to path: String, in folder: ScratchFolder) throws {
    let run = try CommandRun(["claims", "--format", "json", "--output", path], in: folder.url)
    #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.errors)")
  }

  @Test func linksStayAndLeadToTheReport() throws {
    let folder = try ScratchFolder()
    try folder.write("old", to: "real/report")
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/link", withDestinationPath: "real/report")
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/second", withDestinationPath: "link")
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/dangling", withDestinationPath: "real/new")
    try list(to: "second", in: folder)
    try list(to: "dangling", in: folder)
    for name in ["link", "second", "dangling"] {
      #expect(try folder.attributes(name)[.type] as? FileAttributeType == .typeSymbolicLink)
    }
    #expect(try folder.text("real/report").hasPrefix("{\n  \"claims\""))
    #expect(try folder.text("real/new") == folder.text("real/report"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/real").count == 2)
  }

  @Test func hardLinksStayOneFile() throws {
    let folder = try ScratchFolder()
    try folder.write("old", to: "a")
    try FileManager.default.linkItem(atPath: folder.url.path + "/a", toPath: folder.url.path + "/b")
    try list(to: "a", in: folder)
    #expect(try folder.text("b").contains("t1-bernoulli"))
  }

  @Test(arguments: [0o600, 0o640, 0o444, 0o755, 0o666]) func modesAreKept(mode: Int) throws {
    let folder = try ScratchFolder()
    try folder.write("old", to: "report")
    chmod(folder.url.path + "/report", mode_t(mode))
    // A file that nobody may write is written by the superuser only.
    guard access(folder.url.path + "/report", W_OK) == 0 else { return }
    try list(to: "report", in: folder)
    #expect(try folder.attributes("report")[.posixPermissions] as? Int == mode)
    #expect(try folder.text("report").contains("t1-bernoulli"))
    #expect(try folder.names == ["report"])
  }

  @Test func ownerIsKept() throws {
    guard geteuid() == 0 else { return }
    let folder = try ScratchFolder()
    try folder.write("old", to: "report")
    chown(folder.url.path + "/report", 1234, 4321)
    try list(to: "report", in: folder)
    let attributes = try folder.attributes("report")
    #expect(attributes[.ownerAccountID] as? Int == 1234 && attributes[.groupOwnerAccountID] as? Int == 4321)
  }

  @Test(arguments: [("022", 0o644), ("027", 0o640), ("077", 0o600), ("000", 0o666)])
  func newFilesFollowTheMask(mask: String, mode: Int) throws {
    let folder = try ScratchFolder()
    let run = try CommandRun.script("umask \(mask); fisherflow claims --output new", in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try folder.attributes("new")[.posixPermissions] as? Int == mode)
  }

  @Test func devicesStayDevices() throws {
    let script = """
      fisherflow claims --output /dev/null && test -c /dev/null || exit 1
      { echo first; fisherflow claims --format json --output /dev/stdout; } > both || exit 2
      head -2 both
      fisherflow claims --output /dev/stderr 2>&1 >/dev/null | head -1 | cut -c1-12
      fisherflow claims --output - | head -1 | cut -c1-12
      fisherflow claims --output /dev/fd/7 7> seven && cut -c1-12 seven | head -1
      """
    let run = try CommandRun.script(script)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.status) \(run.errors)")
    #expect(run.output == "first\n{\nt1-bernoulli\nt1-bernoulli\nt1-bernoulli\n")
  }

  @Test func pipesWithNamesTakeTheReport() throws {
    let script = """
      mkfifo pipe; cat pipe > received & reader=$!
      fisherflow claims --format json --output pipe; status=$?
      wait $reader; test -p pipe || exit 9
      fisherflow claims --format json | cmp - received && exit $status
      """
    let run = try CommandRun.script(script)
    #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.status) \(run.errors)")
  }

  @Test(arguments: ["p.yaml", "./p.yaml", "link", "hard", "samples.csv"], ["solve", "verify"])
  func inputsAreNotOverwritten(path: String, command: String) throws {
    let folder = try ScratchFolder()
    let text = MalformedInput.template.replacing(
      "inputs:   [[1, 0.5], [\"1/3\", 2]]\n  targets:  [1, -1]", with: "file: samples.csv\n  target: y")
    try folder.write(text, to: "p.yaml")
    try folder.write("a,b,y\n1,0.5,1\n1/3,2,-1\n", to: "samples.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/link", withDestinationPath: "p.yaml")
    try FileManager.default.linkItem(atPath: folder.url.path + "/p.yaml", toPath: folder.url.path + "/hard")
    let run = try CommandRun([command, "p.yaml", "--digits", "10", "--output", path], in: folder.url)
    #expect(run.status == 65 && run.output.isEmpty, "\(run.errors)")
    let input = path == "samples.csv" ? path : "p.yaml"
    #expect(run.errors == "--output: found \(path), which is the input \(input), expected another file\n")
    #expect(try folder.text("p.yaml") == text)
    #expect(try folder.text("samples.csv").hasPrefix("a,b,y"))
  }

  /// These would take many minutes if the place were looked at last.
  @Test(arguments: [
    ("no/such/folder/report", "No such file or directory"), (".", "Is a directory"),
    ("", "No such file or directory"),
    ("file/report", "Not a directory"), ("new/", "Is a directory"), ("/dev/fd/99", "Bad file descriptor"),
    (String(repeating: "n", count: 300), "File name too long"),
  ])
  func badPlacesAreRefusedBeforeTheWork(path: String, reason: String) throws {
    for command in [
      ["verify", "--all", "--digits", "2000"], ["solve", "p.yaml", "--digits", "10000"], ["claims"],
    ] {
      let folder = try ScratchFolder()
      try folder.write(Self.problem, to: "p.yaml")
      try folder.write("text", to: "file")
      let run = try CommandRun(command + ["--output", path], in: folder.url)
      #expect(run.status == 65 && run.output.isEmpty, "\(run.errors)")
      #expect(
        run.errors.hasPrefix("--output: could not write ") && run.errors.contains(reason), "\(run.errors)")
      #expect(try folder.names == ["file", "p.yaml"])
    }
  }

  @Test func failingWorkLeavesThePlaceAsItWas() throws {
    let folder = try ScratchFolder()
    try folder.write("kept", to: "old")
    try folder.write("model: nonsense", to: "p.yaml")
    for (name, command) in [("new", "solve"), ("old", "solve"), ("new", "verify")] {
      let run = try CommandRun([command, "p.yaml", "--output", name], in: folder.url)
      #expect(run.status == 65)
    }
    #expect(try folder.names == ["old", "p.yaml"])
    #expect(try folder.text("old") == "kept")
  }

  /// No exit 0 with output lost.
  @Test(arguments: [
    "fisherflow claims > /dev/full", "fisherflow claims --output /dev/full", "fisherflow --help > /dev/full",
    "fisherflow --version > /dev/full", "fisherflow solve p.yaml --digits 10 --at 1 > /dev/full",
    "fisherflow solve p.yaml --digits 10 --at 1 --output /dev/full",
    "fisherflow verify p.yaml --digits 10 > /dev/full",
  ])
  func fullDisksAreSaidPlainly(command: String) throws {
    let run = try CommandRun.script(command, files: ["p.yaml": Self.problem])
    #expect(run.status == 74, "\(run.status) \(run.errors)")
    let place = command.contains("--output") ? "/dev/full" : "standard output"
    #expect(run.errors == "could not write \(place): No space left on device\n")
  }

  @Test(arguments: [
    "fisherflow claims >&-", "fisherflow verify --all --digits 2000 >&-", "fisherflow solve p.yaml >&-",
    "fisherflow --help >&-", "fisherflow claims 1< p.yaml",
  ])
  func closedOutputIsNoSuccess(command: String) throws {
    let run = try CommandRun.script(command, files: ["p.yaml": Self.problem])
    #expect(run.status == 74, "\(run.status) \(run.errors)")
    #expect(run.errors == "could not write standard output: Bad file descriptor\n")
    #expect(try CommandRun.script("\(command) 2>&-", files: ["p.yaml": Self.problem]).status == 74)
  }

  @Test func closedStreamsAreNotTakenByFiles() throws {
    let script =
      "fisherflow claims --format json --output list <&- >&- 2>&- && cmp list <(fisherflow claims --format json)"
    let run = try CommandRun.script(script)
    #expect(run.status == 0, "\(run.errors)")
  }

  /// A limit on the size of files stands for a disk that fills up on the way.
  @Test func nothingPartialIsLeft() throws {
    let folder = try ScratchFolder()
    try folder.write("kept", to: "old")
    for name in ["old", "new"] {
      let run = try CommandRun.script("ulimit -f 2; fisherflow claims --output \(name)", in: folder.url)
      #expect(run.status == 74, "\(run.errors)")
      #expect(run.errors == "could not write \(name): File too large\n")
    }
    #expect(try folder.names == ["old"])
    #expect(try folder.text("old") == "kept")
  }

  @Test func readerThatGoesEndsTheCommandSilently() throws {
    let run = try CommandRun.script("(sleep 0.5; fisherflow claims; echo $? >&2) | true; exit 0")
    #expect(run.errors == "141\n")
    let head = try CommandRun.script("fisherflow claims | head -1")
    #expect(head.status == 0 && head.errors.isEmpty && head.output.hasPrefix("t1-bernoulli"))
  }

  @Test func solveWritesWhatItWouldPrint() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.problem, to: "p.yaml")
    let arguments = ["solve", "p.yaml", "--digits", "10", "--at", "1", "--method", "taylor"]
    let plain = try CommandRun(arguments, in: folder.url)
    let run = try CommandRun(arguments + ["--output", "result.json"], in: folder.url)
    #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.errors)")
    #expect(try folder.text("result.json") == plain.output && !plain.output.isEmpty)
  }
}
