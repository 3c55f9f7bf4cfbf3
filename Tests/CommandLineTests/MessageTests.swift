import Foundation
import Testing

/// What messages say of texts from outside: visible, short, one line, with what may have been meant.
@Suite struct MessageTests {
  private func expectOneVisibleLine(_ run: CommandRun, _ status: Int32) {
    #expect(run.status == status && run.output.isEmpty, "\(run.status) \(run.errors)")
    #expect(run.errors.hasSuffix("\n") && run.errors.count < 1_500, "\(run.errors.count)")
    let hidden = run.errors.dropLast().unicodeScalars.filter {
      $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || (0x202A...0x202E).contains($0.value)
    }
    #expect(hidden.isEmpty, "\(run.errors)")
  }

  private static let long = String(repeating: "a", count: 100_000)

  @Test(arguments: [
    #"likelihood: "\e[2J\e]0;owned\a""#, #"likelihood: "x\np.yaml:1: forged: line""#, #""\e[31mkey": 1"#,
    "likelihood: \(long)", "\(long): 1", "times: ['\(long)']", #"flow: {kind: "\u202E\u0085\x9B"}"#,
    #"initial: {seed: "1\r2"}"#, "? [\(long)]\n: 1", "data: &\(long) x", "!<\(long)> x: *y", "a: *\(long)",
    "\"\(long)\": 1\n\"\(long)\": 2", "times: [1\u{1B}]", "data: \"\(long)",
  ])
  func textsOfAFileAreVisibleAndShort(text: String) throws {
    let start = """
      model: {kind: linear}
      data: {inputs: [[1]], targets: [1]}
      likelihood: gaussian
      flow: {kind: gradient}
      initial: {seed: 1}
      times: [1]

      """
    let key = String(text.prefix { $0 != ":" })
    let rest = start.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }.joined(separator: "\n")
    let run = try CommandRun(["solve", "p.yaml"], files: ["p.yaml": Data((text + "\n" + rest).utf8)])
    expectOneVisibleLine(run, 65)
  }

  @Test(arguments: [
    "x' = \u{1B}[31m", "\(String(repeating: "b", count: 60_000))(x)", String(repeating: "b", count: 60_000),
    "x\u{7}",
    "1e\(String(repeating: "9", count: 60_000))", "x + b[\(String(repeating: "1", count: 50_000))]",
  ])
  func formulasAreVisibleAndShort(formula: String) throws {
    let text =
      "system: {x: {derivative: \(formula.debugDescription.replacing("\\u{1B}", with: "\\e").replacing("\\u{07}", with: "\\a")), initial: 1}}\ntimes: [1]\n"
    expectOneVisibleLine(try CommandRun(["solve", "s.yaml"], files: ["s.yaml": Data(text.utf8)]), 65)
  }

  @Test func namesOfFilesAreVisibleAndShort() throws {
    for name in [
      "a\u{1B}[31m.yaml", "a\nb: forged.yaml", "\u{202E}.yaml", String(repeating: "n", count: 250),
    ] {
      expectOneVisibleLine(
        try CommandRun(["solve", name], files: [name: Data("likelihood: 1".utf8)]), 65)
      expectOneVisibleLine(try CommandRun(["solve", "missing" + name]), 65)
      expectOneVisibleLine(try CommandRun(["verify", "./missing" + name]), 65)
      expectOneVisibleLine(try CommandRun(["claims", "--output", "missing/" + name]), 65)
    }
    expectOneVisibleLine(try CommandRun(["solve", Self.long]), 65)
  }

  @Test(arguments: ["\u{1B}[31m", "a\nb", long, "it's '"]) func optionsAreVisibleAndShort(value: String)
    throws
  {
    for arguments in [
      ["solve", "p", "--digits", value], ["solve", "p", "--method", value], ["solve", "p", "--\(value)"],
      ["verify", "--seed=\(value)"], [value], ["solve", "p", value], ["claims", "--format", value],
    ] {
      expectOneVisibleLine(try CommandRun(arguments), 64)
    }
    expectOneVisibleLine(try CommandRun(["verify", value]), 65)
    expectOneVisibleLine(
      try CommandRun(
        ["solve", "p.yaml", "--at", value], files: ["p.yaml": Data(MalformedInput.template.utf8)]), 65)
  }

  /// A report may be forged as well: the name of a file is a claim's id.
  @Test(arguments: ["table", "json", "junit", "html"]) func reportsAreVisible(format: String) throws {
    let name = "x\u{1B}[31m\u{9B}\u{202E}\nt1-bernoulli  certified.yaml"
    let run = try CommandRun(
      ["verify", name, "--digits", "10", "--format", format],
      files: [name: Data(MalformedInput.template.utf8)])
    #expect(run.status == 0, "\(run.errors)")
    for hidden in ["\u{1B}", "\u{9B}", "\u{202E}"] { #expect(!run.output.contains(hidden)) }
    if format == "table" { #expect(!run.output.contains("\nt1-bernoulli")) }
  }

  @Test(arguments: [
    (["verify", "t1-bernouli"], "did you mean t1-bernoulli?"),
    (["verify", "T1_Bernoulli"], "did you mean t1-bernoulli?"),
    (["verify", "t4"], "did you mean one of t4-"), (["verify", "bernoulli"], "did you mean"),
    (["solve", "p", "--digts", "3"], "Did you mean '--digits'?"),
    (["solve", "p", "--method", "closedform"], "did you mean closed-form?"),
    (["verify", "--format", "jnuit"], "did you mean junit?"), (["slove", "p.yaml"], "did you mean solve?"),
    (["verfy"], "did you mean verify?"),
  ])
  func slipsGetASuggestion(arguments: [String], suggestion: String) throws {
    let run = try CommandRun(arguments)
    #expect(run.errors.contains(suggestion) && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    #expect(run.errors.count < 400, "not a list of all claims")
  }

  @Test(arguments: [
    ("x**2", "did you mean '^'?"), ("e^t", "did you mean 'exp(t)'?"), ("ln(x)", "did you mean 'log'?"),
    ("e^(-2*x)", "did you mean 'exp(-2*x)'?"), ("cos(x)", "a function that is supported (exp, log"),
    ("y + x", "expected one of x, t"),
  ])
  func formulasGetASuggestion(formula: String, message: String) throws {
    let text = "system: {x: {derivative: \"\(formula)\", initial: 1}}\ntimes: [1]\n"
    let run = try CommandRun(["solve", "s.yaml"], files: ["s.yaml": Data(text.utf8)])
    #expect(run.status == 65 && run.errors.contains(message), "\(run.errors)")
    #expect(formula != "cos(x)" || !run.errors.contains("did you mean"), "\(run.errors)")
  }

  @Test(arguments: [
    "--digits=1e30", "--digits=2.5", "--digits", "--jobs=1025", "--jobs=99999999999999999999",
  ])
  func numbersOutOfRangeAreOneLine(option: String) throws {
    expectOneVisibleLine(try CommandRun(["verify", option]), 64)
  }

  @Test func unreadableInputsSayWhy() throws {
    let folder = try ScratchFolder()
    let deep = folder.url.path + "/file/below.yaml"
    try folder.write("x", to: "file")
    #expect(try CommandRun(["solve", deep]).errors.hasSuffix("the file cannot be read: Not a directory\n"))
    let memory = try CommandRun(["solve", "/proc/self/mem"])
    #expect(
      memory.status == 65 && memory.errors == "/proc/self/mem: the file cannot be read: Input/output error\n")
    for (bytes, encoding) in [
      ([0xFF, 0xFE, 0x61, 0], "UTF-16"), ([0, 0x61, 0, 0x3A], "UTF-16"), ([0xFE, 0xFF], "UTF-16"),
    ] {
      let run = try CommandRun(["solve", "w.yaml"], files: ["w.yaml": Data(bytes.map { UInt8($0) })])
      #expect(run.status == 65 && run.errors.contains("found text in \(encoding)"), "\(run.errors)")
    }
  }
}
