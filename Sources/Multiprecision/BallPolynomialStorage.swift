import CFLINT
import CThreadCaches

/// The owner of one Arb polynomial.
final class BallPolynomialStorage: ManagedBuffer<Void, arb_poly_struct> {
  /// The zero polynomial.
  static func make() -> BallPolynomialStorage {
    fisherflow_attach_thread()
    let storage = unsafeDowncast(
      BallPolynomialStorage.create(minimumCapacity: 1) { _ in }, to: BallPolynomialStorage.self)
    storage.withUnsafeMutablePointerToElements { arb_poly_init($0) }
    return storage
  }

  deinit {
    withUnsafeMutablePointerToElements { arb_poly_clear($0) }
  }
}
