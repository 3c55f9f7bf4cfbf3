#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Double {
  /// The angle with this cosine, in [0, π]; arguments beyond ±1 by rounding are taken for ±1.
  static func arccos(_ x: Double) -> Double { acos(Swift.min(1, Swift.max(-1, x))) }

  static func sinh(_ x: Double) -> Double {
    #if canImport(Glibc)
      Glibc.sinh(x)
    #else
      Darwin.sinh(x)
    #endif
  }

  static func cosh(_ x: Double) -> Double {
    #if canImport(Glibc)
      Glibc.cosh(x)
    #else
      Darwin.cosh(x)
    #endif
  }
}
