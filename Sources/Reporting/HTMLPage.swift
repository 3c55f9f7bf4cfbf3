/// One self-contained HTML page: its style is inline, follows the reader's light or dark preference, and it
/// loads nothing and runs no scripts.
public struct HTMLPage: Sendable {
  public let title: String
  public let language: String
  /// Markup: text in it must be escaped, as `HTMLElement` does.
  public let body: String

  public init(title: String, language: String = "en", body: [HTMLElement]) {
    self.title = title
    self.language = language
    self.body = body.map(\.markup).joined(separator: "\n")
  }

  public var text: String {
    """
    <!DOCTYPE html>
    <html lang="\(XMLText.escaped(language))">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(XMLText.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    \(body)
    </main>
    </body>
    </html>

    """
  }

  static let style = """
    :root { color-scheme: light dark; --text: #1c1e21; --page: #ffffff; --faint: #5f6670; --line: #d5d9df;
      --good: #0b6b36; --bad: #b01228; --unsure: #8a5a00; }
    @media (prefers-color-scheme: dark) {
      :root { --text: #e6e8eb; --page: #15181c; --faint: #9aa3ae; --line: #363c44;
        --good: #5cd08c; --bad: #ff7b86; --unsure: #e8b450; }
    }
    body { margin: 0; color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
    h1, h2, h3 { line-height: 1.25; }
    .table { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: 0.35rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; }
    th { color: var(--faint); font-weight: 600; }
    .number { text-align: right; }
    .good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); }
    .faint { color: var(--faint); }
    code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
    svg { max-width: 100%; height: auto; }
    """
}
