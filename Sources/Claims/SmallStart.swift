import Learning
import Multiprecision
import Programmes

/// Where gradient flow of u² - v² with squared loss ends from u = v = α, for small α: the hypentropy projection onto
/// Xβ = y against the solution β* of least ℓ1 norm, which an exact programme gives with its dual certificate p.
///
/// **Source**: docs/theory, T5.
struct SmallStart {
  let inputs: Matrix<Rational>
  let targets: [Rational]
  /// β*.
  let solution: [Rational]
  /// p = Xᵀλ.
  let certificate: [Rational]
  /// The coordinates with β*_i = 0.
  let others: [Int]
  let conditions: [Condition]

  /// - Throws: `ProblemError` where β* is degenerate or not strictly certified, or a target is zero.
  init(_ inputs: Matrix<Rational>, _ targets: [Rational]) throws {
    let programme = LeastAbsoluteProgramme(subjectTo: try LinearConstraints(inputs, equalTo: targets))
    guard let optimum = try programme.solve().optimum else {
      throw ProblemError(field: "data", "no β interpolates the targets")
    }
    (self.inputs, self.targets) = (inputs, targets)
    (solution, certificate) = (optimum.point, optimum.correlations)
    others = solution.indices.filter { optimum.point[$0].isZero }
    guard targets.allSatisfy({ !$0.isZero }), optimum.support.count == inputs.rows,
      Self.limit(inputs, targets, solution, start: 1) != nil
    else { throw ProblemError(field: "data", "the ℓ1 solution is degenerate or has no strict certificate") }
    conditions = [
      Condition(
        "β* is unique, nondegenerate and strictly certified", .certified,
        "κ = \(optimum.largestCorrelationOffSupport), by an exact dual certificate")
    ]
  }

  /// The same problem as T3's, with the rows of X divided by the targets.
  private static func limit(
    _ inputs: Matrix<Rational>, _ targets: [Rational], _ solution: [Rational], start: Rational
  ) -> HypentropyLimit? {
    let starts = solution.map { _ in start }
    return HypentropyLimit(
      margins: Matrix(rows: inputs.rows, columns: inputs.columns) { inputs[$0, $1] / targets[$0] },
      solution: solution, u: starts, v: starts)
  }

  /// κ.
  var kappa: Rational { others.map { certificate[$0].magnitude }.max() ?? 0 }

  /// What is neglected in log|β_i| is of order α^rate.
  var rate: Rational {
    others.map { min(2 * (1 - certificate[$0].magnitude), 4 * certificate[$0].magnitude) }.min() ?? 2
  }

  /// β(∞), by Newton's method and an interval Newton step in the dual.
  func endPoint(_ start: Rational, precision: Int) throws -> [Ball] {
    let map = MirrorMap.hypentropy(
      start: solution.map { _ in 0 }, scales: solution.map { _ in 2 * start * start })
    return try BregmanProjection(constraints: inputs, map: map)
      .point(at: targets.map { Ball($0, precision: precision) }, precision: precision).point.elements
  }

  /// log(|β_i(α)|/|β_i(α')|)/log(α/α') for i off the support.
  func slopes(_ first: [Ball], _ second: [Ball], _ starts: (Rational, Rational), precision: Int)
    -> Measurement
  {
    let span = Ball.log(Ball(starts.0 / starts.1, precision: precision))
    let entries = others.map { i in
      Measurement.Entry(
        "exponent of β[\(i)]", (Ball.log(first[i].magnitude) - .log(second[i].magnitude)) / span)
    }
    return Measurement(entries, isRigorous: true)
  }

  /// What log|β_i| differs by from its leading terms -(1 - |p_i|) log(1/α²) + log C_i at the two starts, over
  /// log(α/α'): enclosed by a fixed-point argument, without Newton's method.
  func neglected(_ starts: (Rational, Rational), precision: Int) throws -> [Ball] {
    let span = Ball.log(Ball(starts.0 / starts.1, precision: precision))
    let ends = try [starts.0, starts.1].map { start in
      guard let limit = Self.limit(inputs, targets, solution, start: start) else {
        throw LinearAlgebraError.undecided
      }
      return (limit, try enclosure(start, precision: precision))
    }
    return others.map { i in
      let differences = ends.map { limit, values in
        Ball.log(values[i].magnitude) - limit.logConstant(i, precision: precision)
      }
      return (differences[0].magnitude + differences[1].magnitude) / span
    }
  }

  /// β(∞) enclosed by the fixed-point argument.
  func enclosure(_ start: Rational, precision: Int) throws -> [Ball] {
    guard let limit = Self.limit(inputs, targets, solution, start: start) else {
      throw LinearAlgebraError.undecided
    }
    let ones = targets.map { _ in Ball(1, precision: precision) }
    return try limit.enclosure(at: 1, values: ones, precision: precision)
  }
}
