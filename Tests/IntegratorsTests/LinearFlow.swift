import Multiprecision

/// e^A v in balls, by its series: an oracle that shares nothing with the integrators but Arb.
enum LinearFlow {
  static func apply(_ matrix: Matrix<Ball>, _ vector: [Ball]) -> [Ball] {
    (0..<matrix.rows).map { row in
      zip(matrix.row(row), vector).reduce(Ball(0, precision: vector[0].precision)) { $0 + $1.0 * $1.1 }
    }
  }

  static func exponential(_ matrix: Matrix<Ball>, _ vector: [Ball]) -> [Ball] {
    let precision = vector[0].precision
    let size =
      (0..<matrix.rows).map { row in
        matrix.row(row).reduce(0) { $0 + $1.upperMagnitude }
      }.max() ?? 0
    var (sum, term, k) = (vector, vector, 0)
    // From twice the size on, terms fall by halves or faster: what is left out is less than the last one.
    while Double(k) < 2 * size + 2 || (term.map(\.log10UpperMagnitude).max() ?? 0) > -Double(precision) / 3.3
    {
      k += 1
      term = apply(matrix, term).map { $0 / Ball(k, precision: precision) }
      sum = zip(sum, term).map { $0 + $1 }
    }
    let rest = term.reduce(Ball(0, precision: precision)) { $0 + $1.magnitude }
    return sum.map { $0.addingError(rest) }
  }
}

/// The Euclidean norm, in a ball.
func euclideanLength(_ vector: [Ball]) -> Ball {
  .sqrt(vector.reduce(Ball(0, precision: vector[0].precision)) { $0 + $1 * $1 })
}
