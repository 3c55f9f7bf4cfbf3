import CGMP
import CSeriesKernels
import Multiprecision
import Testing

/// Digits of 52 bits as exact integers, by GMP.
enum KernelNumbers {
  static let largestDigit: UInt64 = 1 << 52 - 1

  /// Σ digits[q] 2^(52 (n - 1 - q))
  static func integer(_ digits: [UInt64]) -> Integer {
    Integer { __gmpz_import($0, digits.count, 1, 8, 0, 12, digits) }
  }

  /// The patterns that stress carries and accumulators, and random digits.
  enum Pattern: CaseIterable, Sendable {
    case random, ones, zeros, alternating, sparse

    func digit(_ position: Int, _ generator: inout SplitMix64) -> UInt64 {
      switch self {
      case .random: generator.next() >> 12
      case .ones: largestDigit
      case .zeros: 0
      case .alternating: position.isMultiple(of: 2) ? largestDigit : 0
      case .sparse: [0, 1, 1 << 51, largestDigit][Int(generator.next() >> 62)]
      }
    }
  }
}

/// The kernels under test, by name.
enum KernelSet: String, CaseIterable, CustomTestStringConvertible {
  case portable
  case avx2 = "AVX2"
  case ifma = "AVX-512-IFMA"

  var testDescription: String { rawValue }

  var kernels: fisherflow_series_kernels? {
    switch self {
    case .portable: fisherflow_portable_kernels()?.pointee
    case .avx2: fisherflow_avx2_kernels()?.pointee
    case .ifma: fisherflow_ifma_kernels()?.pointee
    }
  }

  /// Those that this processor can run.
  static let available = allCases.filter { $0.kernels != nil }
}

/// A block of eight numbers.
final class KernelBlock {
  let digits: Int
  let words: UnsafeMutablePointer<Int64>

  /// Eight zeros.
  init(digits: Int) {
    self.digits = digits
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64 * (digits + 1), alignment: 64)
    words = memory.bindMemory(to: Int64.self, capacity: 8 * (digits + 1))
    words.initialize(repeating: 0, count: 8 * (digits + 1))
    for lane in 0..<8 { words[lane] = -(1 << 40) }
  }

  deinit { UnsafeMutableRawPointer(words).deallocate() }

  /// Sets a lane to ±(fraction) 2^exponent; the first digit loses its highest bit, which is the sign's place.
  func set(_ lane: Int, _ fraction: [UInt64], isNegative: Bool, exponent: Int64) {
    var magnitude = fraction
    magnitude[0] &= 1 << 51 - 1
    words[lane] = exponent
    let size = (digits * 52 + 63) / 64
    var limbs = [UInt64](repeating: 0, count: size + 1)
    var count = 0
    KernelNumbers.integer(magnitude).withPointer { _ = __gmpz_export(&limbs, &count, -1, 8, 0, 0, $0) }
    fisherflow_unpack(words + lane, limbs, Int64(digits), isNegative ? 1 : 0)
  }

  /// The exact value of a lane.
  func value(_ lane: Int) throws -> Rational {
    if words[lane] == -(1 << 40) { return 0 }
    var limbs = [UInt64](repeating: 0, count: (digits * 52 + 63) / 64 + 1)
    let sign = fisherflow_pack(&limbs, words + lane, Int64(digits))
    let magnitude = Integer { __gmpz_import($0, limbs.count, -1, 8, 0, 0, limbs) }
    return try Rational(sign < 0 ? -magnitude : magnitude) * unit(lane)
  }

  /// The value of a unit of a lane's last digit.
  func unit(_ lane: Int) throws -> Rational {
    try Rational(2).power(Int(words[lane]) - 52 * digits)
  }
}
