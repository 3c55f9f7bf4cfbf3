import CMPFR
import CThreadCaches

/// The owner of one MPFR number.
final class BigFloatStorage: ManagedBuffer<Void, __mpfr_struct> {
  /// "Not a number", with the given precision.
  static func make(precision: Int) -> BigFloatStorage {
    fisherflow_attach_thread()
    let storage = unsafeDowncast(
      BigFloatStorage.create(minimumCapacity: 1) { _ in }, to: BigFloatStorage.self)
    storage.withUnsafeMutablePointerToElements { mpfr_init2($0, precision) }
    return storage
  }

  deinit {
    withUnsafeMutablePointerToElements { mpfr_clear($0) }
  }
}
