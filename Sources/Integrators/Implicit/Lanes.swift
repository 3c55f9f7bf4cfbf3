import Multiprecision

/// Numbers at several places, on which a graph is evaluated at once: every operation is done place by place.
///
/// Constants are one number for all places.
struct Lanes<Scalar: RealScalar>: RealScalar {
  let values: [Scalar]

  init(_ values: [Scalar]) { self.values = values }

  init(_ value: Rational, precision: Int) { values = [Scalar(value, precision: precision)] }

  static var zero: Lanes { Lanes([.zero]) }
  static func pi(precision: Int) -> Lanes { Lanes([.pi(precision: precision)]) }

  subscript(place: Int) -> Scalar { values.count == 1 ? values[0] : values[place] }

  @_specialize(where Scalar == Double)
  private func combined(_ other: Lanes, _ operation: (Scalar, Scalar) -> Scalar) -> Lanes {
    let count = max(values.count, other.values.count)
    let (isConstant, isOtherConstant) = (values.count == 1, other.values.count == 1)
    return Lanes(
      [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
        guard let base = buffer.baseAddress else { return }
        for place in 0..<count {
          (base + place).initialize(
            to: operation(values[isConstant ? 0 : place], other.values[isOtherConstant ? 0 : place]))
        }
        initialized = count
      })
  }

  @_specialize(where Scalar == Double)
  private func mapped(_ operation: (Scalar) -> Scalar) -> Lanes { Lanes(values.map(operation)) }

  static func + (left: Lanes, right: Lanes) -> Lanes { left.combined(right, +) }
  static func - (left: Lanes, right: Lanes) -> Lanes { left.combined(right, -) }
  static func * (left: Lanes, right: Lanes) -> Lanes { left.combined(right, *) }
  static func / (left: Lanes, right: Lanes) -> Lanes { left.combined(right, /) }
  static prefix func - (value: Lanes) -> Lanes { value.mapped { -$0 } }

  static func exp(_ x: Lanes) -> Lanes { x.mapped(Scalar.exp) }
  static func expMinusOne(_ x: Lanes) -> Lanes { x.mapped(Scalar.expMinusOne) }
  static func log(_ x: Lanes) -> Lanes { x.mapped { Scalar.log($0) } }
  static func log(onePlus x: Lanes) -> Lanes { x.mapped { Scalar.log(onePlus: $0) } }
  static func logistic(_ x: Lanes) -> Lanes { x.mapped(Scalar.logistic) }
  static func softplus(_ x: Lanes) -> Lanes { x.mapped(Scalar.softplus) }
  static func tanh(_ x: Lanes) -> Lanes { x.mapped(Scalar.tanh) }
  static func sqrt(_ x: Lanes) -> Lanes { x.mapped(Scalar.sqrt) }
  static func pow(_ x: Lanes, _ exponent: Rational) -> Lanes { x.mapped { Scalar.pow($0, exponent) } }

  var isFinite: Bool { values.allSatisfy(\.isFinite) }
  /// That of the first place.
  var doubleValue: Double { values[0].doubleValue }

  static func solve(
    _ a: Matrix<Lanes>, _ b: Matrix<Lanes>
  ) throws(LinearAlgebraError) -> Matrix<Lanes> {
    let count = (a.elements + b.elements).reduce(1) { max($0, $1.values.count) }
    var solutions: [Matrix<Scalar>] = []
    for place in 0..<count {
      solutions.append(try Scalar.solve(a.map { $0[place] }, b.map { $0[place] }))
    }
    return Matrix(rows: b.rows, columns: b.columns) { row, column in
      Lanes(solutions.map { $0[row, column] })
    }
  }
}
