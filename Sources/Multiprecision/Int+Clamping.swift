extension Int {
  /// The double without its fraction; the nearer one of ±2^62 where it is beyond them, and 0 for "not a number".
  ///
  /// For counts that are estimated in doubles, such as missing digits: small numbers can be added to the result, and
  /// what then is beyond a limit is refused by the limit.
  public init(clamping value: Double) {
    self = value.isNaN ? 0 : Int(Swift.min(Swift.max(value, -0x1p62), 0x1p62))
  }
}
