import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A Π = Q R by Householder reflections, of the columns that stand out of the span of those before the one that does so
/// farthest being the next: a rank-revealing orthogonal factorisation.
///
/// **Shapes**: A is n × m, given by its m columns; Q n × n; R is r × m with r the rank, its first r columns
/// triangular.
///
/// **Rank**: a column's distance from the span of the pivots before, relative to its own length, is rounding
/// error if it is below 2^(-3p/4), p the precision, and independence if it is above 2^(-p/2). Scaling columns
/// changes nothing. Between the two the rank is not clear. Independent columns are taken by falling distance, so that those
/// of a small scale spoil no others.
///
/// **Source**: Golub and Van Loan, *Matrix Computations*, 5.4 (with pivots relative to the columns' lengths).
/// **Complexity**: O(n m r).
struct PivotedOrthogonalFactorisation {
  var rank: Int { diagonal.count }
  /// Place in the factorisation → column of A.
  private(set) var order: [Int]
  /// Column j, in `order`, at j·length: R above the diagonal, below it and on it the reflection's vector.
  private let columns: BigFloatBuffer
  private let length: Int
  private var diagonal: [BigFloat] = []
  /// 2/|v|² of the reflections I - (2/|v|²) v vᵀ.
  private var factors: [BigFloat] = []

  /// - Parameter columns: the columns of A, each of `length` entries, one after the other; overwritten.
  /// - Throws: `undecided` where the rank is not clear.
  init(columns: BigFloatBuffer, length: Int) throws(LinearAlgebraError) {
    let count = length == 0 ? 0 : columns.count / length
    (self.columns, self.length) = (columns, length)
    order = Array(0..<count)
    let precision = columns.precision
    func square(_ column: Int, from row: Int) -> BigFloat {
      let range = column * length + row..<(column + 1) * length
      return columns.dot(range, columns, at: range.lowerBound)
    }
    var sizes = (0..<count).map { square($0, from: 0) }
    guard sizes.allSatisfy(\.isFinite) else { throw .undecided }
    while diagonal.count < min(count, length) {
      let step = diagonal.count
      let candidates = (step..<count).filter { !sizes[$0].isZero }
        .map { place in (place, rest: square(place, from: step), size: sizes[place]) }
      let clear = candidates.filter { $0.rest > $0.size.scaled(byPowerOfTwo: -precision) }
      guard let (pivot, rest, _) = clear.max(by: { $0.rest < $1.rest }) else {
        if candidates.contains(where: { $0.rest > $0.size.scaled(byPowerOfTwo: -3 * precision / 2) }) {
          throw .undecided
        }
        break
      }
      if pivot != step {
        columns.exchange(pivot * length..<(pivot + 1) * length, with: step * length)
        sizes.swapAt(pivot, step)
        order.swapAt(pivot, step)
      }
      reflect(step, square: rest, count: count)
    }
  }

  /// log2 of the ratio of R's largest to its smallest diagonal entry: about as many bits a solution with R may lose.
  var log2Spread: Double {
    let sizes = diagonal.map(\.log10Magnitude)
    return ((sizes.max() ?? 0) - (sizes.min() ?? 0)) * log2(10)
  }

  /// Makes the reflection that clears column `step` below the diagonal, and applies it to the columns after.
  private mutating func reflect(_ step: Int, square: BigFloat, count: Int) {
    let range = step * length + step..<(step + 1) * length
    let head = columns[range.lowerBound]
    let size = BigFloat.sqrt(square)
    let entry = head.signum() < 0 ? size : -size
    columns[range.lowerBound] = head - entry
    // |v|² = 2 (|x|² + |x| |x_1|).
    factors.append(BigFloat(1, precision: columns.precision) / (square + size * head.magnitude))
    diagonal.append(entry)
    for column in stride(from: step + 1, to: count, by: 1) {
      apply(step, to: columns, at: column * length)
    }
  }

  /// Applies reflection `step` to the vector that starts at `start`.
  private func apply(_ step: Int, to vector: BigFloatBuffer, at start: Int) {
    let rows = start + step..<start + length
    let place = step * length + step
    let overlap = vector.dot(rows, columns, at: place)
    vector.add(-(factors[step] * overlap), times: columns, at: place, to: rows)
  }

  /// R's entry in row i < r, with the columns in `order`.
  func entry(_ row: Int, _ column: Int) -> BigFloat {
    if row < column { return columns[column * length + row] }
    return row == column ? diagonal[row] : BigFloat(zeroWithPrecision: columns.precision)
  }

  /// The first r entries of Qᵀ v.
  func project(_ vector: [BigFloat]) -> [BigFloat] {
    let buffer = BigFloatBuffer(vector, precision: columns.precision)
    for step in 0..<rank { apply(step, to: buffer, at: 0) }
    return (0..<rank).map { buffer[$0] }
  }

  /// Q v for a vector of r entries, the others zero.
  func expand(_ vector: [BigFloat]) -> [BigFloat] {
    let buffer = BigFloatBuffer(count: length, precision: columns.precision)
    for (row, value) in vector.enumerated() { buffer[row] = value }
    for step in (0..<rank).reversed() { apply(step, to: buffer, at: 0) }
    return (0..<length).map { buffer[$0] }
  }

  /// The x with R₁₁ x = b, R₁₁ the triangle of the first r columns.
  func solveTriangle(_ right: [BigFloat]) -> [BigFloat] {
    var x = right
    for row in (0..<rank).reversed() {
      for column in row + 1..<max(rank, row + 1) { x[row].subtractProduct(entry(row, column), x[column]) }
      x[row] /= diagonal[row]
    }
    return x
  }

  /// The x with R₁₁ᵀ x = b.
  func solveTransposedTriangle(_ right: [BigFloat]) -> [BigFloat] {
    var x = right
    for row in 0..<rank {
      for column in 0..<row { x[row].subtractProduct(entry(column, row), x[column]) }
      x[row] /= diagonal[row]
    }
    return x
  }
}
