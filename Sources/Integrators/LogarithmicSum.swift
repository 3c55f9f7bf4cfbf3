#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// log10(10^a + 10^b), for errors of any size.
func log10Sum(_ a: Double, _ b: Double) -> Double {
  let (small, large) = (min(a, b), max(a, b))
  return large == -.infinity ? large : large + log10(1 + pow(10, small - large))
}
