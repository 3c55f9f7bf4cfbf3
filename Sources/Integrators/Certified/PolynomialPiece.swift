import Multiprecision

/// A candidate of which nothing is known: polynomials in s from 0 to 1, one for each entry of the state.
struct PolynomialPiece: CandidatePiece {
  let start: Rational
  let length: Rational
  let shapes: [MatrixShape]
  let entries: [BallPolynomial]

  /// A step of an integrator: coefficient k of τ = length · s becomes that times length^k, rounded.
  ///
  /// - Parameter uniform: for each matrix of the state its exact motion, start + slope · time, if it has one.
  init(_ piece: DenseOutput.Piece, uniform: [UniformMotion?], precision: Int) {
    start = piece.start
    length = piece.step
    shapes = piece.coefficients.map { $0[0].shape }
    let factor = Ball(piece.step, precision: precision)
    entries = zip(piece.coefficients, uniform).flatMap { orders, motion in
      orders[0].elements.indices.map { entry in
        if let motion {
          let head = motion.value(entry, at: piece.start, precision: precision)
          return BallPolynomial([head, motion.slope.elements[entry] * factor], precision: precision)
        }
        return BallPolynomial(exactly: orders, entry: entry, precision: precision)
          .dilated(by: factor).midpoints(precision: precision)
      }
    }
  }

  private init(_ whole: PolynomialPiece, from start: Rational, _ fraction: Rational) {
    self.start = whole.start + start * whole.length
    length = fraction * whole.length
    shapes = whole.shapes
    entries = whole.entries.map { entry in
      let shifted = start.isZero ? entry : entry.shifted(by: Ball(start, precision: entry.precision))
      return shifted.dilated(by: Ball(fraction, precision: entry.precision))
    }
  }

  /// The polynomials are what is evaluated.
  var startErrors: [Ball] { [] }
  var valueErrors: [Ball] { [] }

  var halves: [PolynomialPiece] {
    [0, Rational(1, 2)].map { PolynomialPiece(self, from: $0, Rational(1, 2)) }
  }

  /// Coefficients of the longest entry.
  var order: Int { entries.map(\.length).max() ?? 1 }

  func value(at time: Rational) -> [Ball] {
    let s = (time - start) / length
    return entries.map { $0.value(at: Ball(s, precision: $0.precision)) }
  }

  func defect(by verifier: inout StepVerifier) throws -> Defect? { try verifier.defect(of: self) }

  func models(length: Int, widenedBy radii: [Ball]) -> [Matrix<TaylorModel>] {
    models(length: length, precision: TaylorModel.boundPrecision, widenedBy: radii)
  }

  func centredModels(length: Int, precision: Int, widenedBy radii: [Ball]) -> [Matrix<TaylorModel>]? {
    let centred = entries.map { entry in
      let half = Ball(Rational(1, 2), precision: entry.precision)
      return entry.shifted(by: half).dilated(by: half)
    }
    return models(of: centred, length: length, precision: precision, widenedBy: radii)
  }

  /// The entries as Taylor models of orders below `length`, in a tube: shifted by constants up to their radii.
  func models(length: Int, precision: Int, widenedBy radii: [Ball]? = nil) -> [Matrix<TaylorModel>] {
    models(of: entries, length: length, precision: precision, widenedBy: radii)
  }

  private func models(
    of entries: [BallPolynomial], length: Int, precision: Int, widenedBy radii: [Ball]?
  ) -> [Matrix<TaylorModel>] {
    shapes.matrices(
      of: entries.enumerated().map { place, entry in
        let rest = entry.norm(from: length)
        return TaylorModel(
          entry.truncated(to: length, precision: precision), error: radii.map { $0[place] + rest } ?? rest,
          length: length)
      })
  }
}

extension [MatrixShape] {
  /// The entries of all matrices, one after the other, as matrices.
  func matrices<Value>(of entries: [Value]) -> [Matrix<Value>] {
    var rest = entries[...]
    return map { shape in
      defer { rest = rest.dropFirst(shape.count) }
      return Matrix(rows: shape.rows, columns: shape.columns, elements: [Value](rest.prefix(shape.count)))
    }
  }
}
