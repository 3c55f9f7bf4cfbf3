import Claims

extension ClaimReport {
  /// JUnit XML: a suite for each claim, a case for each instance and each control. A refuted instance is a
  /// failure, an inconclusive one an error, one where a hypothesis fails is skipped; a control that is not
  /// refuted is a failure, and so is a claim of which fewer instances apply than must.
  public var junit: JUnitReport {
    JUnitReport(
      name: "fisherflow",
      suites: results.map { result in
        let cases = result.instances.flatMap { instance in
          [
            JUnitReport.Case(
              name: instance.name, outcome: Self.outcome(instance.verdict), seconds: instance.seconds,
              details: instance.verdict.detail)
          ]
            + instance.controls.map { control in
              .init(
                name: "\(instance.name), control: \(control.name)",
                outcome: control.verdict.isRefuted
                  ? .passed : .failed(message: "the control was not refuted: \(control.verdict.detail)"),
                seconds: 0, details: control.verdict.detail)
            }
        }
        return JUnitReport.Suite(name: result.claim.id, cases: cases + Self.applying(result))
      })
  }

  private static func applying(_ result: ClaimResult) -> [JUnitReport.Case] {
    guard let shortfall = result.shortfall else { return [] }
    return [
      .init(
        name: "instances that apply", outcome: .failed(message: shortfall), seconds: 0, details: shortfall)
    ]
  }

  private static func outcome(_ verdict: Verdict) -> JUnitReport.Outcome {
    switch verdict {
    case .certified, .confirmed: .passed
    case .refuted: .failed(message: verdict.detail)
    case .inconclusive: .error(message: verdict.detail)
    case .notApplicable: .skipped(message: verdict.detail)
    }
  }

  /// A self-contained page: the table, and every instance with its hypotheses and controls.
  public var page: HTMLPage {
    HTMLPage(
      title: "FisherFlow: claims verified",
      body: [.heading(level: 1, "Claims of natural gradient flow"), .paragraph(summary), overview]
        + results.map(Self.section))
  }

  private var overview: HTMLElement {
    .table(
      header: [
        "claim", "what it says", "instances", "verdict", "digits", "controls refuted", "theorem", "seconds",
      ],
      rows: results.map { result in
        [
          .init(result.claim.id), .init(result.claim.title),
          .init(Self.instanceCount(result), classes: ["number"]),
          Self.cell(result.verdict),
          .init(result.verdict.digits.map(String.init) ?? "–", classes: ["number"]),
          .init("\(result.controlsRefuted)/\(result.controlsRun)", classes: ["number"]),
          .init(result.claim.theorem ?? "none"), .init(Self.rounded(result.seconds), classes: ["number"]),
        ]
      })
  }

  private static func cell(_ verdict: Verdict) -> HTMLElement.Cell {
    .init(verdict.name, classes: [verdict.holds ? "good" : verdict.isRefuted ? "bad" : "unsure"])
  }

  private static func section(_ result: ClaimResult) -> HTMLElement {
    .section([
      .heading(level: 2, "\(result.claim.id): \(result.claim.title)"),
      .paragraph(result.claim.statement),
      .paragraph(
        "Supposes: \(result.claim.hypotheses.joined(separator: "; ")). Claimed for: \(result.claim.range.claimed). "
          + "Tested: \(result.claim.range.tested)."),
      .table(
        header: ["instance", "verdict", "detail", "hypotheses", "controls"],
        rows: result.instances.map { instance in
          [
            .init(instance.name), cell(instance.verdict),
            .init(
              "\(instance.verdict.detail) (\(instance.compared) of \(instance.entries) numbers"
                + (instance.why.map { "; \($0))" } ?? ")")),
            .init(
              instance.conditions.map { "\($0.name): \($0.status.rawValue) (\($0.detail))" }.joined(
                separator: "; ")),
            .init(instance.controls.map { "\($0.name): \($0.verdict.name)" }.joined(separator: "; ")),
          ]
        }),
    ])
  }
}
