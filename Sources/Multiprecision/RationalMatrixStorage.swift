import CFLINT
import CThreadCaches

/// The owner of one FLINT matrix of fractions: the working copy of an exact computation.
final class RationalMatrixStorage: ManagedBuffer<MatrixShape, fmpq_mat_struct> {
  /// A matrix of zeros.
  static func make(rows: Int, columns: Int) -> RationalMatrixStorage {
    fisherflow_attach_thread()
    let storage = unsafeDowncast(
      RationalMatrixStorage.create(minimumCapacity: 1) { _ in MatrixShape(rows: rows, columns: columns) },
      to: RationalMatrixStorage.self)
    storage.withUnsafeMutablePointerToElements { fmpq_mat_init($0, rows, columns) }
    return storage
  }

  static func make(_ matrix: Matrix<Rational>) -> RationalMatrixStorage {
    let storage = make(rows: matrix.rows, columns: matrix.columns)
    storage.withUnsafeMutablePointerToElements { copy in
      for i in 0..<matrix.rows {
        for j in 0..<matrix.columns {
          matrix[i, j].withPointer { fmpq_set_mpq(fmpq_mat_entry(copy, i, j), $0) }
        }
      }
    }
    return storage
  }

  deinit {
    withUnsafeMutablePointerToElements { fmpq_mat_clear($0) }
  }

  var matrix: Matrix<Rational> {
    withUnsafeMutablePointerToElements { source in
      Matrix(rows: header.rows, columns: header.columns) { i, j in
        Rational { fmpq_get_mpq($0, fmpq_mat_entry(source, i, j)) }
      }
    }
  }

  static func product(_ a: Matrix<Rational>, _ b: Matrix<Rational>) -> Matrix<Rational> {
    let result = make(rows: a.rows, columns: b.columns)
    result.withUnsafeMutablePointerToElements { product in
      make(a).withUnsafeMutablePointerToElements { left in
        make(b).withUnsafeMutablePointerToElements { fmpq_mat_mul(product, left, $0) }
      }
    }
    return result.matrix
  }
}
