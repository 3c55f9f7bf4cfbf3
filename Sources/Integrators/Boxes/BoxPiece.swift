import Multiprecision

/// A piece of a candidate for all starts in a box: polynomials in time and start.
struct BoxPiece: ModelledPiece {
  let start: Rational
  let length: Rational
  /// For each entry of the state p(s, ξ), without errors but for motions that are known exactly.
  let entries: [BoxModel]
  private let shapes: [MatrixShape]
  /// Bounds of how far p(s, ξ) is from its part that does not depend on ξ.
  private let spreads: [Ball]

  init(start: Rational, length: Rational, entries: [BoxModel], shapes: [MatrixShape]) {
    (self.start, self.length, self.entries, self.shapes) = (start, length, entries, shapes)
    spreads = entries.map { Ball($0.spread, precision: TaylorModel.boundPrecision) }
  }

  /// The state along the piece as Taylor models, in a tube around all that the candidate takes on: at each time it is shifted by
  /// a number up to the spread and the tube's radius.
  func models(length orders: Int, widenedBy radii: [Ball]) -> [Matrix<TaylorModel>] {
    let precision = TaylorModel.boundPrecision
    return shapes.matrices(
      of: zip(zip(entries, spreads), radii).map { entry, radius in
        let middle = BallPolynomial(
          entry.0.centre.map { Ball($0, precision: precision) }, precision: precision)
        return TaylorModel(
          middle.truncated(to: orders, precision: precision),
          error: radius + entry.1 + middle.norm(from: orders), length: orders)
      })
  }

  /// For each entry a ball that contains p(s, ξ) for all ξ, at s = (time - start)/length.
  func values(at time: Rational) -> [Ball] {
    let s = Ball((time - start) / length, precision: TaylorModel.boundPrecision)
    return entries.map { $0.range(at: s) }
  }
}

extension BoxModel {
  /// The coefficients of what does not depend on the start.
  var centre: ArraySlice<Double> { coefficients[0..<length] }

  /// A bound of ‖f - centre‖.
  var spread: Double {
    let rest = coefficients[length...].reduce(0) { $0 + $1.magnitude }
    return TangentBundle.outward(rest + error, operations: coefficients.count)
  }

  /// A ball that contains f(s, ξ) for all ξ in [-1, 1]^m: monomials with even exponents only are between 0 and 1.
  func range(at s: Ball) -> Ball {
    let precision = TaylorModel.boundPrecision
    var (middle, radius) = (TaylorModel.noError, Ball(error, precision: precision))
    let half = Ball(Rational(1, 2), precision: precision)
    for (place, exponents) in (monomials?.exponents ?? [[]]).enumerated() {
      let own = coefficients[place * length..<(place + 1) * length]
      guard own.contains(where: { $0 != 0 }) else { continue }
      let value = own.reversed().reduce(TaylorModel.noError) { $0 * s + Ball($1, precision: precision) }
      if place == 0 {
        middle += value
      } else if exponents.allSatisfy({ $0.isMultiple(of: 2) }) {
        middle += half * value
        radius += half * value.magnitude
      } else {
        radius += value.magnitude
      }
    }
    return middle.addingError(radius)
  }

  /// f(1, ξ) as a constant in time, for f without error, and a bound of the rounding.
  var end: (model: BoxModel, rounding: Double) {
    guard let monomials else { return (self, error) }
    let sums = (0..<monomials.count).map { coefficients[$0 * length..<($0 + 1) * length].reduce(0, +) }
    let rounding = TangentBundle.outward(Double(length) * Self.unit * size, operations: 3)
    return (BoxModel(sums, error: 0, monomials: monomials, length: 1), rounding)
  }
}
