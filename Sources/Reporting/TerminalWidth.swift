extension String {
  /// The columns that the text takes on a terminal: none for combining marks and control characters, two for
  /// wide East Asian characters and emoji, one for all others.
  public var terminalWidth: Int {
    reduce(0) { width, character in
      guard let scalar = character.unicodeScalars.first else { return width }
      switch scalar.properties.generalCategory {
      case .control, .format, .nonspacingMark, .enclosingMark: return width
      default: return width + (Self.isWide(scalar, character) ? 2 : 1)
      }
    }
  }

  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0xA4CF, 0xA960...0xA97C,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD,
  ]

  private static func isWide(_ scalar: Unicode.Scalar, _ character: Character) -> Bool {
    scalar.properties.isEmojiPresentation
      || character.unicodeScalars.contains("\u{FE0F}")
      || wideRanges.contains { $0.contains(scalar.value) }
  }
}
