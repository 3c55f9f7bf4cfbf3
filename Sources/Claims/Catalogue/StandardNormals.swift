import Learning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Independent standard normal numbers, by the transform of Box and Muller.
struct StandardNormals {
  var generator: SplitMix64
  private var spare: Double?

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func next() -> Double {
    if let number = spare {
      spare = nil
      return number
    }
    // Both uniform in (0, 1], multiples of 2^-53.
    func uniform() -> Double { (Double(generator.next() >> 11) + 1) * 0x1p-53 }
    let (radius, angle) = ((-2 * log(uniform())).squareRoot(), 2 * Double.pi * uniform())
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
