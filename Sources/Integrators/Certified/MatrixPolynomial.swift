import Multiprecision

/// A polynomial of square matrices of doubles, with bounds of what it misses, entry by entry.
struct MatrixPolynomial: Sendable {
  /// Rows, and orders.
  let size: Int
  let length: Int
  /// Entry (i, j) of order k is at (k · size + i) · size + j.
  private let coefficients: [Double]
  let errors: Matrix<Double>
  /// `tails[k]`: bounds of Σ_{l ≥ k} |c_l|, for k = 0, ..., length.
  private let tails: [Matrix<Double>]

  private init(size: Int, coefficients: [Double], errors: Matrix<Double>) {
    (self.size, self.coefficients, self.errors) = (size, coefficients, errors)
    let square = size * size
    length = coefficients.count / max(square, 1)
    var tails = [Matrix(rows: size, columns: size, repeating: 0.0)]
    for order in (0..<length).reversed() {
      let next = tails[tails.count - 1]
      tails.append(
        Matrix(rows: size, columns: size) { row, column in
          let term = coefficients[order * square + row * size + column].magnitude
          return TangentBundle.outward(next[row, column] + term, operations: 1)
        })
    }
    self.tails = tails.reversed()
  }

  /// - Parameter rows: a direction for each column.
  init(rows: [TangentBundle]) {
    let (size, length) = (rows.count, rows.first?.length ?? 0)
    self.init(
      size: size,
      coefficients: (0..<length).flatMap { order in
        rows.flatMap { $0.coefficients[order * size..<(order + 1) * size] }
      },
      errors: Matrix(rows: size, columns: size) { rows[$0].errors[$1] })
  }

  /// The polynomial (1/2^depth) P((index + s)/2^depth) of s, with the errors that it has in consequence.
  func part(_ index: Int, depth: Int) -> MatrixPolynomial {
    guard depth > 0 else { return self }
    let (square, width) = (size * size, Double(sign: .plus, exponent: -depth, significand: 1))
    var shifted = [Double](repeating: 0, count: coefficients.count)
    // (a + b s)^j = Σ_k C(j, k) a^(j-k) b^k s^k, with exact a and b whose sum is at most 1.
    var weights = [width]
    let a = Double(index) * width
    for j in 0..<length {
      for (k, weight) in weights.enumerated() {
        for place in 0..<square { shifted[k * square + place] += weight * coefficients[j * square + place] }
      }
      weights = (0...weights.count).map { k in
        (k < weights.count ? weights[k] * a : 0) + (k > 0 ? weights[k - 1] * width : 0)
      }
    }
    // A weight is off by 2j roundings at most, and a sum by as many as it has terms, beside their magnitudes.
    let rounding = TangentBundle.unit * Double(3 * length + 4)
    let missed = Matrix<Double>(rows: size, columns: size) {
      TangentBundle.outward((errors[$0, $1] + sizes[$0, $1] * rounding) * width, operations: 3)
    }
    return MatrixPolynomial(size: size, coefficients: shifted, errors: missed)
  }

  func coefficient(_ order: Int) -> Matrix<Double> {
    let square = size * size
    return Matrix(
      rows: size, columns: size, elements: [Double](coefficients[order * square..<(order + 1) * square]))
  }

  /// Bounds of Σ_k |c_k|.
  var sizes: Matrix<Double> { tails[0] }

  /// A polynomial X of so many orders near the solution of X' = S X from X(0) = start, for S = self without errors, and
  /// bounds of ‖S X - X'‖.
  func solution(from start: Matrix<Double>, length: Int) -> (MatrixPolynomial, missed: Matrix<Double>) {
    let solution = solve(from: start, length: length, isAdjoint: false)
    return (solution, Self.excess(self, solution, from: length - 1))
  }

  /// A polynomial X of so many orders near the solution of X' = -X S from X(0) = start, for S = self without errors, and
  /// bounds of ‖X S + X'‖.
  func adjointSolution(from start: Matrix<Double>, length: Int) -> (MatrixPolynomial, missed: Matrix<Double>)
  {
    let solution = solve(from: start, length: length, isAdjoint: true)
    return (solution, Self.excess(solution, self, from: length - 1))
  }

  private func solve(from start: Matrix<Double>, length: Int, isAdjoint: Bool) -> MatrixPolynomial {
    let square = size * size
    var solved = start.elements + [Double](repeating: 0, count: (length - 1) * square)
    solved.withUnsafeMutableBufferPointer { solved in
      coefficients.withUnsafeBufferPointer { own in
        guard let solved = solved.baseAddress, let own = own.baseAddress else { return }
        for order in 0..<length - 1 {
          let factor = (isAdjoint ? -1 : 1) / Double(order + 1)
          for k in 0...min(order, self.length - 1) {
            let (s, x) = (own + k * square, UnsafePointer(solved + (order - k) * square))
            add(factor, isAdjoint ? x : s, isAdjoint ? s : x, to: solved + (order + 1) * square)
          }
        }
      }
    }
    return MatrixPolynomial(
      size: size, coefficients: solved, errors: Matrix(rows: size, columns: size, repeating: 0))
  }

  /// sum += factor · left · right.
  private func add(
    _ factor: Double, _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
    to sum: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<size {
      for k in 0..<size {
        (sum + row * size).add(factor * left[row * size + k], times: right + k * size, count: size)
      }
    }
  }

  /// Bounds of what a product has at orders from `first` on, and of the roundings of a solution whose derivative it is
  /// below: of each order a sum of products of three numbers, the last of them rounded too.
  private static func excess(_ left: MatrixPolynomial, _ right: MatrixPolynomial, from first: Int) -> Matrix<
    Double
  > {
    let size = left.size
    let rounding = TangentBundle.unit * Double(size * min(left.length, right.length) + 8)
    var total = left.sizes.bounding(right.sizes)
      .map { TangentBundle.outward($0 * rounding, operations: 1) }
    // Order k of the right factor meets the orders of the left one from first - k on.
    for k in 0..<right.length where max(first - k, 0) < left.length {
      total = total.bounding(
        adding: left.tails[max(first - k, 0)].bounding(right.coefficient(k).magnitudes))
    }
    return total
  }

  /// The value at an s from 0 to 1 and bounds of its distance from that at any s that rounds to it.
  func value(at s: Double) -> (value: Matrix<Double>, errors: Matrix<Double>) {
    let square = size * size
    var value = [Double](repeating: 0, count: square)
    for order in (0..<length).reversed() {
      for place in 0..<square { value[place] = value[place] * s + coefficients[order * square + place] }
    }
    let rounding = TangentBundle.unit * Double(4 * length + 8)
    return (
      Matrix(rows: size, columns: size, elements: value),
      sizes.map { TangentBundle.outward($0 * rounding, operations: 1) }
    )
  }
}
