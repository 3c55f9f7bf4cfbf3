import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension CollocationRule {
  /// The zeros of P_s, increasing.
  static func gaussZeros(_ stages: Int, precision: Int, check: () throws -> Void) throws -> [BigFloat] {
    let half = try (0..<stages / 2).map {
      try check()
      return zero($0, of: stages, precision: precision)
    }
    let middle = stages % 2 == 1 ? [BigFloat(0, precision: precision)] : []
    return half.map { -$0 } + middle + half.reversed()
  }

  /// P_s'(x) = s (x P_s - P_{s-1})/(x² - 1), inside (-1, 1).
  static func slope(_ values: [BigFloat], _ x: BigFloat, _ degree: Int) -> BigFloat {
    let factor = BigFloat(degree, precision: x.precision)
    let one = BigFloat(1, precision: x.precision)
    return factor * (x * values[degree] - values[degree - 1]) / (x * x - one)
  }

  /// The zero number `index` of P_s, from the largest on, by Newton's method from cos(π (i + 3/4)/(s + 1/2)).
  private static func zero(_ index: Int, of degree: Int, precision: Int) -> BigFloat {
    let angle = Double.pi * (Double(index) + 0.75) / (Double(degree) + 0.5)
    var x = BigFloat(cos(angle), precision: precision)
    while true {
      let values = legendre(x, upTo: degree)
      let correction = values[degree] / slope(values, x, degree)
      x -= correction
      // Newton's method doubles the digits: after a correction of half of them, all are right.
      if correction.isZero || correction.exponent < -precision * 3 / 5 { return x }
    }
  }

  /// The zeros of Σ_{k<s} (2k+1) P_k and 1, increasing.
  ///
  /// By Newton's method from the asymptotic zeros cos(π (4i + 1)/(4s)) of the Jacobi polynomial P_{s-1}^(1,0), a multiple of the
  /// sum; P_k' from P_{k+1}' = P_{k-1}' + (2k+1) P_k.
  static func radauZeros(_ stages: Int, precision: Int, check: () throws -> Void) throws -> [BigFloat] {
    let one = BigFloat(1, precision: precision)
    let inner = try (1..<stages).reversed().map { index -> BigFloat in
      try check()
      var x = BigFloat(cos(Double.pi * Double(4 * index + 1) / Double(4 * stages)), precision: precision)
      while true {
        let values = legendre(x, upTo: stages - 1)
        let ones = values.map { _ in one }
        let correction =
          christoffelSum(values[...], ones[...]) / christoffelSum(slopes(values)[...], ones[...])
        x -= correction
        if correction.isZero || correction.exponent < -precision * 3 / 5 { return x }
      }
    }
    return inner + [one]
  }

  /// P_0', ..., from P_0, ....
  private static func slopes(_ values: [BigFloat]) -> [BigFloat] {
    let bits = values[0].precision
    var slopes = [BigFloat(0, precision: bits), BigFloat(1, precision: bits)]
    for k in stride(from: 1, to: values.count - 1, by: 1) {
      slopes.append(slopes[k - 1] + BigFloat(2 * k + 1, precision: bits) * values[k])
    }
    return Array(slopes.prefix(values.count))
  }

  /// Σ_k (2k+1) p_k q_k.
  static func christoffelSum(_ p: ArraySlice<BigFloat>, _ q: ArraySlice<BigFloat>) -> BigFloat {
    zip(p, q).enumerated().reduce(BigFloat.zero) { sum, term in
      sum + BigFloat(2 * term.offset + 1, precision: term.element.0.precision) * term.element.0
        * term.element.1
    }
  }

  /// The inverse of a matrix, row by row, by elimination with partial pivoting.
  static func inverse(of matrix: BigFloatBuffer, size: Int, check: () throws -> Void) throws -> [BigFloat] {
    let bits = matrix.precision
    var rows = (0..<size).map { i in
      (0..<size).map { matrix[i * size + $0] } + (0..<size).map { BigFloat($0 == i ? 1 : 0, precision: bits) }
    }
    for k in 0..<size {
      try check()
      let pivot = (k..<size).max { rows[$0][k].magnitude < rows[$1][k].magnitude } ?? k
      rows.swapAt(k, pivot)
      let factor = BigFloat(1, precision: bits) / rows[k][k]
      rows[k] = rows[k].map { $0 * factor }
      for row in 0..<size where row != k && !rows[row][k].isZero {
        let multiple = rows[row][k]
        for column in k..<2 * size { rows[row][column] -= multiple * rows[k][column] }
      }
    }
    return rows.flatMap { $0.suffix(size) }
  }
}
