import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The norm in which distances are measured: |x|_k = √(Σ (2^-k_i x_i)²) with integers k_i ≥ 0 of which one is 0.
///
/// So |x|_k ≤ |x|, and |x_i| ≤ 2^k_i |x|_k. The logarithmic norm of A that belongs to it is that of D⁻¹ A D with
/// D = diag(2^k_i).
///
/// **Source**: docs/certified-integration, "Weights".
struct StateWeights: Equatable {
  let exponents: [Int]

  /// Weights of such a ratio are not exceeded.
  private static let widest = 400
  private static let sweeps = 12

  init(_ exponents: [Int]) {
    let least = exponents.min() ?? 0
    self.exponents = exponents.map { min($0 - least, Self.widest) }
  }

  init(count: Int) { exponents = [Int](repeating: 0, count: count) }

  /// A c with |x|_k ≤ 2^c |x|_l for all x, with the weights l of `other`.
  func log2Ratio(to other: StateWeights) -> Int {
    zip(other.exponents, exponents).reduce(0) { max($0, $1.0 - $1.1) }
  }

  /// Whether they do by more than a factor of 2.
  func differs(from other: StateWeights) -> Bool {
    zip(exponents, other.exponents).contains { ($0 - $1).magnitude > 1 }
  }

  /// For each entry a bound of its size, if |x|_k is at most `norm`.
  func bounds(_ norm: Ball) -> [Ball] { exponents.map { norm.scaled(byPowerOfTwo: $0) } }

  /// A bound of |x|_k from bounds of the entries.
  func norm(ofBounds bounds: [Ball]) -> Ball {
    .euclideanNorm(zip(bounds, exponents).lazy.map { $0.scaled(byPowerOfTwo: -$1) })
  }

  /// Weights for which the sums of a row and of its column of D⁻¹ A D are alike beside the diagonal, from these on
  /// (Osborne 1960): the norm of the matrix is then nearly as small as a diagonal D makes it.
  ///
  /// - Parameters:
  ///   - sizes: |A_ij|, square and finite.
  ///   - floor: added to all sums: couplings that are smaller are not made smaller.
  func balanced(_ sizes: Matrix<Double>, floor: Double) -> StateWeights {
    let n = exponents.count
    var weights = exponents.map(Double.init)
    for _ in 0..<Self.sweeps {
      var hasChanged = false
      for i in 0..<n {
        var (row, column) = (floor, floor)
        for j in 0..<n where j != i {
          let ratio = exp2(weights[j] - weights[i])
          row += sizes[i, j] * ratio
          column += sizes[j, i] / ratio
        }
        let change = (0.5 * log2(row / column)).rounded()
        guard change != 0, change.isFinite else { continue }
        weights[i] += change
        hasChanged = true
      }
      if !hasChanged { break }
    }
    return StateWeights(weights.map { Int(clamping: $0) })
  }
}
