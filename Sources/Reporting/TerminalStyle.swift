import Foundation

/// Whether a terminal is shown styles, and how wide it is.
public struct TerminalStyle: Sendable {
  public enum Style: String, Sendable {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case dim = "2"
  }

  public let showsStyles: Bool

  public init(showsStyles: Bool) { self.showsStyles = showsStyles }

  public static let plain = TerminalStyle(showsStyles: false)

  /// Styles for a terminal, unless `NO_COLOR` is set (to anything but nothing) or `TERM` is `dumb`.
  public static func automatic(
    isTerminal: Bool, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> TerminalStyle {
    let refusesColour = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    return TerminalStyle(showsStyles: isTerminal && !refusesColour)
  }

  /// The columns of the terminal behind a file descriptor: nil if it is none; `COLUMNS` overrides it.
  public static func terminalWidth(
    of descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int? {
    guard isatty(descriptor) != 0 else { return nil }
    if let columns = environment["COLUMNS"].flatMap(Int.init), columns > 0 { return columns }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// The columns that a text may have: those of the terminal behind a descriptor; 80 where there is none. `COLUMNS`
  /// overrides both.
  public static func columns(
    of terminal: Int32?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int {
    let wish = environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
    let width = wish ?? terminal.flatMap { terminalWidth(of: $0, environment: environment) } ?? 80
    return min(max(width, 20), 10_000)
  }

  /// Styles for the terminal behind a descriptor, if it is one and wants them.
  public static func automatic(for terminal: Int32?) -> TerminalStyle {
    automatic(isTerminal: terminal.map { isatty($0) != 0 } ?? false)
  }

  /// A name in bold and the text behind it, whose other lines are indented.
  static func heading(_ name: String, _ text: String, width: Int?, style: TerminalStyle) -> [String] {
    var lines = "\(name)  \(text)".wrapped(to: width, hanging: 4)
    if lines[0].hasPrefix(name) { lines[0] = style.apply(.bold, to: name) + lines[0].dropFirst(name.count) }
    return lines
  }

  public func apply(_ style: Style?, to text: String) -> String {
    guard showsStyles, let style, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }
}
