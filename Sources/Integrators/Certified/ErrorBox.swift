import Multiprecision

/// A parallelepiped in which the distance v between the solution and the candidate lies: v = W Q y with |y_j| ≤ r_j,
/// W = diag(2^k_i), and a matrix Q that is nearly orthogonal.
///
/// **Source**: docs/certified-integration, "Moving frames".
struct ErrorBox: Sendable {
  /// k, without the part that the radii have in common.
  let exponents: [Int]
  /// Q.
  let directions: Matrix<Double>
  /// A matrix near Q⁻¹, and bounds of |(Q⁻¹)_ij|.
  let inverse: Matrix<Double>
  let inverseSizes: Matrix<Double>
  /// r.
  var radii: BoundVector

  /// The box of all v with |v_i| ≤ bounds_i.
  init(_ bounds: [Ball]) {
    exponents = [Int](repeating: 0, count: bounds.count)
    directions = Matrix(rows: bounds.count, columns: bounds.count) { $0 == $1 ? 1.0 : 0 }
    (inverse, inverseSizes) = (directions, directions)
    radii = BoundVector(bounds)
  }

  private init(
    exponents: [Int], directions: Matrix<Double>, inverse: Matrix<Double>, inverseSizes: Matrix<Double>,
    radii: BoundVector
  ) {
    (self.exponents, self.directions, self.radii) = (exponents, directions, radii)
    (self.inverse, self.inverseSizes) = (inverse, inverseSizes)
  }

  /// Bounds of |v_i|.
  var bounds: [Ball] { directions.magnitudes.bounding(radii).balls(scaledByPowersOfTwo: exponents) }

  /// The same box in other units: W Q = W' Q' P⁻¹ with Q' = W'⁻¹ W Q P, and P⁻¹ y for y. P are powers of two that make the
  /// columns' greatest entries 1/2 to 1. No entry of Q is so small that anything is rounded.
  func rescaled(to exponents: [Int]) -> ErrorBox {
    let size = exponents.count
    let changes = zip(self.exponents, exponents).map { $0 - $1 }
    let lengths = (0..<size).map { column in
      (0..<size).reduce(-2000) { greatest, row in
        let entry = directions[row, column]
        return entry == 0 ? greatest : max(greatest, Int(entry.exponent) + 1 + changes[row])
      }
    }
    func scaled(_ value: Double, _ power: Int) -> Double {
      Double(sign: .plus, exponent: power, significand: value)
    }
    return ErrorBox(
      exponents: exponents,
      directions: Matrix(rows: size, columns: size) { scaled(directions[$0, $1], changes[$0] - lengths[$1]) },
      inverse: Matrix(rows: size, columns: size) { scaled(inverse[$0, $1], lengths[$0] - changes[$1]) },
      inverseSizes: Matrix(rows: size, columns: size) {
        scaled(inverseSizes[$0, $1], lengths[$0] - changes[$1])
      },
      radii: BoundVector(radii.balls(scaledByPowersOfTwo: lengths)))
  }

  /// Makes room for sums of a v in the box and a vector of which bounds are given.
  mutating func widen(by bounds: [Ball]) {
    radii = radii + inverseSizes.bounding(Self.scaled(bounds, exponents))
  }

  /// W⁻¹ times a vector of bounds, for the exponents of W.
  static func scaled(_ bounds: [Ball], _ exponents: [Int]) -> BoundVector {
    BoundVector(zip(bounds, exponents).map { $0.scaled(byPowerOfTwo: -$1) })
  }

  /// The box that contains W (A + E) y for all |y_j| ≤ radii_j and |E_ij| ≤ errors_ij, with an orthogonal Q whose first
  /// columns are those of A that make the box the longest (Lohner): nil where there is none.
  ///
  /// - Parameter leading: so many columns come before the others however long they are.
  init?(
    exponents: [Int], image: Matrix<Double>, errors: Matrix<Double>, radii: BoundVector, leading: Int = 0
  ) {
    let size = image.rows
    guard image.elements.allSatisfy(\.isFinite), radii.isFinite else { return nil }
    let lengths = (0..<size).map { column in
      radii.values[column]
        * (0..<size).reduce(0) { $0 + image[$1, column] * image[$1, column] }.squareRoot()
    }
    let order = lengths.indices.sorted {
      ($0 < leading) == ($1 < leading) ? lengths[$0] > lengths[$1] : $0 < leading
    }
    let q = Self.orthogonal(image, order: order)
    // Q⁻¹ = (Qᵀ Q)⁻¹ Qᵀ.
    let transpose = Matrix<Double>(rows: size, columns: size) { q[$1, $0] }
    let gaps = transpose.bounding(distanceFromInverseOf: q)
    guard let inverseSizes = transpose.magnitudes.corrected(by: gaps),
      let turned = transpose.bounding(product: image, errors: errors).corrected(by: gaps)
    else { return nil }
    self.init(
      exponents: exponents, directions: q, inverse: transpose, inverseSizes: inverseSizes,
      radii: turned.bounding(radii))
  }

  /// A nearly orthogonal matrix whose first k columns span those of `matrix` that `order` has first.
  static func orthogonal(_ matrix: Matrix<Double>, order: [Int]) -> Matrix<Double> {
    let size = matrix.rows
    var columns: [[Double]] = []
    /// What is left of a vector beside the columns found, of length 1; nil where that is rounding only.
    func remainder(_ vector: [Double]) -> [Double]? {
      var vector = vector
      for _ in 0..<2 {
        let before = norm(vector)
        guard before > 0, before.isFinite else { return nil }
        vector = vector.map { $0 / before }
        for column in columns {
          let product = zip(vector, column).reduce(0) { $0 + $1.0 * $1.1 }
          for i in 0..<size { vector[i] -= product * column[i] }
        }
        guard norm(vector) > leastRemainder else { return nil }
      }
      let length = norm(vector)
      return vector.map { $0 / length }
    }
    for place in order {
      if let column = remainder((0..<size).map { matrix[$0, place] }) { columns.append(column) }
    }
    var axis = 0
    while columns.count < size, axis < size {
      if let column = remainder((0..<size).map { $0 == axis ? 1 : 0 }) { columns.append(column) }
      axis += 1
    }
    return Matrix(rows: size, columns: size) { row, column in
      guard column < columns.count, columns[column][row].magnitude > leastEntry else { return 0 }
      return columns[column][row]
    }
  }

  /// Entries are 0 or greater: then powers of two for the units leave their digits.
  private static let leastEntry = 0x1p-200

  /// What is left of a unit vector is a direction if it is longer.
  private static let leastRemainder = 0x1p-40

  private static func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
