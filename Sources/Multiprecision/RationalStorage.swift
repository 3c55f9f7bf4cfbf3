import CGMP

/// The owner of one GMP fraction.
final class RationalStorage: ManagedBuffer<Void, __mpq_struct> {
  /// Zero.
  static func make() -> RationalStorage {
    let storage = unsafeDowncast(
      RationalStorage.create(minimumCapacity: 1) { _ in }, to: RationalStorage.self)
    storage.withUnsafeMutablePointerToElements { __gmpq_init($0) }
    return storage
  }

  deinit {
    withUnsafeMutablePointerToElements { __gmpq_clear($0) }
  }
}
