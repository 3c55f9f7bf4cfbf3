/// Working precisions, in bits.
public enum Precision {
  /// 2^32: a number of 512 MB.
  public static let maximum = 1 << 32

  public static let minimum = 2

  /// The bits that hold `digits` decimal digits: digits · log2(10), rounded up.
  public static func bits(forDigits digits: Int) -> Int {
    Int(min(Double(digits) * 3.321_928_094_887_363, 0x1p62).rounded(.up))
  }

  /// The decimal digits that `bits` bits hold, rounded down.
  public static func digits(forBits bits: Int) -> Int {
    Int((Double(bits) * 0.301_029_995_663_981).rounded(.down))
  }

  /// - Precondition: the precision is in range. It comes from code; programs check what users ask for.
  @inline(__always)
  static func check(_ precision: Int) {
    precondition(
      precision >= minimum && precision <= maximum,
      "a working precision lies between \(minimum) and \(maximum) bits")
  }
}
