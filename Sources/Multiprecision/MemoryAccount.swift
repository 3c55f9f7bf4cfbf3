import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One account for the memory of computations: what is large is entered before it is allocated, and refused beyond
/// the limit.
///
/// Entered are matrices of numbers, power series and what is made of them; a program's code and small objects are not.
/// Sizes are estimates from above, of the numbers' own storage and of the allocator's share.
/// Tasks that inherit one account share it; a program sets another limit by
/// `MemoryAccount.$current.withValue(MemoryAccount(limit: ...)) { ... }`.
public final class MemoryAccount: Sendable {
  /// Bytes.
  public let limit: Int
  private let used = Mutex(0)

  /// 8 GiB, or three quarters of the machine's memory where that is less.
  public static let standardLimit: Int = {
    let machine = product(Int(sysconf(Int32(_SC_PHYS_PAGES))), Int(sysconf(Int32(_SC_PAGESIZE))))
    return machine > 0 ? min(8 << 30, machine / 4 * 3) : 8 << 30
  }()

  /// The account of the present task.
  @TaskLocal public static var current = MemoryAccount()

  public init(limit: Int = standardLimit) { self.limit = limit }

  /// What may still be entered.
  public var available: Int { used.withLock { limit - $0 } }

  /// An entry; it ends with its owner.
  public final class Reservation: Sendable {
    private let account: MemoryAccount
    private let bytes: Int

    fileprivate init(_ account: MemoryAccount, _ bytes: Int) { (self.account, self.bytes) = (account, bytes) }

    deinit { account.used.withLock { $0 -= bytes } }
  }

  /// Enters so many bytes.
  ///
  /// - Parameter purpose: what needs them, as the subject of a sentence: `the kernel of 20000 outputs`.
  /// - Throws: `MemoryLimitError` where the account does not have them.
  public func reserve(
    _ bytes: Int, for purpose: @autoclosure () -> String
  ) throws(MemoryLimitError) -> Reservation {
    let isGranted = used.withLock { used in
      guard bytes <= limit - used else { return false }
      used += bytes
      return true
    }
    guard isGranted else { throw MemoryLimitError(purpose: purpose(), bytes: bytes, limit: limit) }
    return Reservation(self, bytes)
  }

  /// Throws where so many bytes could not be entered.
  public func check(_ bytes: Int, for purpose: @autoclosure () -> String) throws(MemoryLimitError) {
    guard bytes <= available else {
      throw MemoryLimitError(purpose: purpose(), bytes: bytes, limit: limit)
    }
  }
}

extension MemoryAccount {
  /// The product of counts that are not negative; `Int.max` where it is larger.
  public static func product(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (result, isBeyond) = product.multipliedReportingOverflow(by: factor)
      return isBeyond ? .max : result
    }
  }

  /// The sum of counts that are not negative; `Int.max` where it is larger.
  public static func sum(_ terms: Int...) -> Int {
    terms.reduce(0) { sum, term in
      let (result, isBeyond) = sum.addingReportingOverflow(term)
      return isBeyond ? .max : result
    }
  }

  /// The bytes of so many exact or floating-point numbers, or balls: a reference, an object with its header, and the
  /// digits.
  public static func bytes(numbers: Int, precision: Int = 64) -> Int {
    product(numbers, 128 + precision / 8)
  }
}

/// A computation that would need more memory than it may have: it was not begun.
public struct MemoryLimitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What needs the memory: `the kernel of 20000 outputs`.
  public let purpose: String
  public let bytes: Int
  public let limit: Int

  public init(purpose: String, bytes: Int, limit: Int) {
    (self.purpose, self.bytes, self.limit) = (purpose, bytes, limit)
  }

  public var description: String {
    let size = bytes == .max ? "more than \(Int.max >> 20)" : "about \((bytes >> 20) + 1)"
    return "\(purpose) would take up \(size) MiB; no more than \(limit >> 20) MiB are allowed"
  }
}
