import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Directions along a piece in which the flow's slow motions and its fast contractions stand apart: a matrix T(σ) of polynomials
/// of σ from -1 to 1 whose first columns span the slow directions, and whose others span groups of fast ones.
///
/// They are found in doubles, from eigenvectors of the Jacobian at some places, and nothing is assumed of them.
///
/// **Source**: docs/certified-integration, "Fast contractions".
struct SeparatedFrame {
  /// How many directions are slow.
  let slow: Int
  /// The others, one by one, or two by two where an eigenvalue is complex.
  let blocks: [Range<Int>]
  /// The coefficients of the entries of T.
  let columns: Matrix<[Double]>

  /// Eigenvalues times the piece's length that are greater are not slow, and that are less are not fast. Those of slow and fast
  /// directions differ by a factor, at the middle and anywhere.
  private static let mostOfSlow = 8.0
  private static let leastOfFast = 2.0
  private static let leastGap = 1.5
  private static let leastGapAnywhere = 1.2
  /// Fast directions whose eigenvalues differ by less are in one group.
  private static let ratio = 4.0
  /// Places at which eigenvectors are taken.
  private static let places = 10

  /// Nil where the directions do not stand apart everywhere, or none is fast.
  ///
  /// - Parameters:
  ///   - jacobian: h J at σ.
  ///   - perturbation: of its eigensystems. Equal eigenvalues with too few eigenvectors need one.
  init?(_ jacobian: (_ sigma: Double) -> Matrix<Double>, perturbation: Double = 0) {
    guard let middle = Eigensystem(jacobian(0), perturbation: perturbation) else { return nil }
    let pairs = middle.pairs
    let size = pairs.count
    guard let slow = Self.split(pairs), pairs[slow...].allSatisfy({ $0.real < 0 }) else { return nil }
    var groups = slow > 0 ? [0..<slow] : []
    var first = slow
    for k in slow + 1..<size + 1 where k == size || pairs[k].magnitude > Self.ratio * pairs[k - 1].magnitude {
      groups.append(first..<k)
      first = k
    }
    guard let basis = Self.basis(pairs, slow: slow), let inverse = Self.inverse(basis) else { return nil }
    var blocks: [Range<Int>] = []
    var place = slow
    while place < size {
      let width = Self.isReal(pairs[place]) ? 1 : 2
      guard place + width <= size else { return nil }
      blocks.append(place..<place + width)
      place += width
    }
    let nodes = (0..<Self.places).map { cos((Double($0) + 0.5) * Double.pi / Double(Self.places)) }
    var values: [Matrix<Double>] = []
    for node in nodes {
      guard let found = Eigensystem(jacobian(node), perturbation: perturbation), found.pairs.count == size,
        let own = Self.basis(found.pairs, slow: slow)
      else { return nil }
      let turned = inverse * own
      var frame = Matrix<Double>(rows: size, columns: size, repeating: 0)
      for group in groups {
        // A pair must not be torn apart.
        if group.upperBound < size {
          guard
            found.pairs[group.upperBound].magnitude
              > Self.leastGapAnywhere * found.pairs[group.upperBound - 1].magnitude
          else { return nil }
        }
        let head = Matrix<Double>(rows: group.count, columns: group.count) {
          turned[group.lowerBound + $0, group.lowerBound + $1]
        }
        guard let headInverse = Self.inverse(head) else { return nil }
        let whole = Matrix<Double>(rows: size, columns: group.count) { turned[$0, group.lowerBound + $1] }
        let normal = whole * headInverse
        for row in 0..<size {
          for column in 0..<group.count { frame[row, group.lowerBound + column] = normal[row, column] }
        }
      }
      values.append(basis * frame)
    }
    guard values.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else { return nil }
    (self.slow, self.blocks) = (slow, blocks)
    columns = Matrix<[Double]>(rows: size, columns: size) { row, column in
      Self.interpolation(values.map { $0[row, column] })
    }
  }

  /// How many directions are slow: as many as leave the widest gap; nil where there is none.
  private static func split(_ pairs: [Eigensystem.Pair]) -> Int? {
    func gap(_ slow: Int) -> Double {
      let below = slow > 0 ? pairs[slow - 1].magnitude : 0
      let isAllowed = below <= mostOfSlow && pairs[slow].magnitude >= leastOfFast
      return isAllowed ? pairs[slow].magnitude / max(below, 1) : 0
    }
    guard let slow = pairs.indices.max(by: { gap($0) < gap($1) }), gap(slow) >= leastGap else { return nil }
    return slow
  }

  /// Directions of the motions: of the fast ones the eigenvectors, of a complex pair the real and the imaginary part of one; of the
  /// slow ones any that all fast left eigenvectors leave out, since slow eigenvectors may be few.
  private static func basis(_ pairs: [Eigensystem.Pair], slow: Int) -> Matrix<Double>? {
    let size = pairs.count
    guard let fast = directions(pairs[slow...], \.right), let left = directions(pairs[slow...], \.left) else {
      return nil
    }
    let lefts = Matrix<Double>(rows: size, columns: size) { $1 < left.count ? left[$1][$0] : 0 }
    let turned = ErrorBox.orthogonal(lefts, order: Array(0..<left.count))
    return Matrix<Double>(rows: size, columns: size) { row, column in
      column < slow ? turned[row, left.count + column] : fast[column - slow][row]
    }
  }

  private static func directions(
    _ pairs: ArraySlice<Eigensystem.Pair>, _ kind: (Eigensystem.Pair) -> Eigensystem.Direction
  ) -> [[Double]]? {
    var columns: [[Double]] = []
    var place = pairs.startIndex
    while place < pairs.endIndex {
      let vector = kind(pairs[place])
      if isReal(pairs[place]) {
        // The phase of a real eigenvector is any: its larger part is along it.
        let real = vector.real.reduce(0) { $0 + $1 * $1 }
        columns.append(real >= 0.5 ? vector.real : vector.imaginary)
        place += 1
      } else {
        guard place + 1 < pairs.endIndex else { return nil }
        columns += [vector.real, vector.imaginary]
        place += 2
      }
    }
    return columns
  }

  private static func isReal(_ pair: Eigensystem.Pair) -> Bool {
    pair.imaginary.magnitude <= 0x1p-30 * pair.magnitude
  }

  private static func inverse(_ matrix: Matrix<Double>) -> Matrix<Double>? {
    let inverse = try? Double.solve(matrix, .identity(matrix.rows, precision: Precision.minimum))
    return inverse.flatMap { $0.elements.allSatisfy(\.isFinite) ? $0 : nil }
  }

  /// The coefficients of the polynomial of σ through values at the Chebyshev nodes.
  private static func interpolation(_ values: [Double]) -> [Double] {
    let count = values.count
    var result = [Double](repeating: 0, count: count)
    // T_k as powers, one after the other.
    var (last, next) = ([1.0], [0.0, 1.0])
    for k in 0..<count {
      var sum = 0.0
      for (j, value) in values.enumerated() {
        sum += value * cos(Double(k) * (Double(j) + 0.5) * Double.pi / Double(count))
      }
      let coefficient = sum * (k == 0 ? 1 : 2) / Double(count)
      for (power, value) in last.enumerated() { result[power] += coefficient * value }
      var following = [0.0] + next.map { 2 * $0 }
      for (power, value) in last.enumerated() { following[power] -= value }
      (last, next) = (next, following)
    }
    return result
  }
}
