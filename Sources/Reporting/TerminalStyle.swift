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

  public func apply(_ style: Style?, to text: String) -> String {
    guard showsStyles, let style, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }
}
