import CGMP

/// The owner of one GMP integer.
final class IntegerStorage: ManagedBuffer<Void, __mpz_struct> {
  /// Zero.
  static func make() -> IntegerStorage {
    let storage = unsafeDowncast(IntegerStorage.create(minimumCapacity: 1) { _ in }, to: IntegerStorage.self)
    storage.withUnsafeMutablePointerToElements { __gmpz_init($0) }
    return storage
  }

  deinit {
    withUnsafeMutablePointerToElements { __gmpz_clear($0) }
  }
}
