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

  /// The product of matrices of polynomials without radii: the coefficients of orders below `length`, without radii, and for
  /// each entry a bound of the norm of what these miss, about 2^-precision times the largest coefficients of the factors.
  ///
  /// In fixed point, with one exponent for each row of the first factor and each column of the second. A number misses
  /// less than a unit u = 2^(e - 64 n) of its line with numbers below 2^e and n limbs, and a term of a sum n units more; so
  /// with K orders and m terms for each the entry misses less than K_a K_b m (n + 3) 2^(e_a + e_b - 64 n).
  ///
  /// - Complexity: one dot product of (k + 1) · inner terms for each entry and order k.
  public static func approximateProduct(
    _ a: Matrix<BallPolynomial>, _ b: Matrix<BallPolynomial>, length: Int, precision: Int
  ) -> (product: Matrix<BallPolynomial>, missed: Matrix<Ball>) {
    let inner = a.columns
    let (rows, columns) = (
      (0..<a.rows).map { Array(a.row($0)) }, (0..<b.columns).map { Array(b.column($0)) }
    )
    func orders(_ line: [BallPolynomial]) -> Int { min(length, line.map(\.length).max() ?? 0) }
    let most = (rows.map(orders).max() ?? 0) * (columns.map(orders).max() ?? 0) * inner
    let limbs = FixedPointLine.limbs(precision: precision, terms: most)
    let left = rows.map { FixedPointLine($0, orders: orders($0), limbs: limbs) }
    let right = columns.map { FixedPointLine($0, orders: orders($0), limbs: limbs, isReversed: true) }
    let sum = FixedPointLine.Sum(limbs: limbs)
    var missed: [Ball] = []
    let product = Matrix<BallPolynomial>(rows: a.rows, columns: b.columns) { row, column in
      let (first, second) = (left[row], right[column])
      let (ordersA, ordersB) = (orders(rows[row]), orders(columns[column]))
      let unit = first.exponent + second.exponent - 64 * limbs
      let terms = Ball(ordersA * ordersB * inner * (limbs + 3), precision: 64)
      missed.append(terms.scaled(byPowerOfTwo: unit))
      let count = ordersA == 0 || ordersB == 0 ? 0 : min(length, ordersA + ordersB - 1)
      return BallPolynomial(precision: precision) { result in
        arb_poly_fit_length(result, count)
        guard let coefficients = result.pointee.coeffs else { return }
        for k in 0..<count {
          let start = max(0, k + 1 - ordersB)
          let terms = min(k, ordersA - 1) + 1 - start
          first.dot(
            from: start * inner, count: terms * inner, second,
            backwardsFrom: (k - start) * inner + inner - 1, into: sum)
          fmpz_tdiv_q_2exp(sum.value, sum.value, 64)
          arb_set_fmpz(coefficients + k, sum.value)
          arb_mul_2exp_si(coefficients + k, coefficients + k, unit)
        }
        _arb_poly_set_length(result, count)
        _arb_poly_normalise(result)
      }
    }
    return (product, Matrix(rows: a.rows, columns: b.columns, elements: missed))
  }

  static let leastPrecision = 64
  static let guardBits = 8

  /// The coefficients of a matrix line by line (rows or columns), within a line by order, within an order by entry.
  private struct Lines {
    private let buffer: BallBuffer
    var base: UnsafeMutablePointer<arb_struct> { buffer.base }

    init(_ matrix: Matrix<BallPolynomial>, length: Int, byRow: Bool) {
      buffer = BallBuffer(count: matrix.elements.count * length)
      let inner = byRow ? matrix.columns : matrix.rows
      for row in 0..<matrix.rows {
        for column in 0..<matrix.columns {
          let (line, place) = byRow ? (row, column) : (column, row)
          let start = buffer.base + (line * length * inner + place)
          matrix[row, column].withPointer { polynomial in
            for order in 0..<min(length, arb_poly_length(polynomial)) {
              arb_poly_get_coeff_arb(start + order * inner, polynomial, order)
            }
          }
        }
      }
    }
  }
}

extension FixedPointLine {
  /// Limbs with which sums of that many products are exact to about 2^-precision of the largest.
  static func limbs(precision: Int, terms: Int) -> Int {
    let guardBits = Int.bitWidth - max(terms, 1).leadingZeroBitCount + 3
    return (precision + guardBits + 63) / 64
  }

  /// The midpoints of polynomials by order, within an order one after the other or, if reversed, the last first.
  convenience init(_ line: [BallPolynomial], orders: Int, limbs: Int, isReversed: Bool = false) {
    var exponent = -(1 << 60)
    for polynomial in line {
      polynomial.withPointer { polynomial in
        guard let coefficients = polynomial.pointee.coeffs else { return }
        for order in 0..<min(orders, polynomial.pointee.length) {
          exponent = max(exponent, log2Bound(coefficients + order))
        }
      }
    }
    self.init(count: orders * line.count, limbs: limbs, exponent: exponent)
    var scratch: fmpz = 0
    fmpz_init(&scratch)
    defer { fmpz_clear(&scratch) }
    for (entry, polynomial) in line.enumerated() {
      let place = isReversed ? line.count - 1 - entry : entry
      polynomial.withPointer { polynomial in
        guard let coefficients = polynomial.pointee.coeffs else { return }
        for order in 0..<min(orders, polynomial.pointee.length) {
          set(order * line.count + place, to: arb_mid_ptr(coefficients + order), scratch: &scratch)
        }
      }
    }
  }
}
