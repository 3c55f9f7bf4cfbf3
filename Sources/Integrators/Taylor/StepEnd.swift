import ComputationGraph
import Multiprecision

/// The field at the end of a step, or at the start of a run, at twice the precision of the run: what the step's series and
/// the errors carried over it are held against.
///
/// It is evaluated in balls: where numbers cancel to nothing at any precision, (10^100 + x) - 10^100 say, their radii show it.
struct StepEnd {
  private let field: VectorField
  private let state: [Matrix<BigFloat>]
  private let step: BigFloat
  private let precision: Int
  private let velocities: [Matrix<BigFloat>]
  /// What the velocities may be off by; nil where that is not known.
  private let roundings: [Matrix<BigFloat>]?

  /// Log10 of the part of the errors that a step may make of the field's curvature.
  private static let mostCurvature = -2.0

  /// Nil where the field has no finite value there.
  ///
  /// - Parameter precision: bits of the run.
  init?(of field: VectorField, at state: [Matrix<BigFloat>], step: BigFloat, precision: Int) {
    (self.field, self.state, self.step) = (field, state, step)
    // Curvature shows in a difference of second order.
    let wide = 2 * precision + 64
    self.precision = wide
    if let balls = Self.velocities(field, at: state.map { $0.map { Ball($0, precision: wide) } }, wide) {
      velocities = balls.map { $0.map { $0.midpoint } }
      roundings = balls.map { $0.map { $0.radius.rounded(toPrecision: LocalErrors.precision) } }
    } else {
      let state = state.map { $0.map { $0.rounded(toPrecision: wide) } }
      guard let velocities = Self.velocities(field, at: state, wide) else { return nil }
      (self.velocities, roundings) = (velocities, nil)
    }
  }

  /// The field at numbers or in balls; nil where a value is not finite.
  private static func velocities<Value: RealScalar>(
    _ field: VectorField, at state: [Matrix<Value>], _ precision: Int
  ) -> [Matrix<Value>]? {
    let values = try? field.graph.evaluate(
      field.velocity, variables: Array(zip(field.state, state)), precision: precision)
    return values.flatMap { $0.allSatisfy { $0.elements.allSatisfy(\.isFinite) } ? $0 : nil }
  }

  /// Whether the field is 0 there.
  var stands: Bool {
    roundings.map { ($0 + velocities).allSatisfy { $0.elements.allSatisfy(\.isZero) } } ?? false
  }

  /// Whether it is known what the velocities may be off by.
  var isKnown: Bool { roundings != nil }

  /// For each entry |h x' - h F(x)|, with x' by the step's series: it shows every error of theirs at once, of orders cut off
  /// and of rounding in the state's series and in those on the way. An error δ_k of order k makes k δ_k of it. What h F(x) may
  /// be off by counts too.
  ///
  /// - Parameter changes: h x'.
  func defects(_ changes: [Matrix<BigFloat>]) -> [Matrix<BigFloat>] {
    let defects = zip(changes, velocities).map { change, velocity in
      Matrix(
        rows: change.rows, columns: change.columns,
        elements: zip(change.elements, velocity.elements).map { ($0 - step * $1).magnitude })
    }
    guard let roundings else { return defects }
    return zip(defects, roundings).map { $0 + $1.map { step * $0 } }
  }

  /// For each entry a bound of |h F(x) - h F(y)| for an exact y that x rounds; nil where that is not known.
  func defects(fromExact exact: [Matrix<Rational>]) -> [Matrix<BigFloat>]? {
    guard let roundings,
      let balls = Self.velocities(
        field, at: exact.map { $0.map { Ball($0, precision: precision) } }, precision)
    else { return nil }
    return balls.indices.map { place in
      Matrix(
        rows: balls[place].rows, columns: balls[place].columns,
        elements: balls[place].elements.enumerated().map { entry, ball in
          let difference = (ball.midpoint - velocities[place].elements[entry]).magnitude
          return step * (difference + ball.radius + roundings[place].elements[entry])
        })
    }
  }

  /// Whether the field is nearly linear over the distance of the errors v, as carrying them supposes: what a step makes of
  /// F(x + v) - 2 F(x) + F(x - v) must be small beside v. Near a singularity that solutions from neighbouring starts pass,
  /// it is not, however small the errors are.
  func isLinear(over errors: [Matrix<BigFloat>]) -> Bool {
    guard errors.log10Size > -.infinity else { return true }
    func neighbour(_ combine: (BigFloat, BigFloat) -> BigFloat) -> [Matrix<BigFloat>]? {
      let shifted = zip(state, errors).map { matrix, error in
        Matrix(
          rows: matrix.rows, columns: matrix.columns,
          elements: zip(matrix.elements, error.elements).map {
            combine($0.rounded(toPrecision: precision), $1)
          })
      }
      return Self.velocities(field, at: shifted, precision)
    }
    guard let right = neighbour(+), let left = neighbour(-) else { return false }
    var largest = -Double.infinity
    for (place, matrix) in velocities.enumerated() {
      for (entry, value) in matrix.elements.enumerated() {
        let sum = right[place].elements[entry] + left[place].elements[entry]
        largest = max(largest, (step * (sum - value - value)).log10Magnitude)
      }
    }
    return largest < errors.log10Size + Self.mostCurvature
  }
}
