import Multiprecision

/// Online ("relaxed") Cauchy products: Σ_{j=0..n} x_j y_{n-j}, where degree n is asked for as soon as x and y are
/// known up to n.
///
/// The pairs (i, j) of coefficients are tiled (van der Hoeven, "Relax, but don't be too lazy", 2002): near the
/// axes, where i or j is below the block size B, by dot products; elsewhere by squares of side B·2^p, each one
/// polynomial product as soon as its factors are known. A tile's coefficients of degree ≥ n are added into the
/// result's own storage, which holds nothing else above n yet.
///
/// Complexity: O(M(n) log n) for degrees up to n, with M(n) the cost of a polynomial product; 2·B terms of dot
/// products for each degree.
final class RelaxedProduct {
  /// Below this working precision dot products are as fast (measured at 100 to 500 digits; Benchmarks/README.md).
  static let leastPrecision = 1000
  /// The side of the smallest tiles.
  static let block = 16

  private let order: Int
  private let tile: BallBuffer

  init(order: Int) {
    self.order = order
    tile = BallBuffer(count: 2 * order + 2)
  }

  /// Whether a degree is computed by tiles and not by one dot product.
  static func applies(degree: Int) -> Bool { degree >= 2 * block }

  /// Adds the tiles that are complete at degree n into `result` and the coefficients of the same series after
  /// it; `result` has order k in its series.
  func addTiles(
    into result: UnsafeMutablePointer<arb_struct>, order k: Int, degree n: Int,
    _ x: UnsafeMutablePointer<arb_struct>,
    _ y: UnsafeMutablePointer<arb_struct>, isSquare: Bool, bits: Int
  ) {
    var size = Self.block
    let length = order - k + 1
    while n.isMultiple(of: size), size < n {
      // The tile on the diagonal is its own mirror image.
      let isDiagonal = n == 2 * size
      add(x + size, y + (n - size), size, length, doubled: isSquare && !isDiagonal, to: result, bits)
      if isDiagonal { return }
      if !isSquare { add(x + (n - size), y + size, size, length, doubled: false, to: result, bits) }
      size *= 2
    }
  }

  private func add(
    _ x: UnsafeMutablePointer<arb_struct>, _ y: UnsafeMutablePointer<arb_struct>, _ size: Int, _ room: Int,
    doubled: Bool, to result: UnsafeMutablePointer<arb_struct>, _ bits: Int
  ) {
    let length = min(2 * size - 1, room)
    let terms = min(size, length)
    _arb_poly_mullow(tile.base, x, terms, y, terms, length, bits)
    for index in 0..<length {
      let (sum, part) = (midpoint(result + index), midpoint(tile.base + index))
      if doubled { arf_mul_2exp_si(part, part, 1) }
      arf_add(sum, sum, part, bits, fisherflow_round_down)
    }
  }

  /// Adds the two strips near the axes to the tiles' sum in `result`.
  ///
  /// - Parameter width: the number of products in each pair of orders: 1, or the inner size of a matrix product,
  ///   whose lines hold that many entries for each order.
  func addStrips(
    to result: UnsafeMutablePointer<arb_struct>, degree n: Int, _ x: UnsafeMutablePointer<arb_struct>,
    _ y: UnsafeMutablePointer<arb_struct>, width: Int, isSquare: Bool, bits: Int
  ) {
    let length = Self.block * width
    if isSquare {
      let strip = tile.base
      arb_approx_dot(strip, nil, 0, x, 1, y + n, -1, length, bits)
      arf_mul_2exp_si(midpoint(strip), midpoint(strip), 1)
      arf_add(midpoint(result), midpoint(result), midpoint(strip), bits, fisherflow_round_down)
    } else {
      arb_approx_dot(result, result, 0, x, 1, y + ((n + 1) * width - 1), -1, length, bits)
      arb_approx_dot(
        result, result, 0, x + (n - Self.block + 1) * width, 1, y + (length - 1), -1, length, bits)
    }
  }
}
