import Claims

extension ClaimReport {
  /// The document of `verify --format json`: every claim with its verdict, and a summary.
  public var document: JSONValue {
    [
      "claims": .array(results.map(Self.claim)),
      "summary": [
        "claims": .integer(results.count), "certified": .integer(count("certified")),
        "confirmed": .integer(count("confirmed")), "refuted": .integer(count("refuted")),
        "inconclusive": .integer(count("inconclusive")), "notApplicable": .integer(count("notApplicable")),
        "digits": .integer(settings.digits), "seed": .string("\(settings.seed)"), "seconds": .number(seconds),
      ],
    ]
  }

  private static func claim(_ result: ClaimResult) -> JSONValue {
    [
      "id": .string(result.claim.id), "verdict": .string(result.verdict.name),
      "digits": result.verdict.digits.map { .integer($0) } ?? .null,
      "rigorous": rigour(result.verdict), "instances": .integer(result.instances.count),
      "applicable": .integer(result.applicable), "mustApply": .integer(result.mustApply),
      "leftOut": .integer(result.leftOut), "compared": .integer(result.compared),
      "entries": .integer(result.entries),
      "controls": ["run": .integer(result.controlsRun), "refuted": .integer(result.controlsRefuted)],
      "theorem": result.claim.theorem.map { .string($0) } ?? .null, "seconds": .number(result.seconds),
      "detail": .string(result.verdict.detail), "section": .string(result.claim.section),
      "range": range(result.claim), "evidence": .array(result.instances.map(instance)),
    ]
  }

  private static func instance(_ result: InstanceResult) -> JSONValue {
    [
      "name": .string(result.name), "verdict": .string(result.verdict.name),
      "digits": result.verdict.digits.map { .integer($0) } ?? .null, "detail": .string(result.verdict.detail),
      "rigorous": rigour(result.verdict), "why": result.why.map { .string($0) } ?? .null,
      "secondOpinion": .boolean(result.isSecondOpinion),
      "hypotheses": .array(
        result.conditions.map {
          ["name": .string($0.name), "status": .string($0.status.rawValue), "detail": .string($0.detail)]
        }),
      "controls": .array(
        result.controls.map {
          [
            "name": .string($0.name), "verdict": .string($0.verdict.name),
            "rigorous": $0.verdict.isRefuted ? rigour($0.verdict) : .null,
            "detail": .string($0.verdict.detail),
          ]
        }),
      "compared": .integer(result.compared), "entries": .integer(result.entries),
      "seconds": .number(result.seconds),
    ]
  }

  fileprivate static func range(_ claim: Claim) -> JSONValue {
    ["claimed": .string(claim.range.claimed), "tested": .string(claim.range.tested)]
  }

  /// Whether a verdict is proved; null for those that say nothing.
  private static func rigour(_ verdict: Verdict) -> JSONValue {
    verdict.isRigorous.map { .boolean($0) } ?? .null
  }
}

/// The list of claims, without running them: `claims --format json`.
public struct ClaimList: Sendable {
  public let claims: [Claim]

  public init(_ claims: [Claim]) { self.claims = claims }

  public var document: JSONValue {
    [
      "claims": .array(
        claims.map { claim in
          [
            "id": .string(claim.id), "title": .string(claim.title), "statement": .string(claim.statement),
            "hypotheses": .array(claim.hypotheses.map { .string($0) }),
            "theorem": claim.theorem.map { .string($0) } ?? .null, "section": .string(claim.section),
            "range": ClaimReport.range(claim),
          ]
        })
    ]
  }

  /// A paragraph for each claim.
  ///
  /// - Parameter width: the most columns that a line may have; nil for any.
  public func lines(width: Int? = nil, style: TerminalStyle = .plain) -> [String] {
    var lines: [String] = []
    for claim in claims {
      lines += TerminalStyle.heading(claim.id, claim.title, width: width, style: style)
      let parts = [
        claim.statement, "supposes: \(claim.hypotheses.joined(separator: "; "))",
        "theorem: \(claim.theorem ?? "none")", "theory: \(claim.section)",
        "claimed for: \(claim.range.claimed)", "tested: \(claim.range.tested)",
      ]
      for part in parts { lines += part.wrapped(to: width, indentation: 4, hanging: 6) }
      lines.append("")
    }
    return lines
  }
}
