import CFLINT

/// Matrices of power series. The coefficients of a matrix lie in one buffer, entry by entry: order k of an entry is at
/// entry · length + k.
extension BallPolynomial {
  /// An approximation of the X with A X = B, by X_k = C (B_k - Σ_{j=1..k} A_j X_{k-j}): exact numbers of which
  /// nothing is proved.
  ///
  /// In balls the radii of this recurrence would grow like those of |C| |A_j| in place of C A_j. Coefficients are
  /// computed to about 2^-precision times the largest.
  ///
  /// - Parameter inverse: C, near A_0⁻¹.
  /// - Complexity: one dot product of k · rows terms for each row, column of B and order k.
  public static func approximateSolution(
    _ a: Matrix<BallPolynomial>, _ b: Matrix<BallPolynomial>, inverse: Matrix<Ball>, length: Int,
    precision: Int
  ) -> Matrix<BallPolynomial> {
    let size = a.rows
    // Row by row, and within a row by order: the rows' lines run against the columns' in one dot product.
    let lines = Lines(a, length: length, byRow: true)
    let x = BallBuffer(count: size * b.columns * length)
    let right = Lines(b, length: length, byRow: false)
    let (rest, solution) = (BallBuffer(count: size), BallBuffer(count: size))
    let rows = BallMatrix(inverse)
    for column in 0..<b.columns {
      let line = x.base + column * size * length
      var (largest, last) = (-(1 << 60), 0)
      for k in 0..<length {
        let bits = min(precision, max(leastPrecision, precision - (largest - last) + guardBits))
        for row in 0..<size {
          arb_approx_dot(
            rest.base + row, right.base + (column * length + k) * size + row, 1,
            lines.base + row * length * size + size, 1, line + k * size - 1, -1, k * size, bits)
        }
        rows.withPointer { inverse in
          for row in 0..<size {
            arb_approx_dot(
              solution.base + row, nil, 0, arb_mat_entry_ptr(inverse, row, 0), 1, rest.base, 1, size, bits)
          }
        }
        last = -(1 << 60)
        // Within an order the entries of a column run backwards.
        for row in 0..<size {
          last = max(last, log2Bound(solution.base + row))
          arb_set(line + k * size + (size - 1 - row), solution.base + row)
        }
        largest = max(largest, last)
      }
    }
    return Matrix(rows: size, columns: b.columns) { row, column in
      BallPolynomial(precision: precision) { result in
        for k in 0..<length {
          arb_poly_set_coeff_arb(result, k, x.base + ((column * length + k) * size + size - 1 - row))
        }
      }
    }
  }

  /// The product of matrices of polynomials: the coefficients of orders below `length`, to about 2^-precision times the
  /// largest of an entry.
  ///
  /// - Complexity: one dot product of (k + 1) · inner terms for each entry and order k.
  public static func product(
    _ a: Matrix<BallPolynomial>, _ b: Matrix<BallPolynomial>, length: Int, precision: Int
  ) -> Matrix<BallPolynomial> {
    let inner = a.columns
    let left = Lines(a, length: length, byRow: true)
    let right = Lines(b, length: length, byRow: false, reversed: true)
    return Matrix(rows: a.rows, columns: b.columns) { row, column in
      let (first, second) = (left.exponents[row], right.exponents[column])
      let isZero = first.isEmpty || second.isEmpty
      let orders = 0..<(isZero ? 0 : min(length, first.count + second.count - 1))
      let sizes = orders.map { k in
        (max(0, k + 1 - second.count)...min(k, first.count - 1)).reduce(-(1 << 60)) {
          max($0, first[$1] + second[k - $1])
        }
      }
      let largest = sizes.max() ?? 0
      return BallPolynomial(precision: precision) { result in
        arb_poly_fit_length(result, orders.count)
        guard let coefficients = result.pointee.coeffs else { return }
        for k in orders {
          let start = max(0, k + 1 - second.count)
          let terms = min(k, first.count - 1) + 1 - start
          arb_dot(
            coefficients + k, nil, 0, left.base + (row * length + start) * inner, 1,
            right.base + (column * length + k - start) * inner + inner - 1, -1, terms * inner,
            max(precision - (largest - sizes[k]) + guardBits, guardBits))
        }
        _arb_poly_set_length(result, orders.count)
        _arb_poly_normalise(result)
      }
    }
  }

  static let leastPrecision = 64
  static let guardBits = 8

  /// The coefficients of a matrix line by line (rows or columns), within a line by order, within an order by entry.
  private struct Lines {
    private let buffer: BallBuffer
    var base: UnsafeMutablePointer<arb_struct> { buffer.base }
    /// For each line and each of its orders up to the last that is not zero: e with all |entries| < 2^e.
    let exponents: [[Int]]

    init(_ matrix: Matrix<BallPolynomial>, length: Int, byRow: Bool, reversed: Bool = false) {
      let buffer = BallBuffer(count: matrix.elements.count * length)
      self.buffer = buffer
      let inner = byRow ? matrix.columns : matrix.rows
      let lines = byRow ? matrix.rows : matrix.columns
      exponents = (0..<lines).map { line in
        var exponents: [Int] = []
        for place in 0..<inner {
          let start = buffer.base + (line * length * inner + (reversed ? inner - 1 - place : place))
          let entry = byRow ? matrix[line, place] : matrix[place, line]
          entry.withPointer { polynomial in
            for order in 0..<min(length, arb_poly_length(polynomial)) {
              arb_poly_get_coeff_arb(start + order * inner, polynomial, order)
              if order == exponents.count { exponents.append(-(1 << 60)) }
              exponents[order] = max(exponents[order], log2Bound(start + order * inner))
            }
          }
        }
        return exponents
      }
    }
  }
}
