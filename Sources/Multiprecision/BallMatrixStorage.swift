import CFLINT
import CThreadCaches

/// The owner of one Arb matrix.
final class BallMatrixStorage: ManagedBuffer<MatrixShape, arb_mat_struct> {
  /// A matrix of zeros.
  static func make(_ shape: MatrixShape) -> BallMatrixStorage {
    fisherflow_attach_thread()
    let storage = unsafeDowncast(
      BallMatrixStorage.create(minimumCapacity: 1) { _ in shape }, to: BallMatrixStorage.self)
    storage.withUnsafeMutablePointerToElements { arb_mat_init($0, shape.rows, shape.columns) }
    return storage
  }

  deinit {
    withUnsafeMutablePointerToElements { arb_mat_clear($0) }
  }
}
