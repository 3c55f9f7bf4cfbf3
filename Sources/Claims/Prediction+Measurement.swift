import ComputationGraph
import Learning
import Multiprecision
import Symbolics

extension Prediction {
  /// The formula's values at the problem's times, in balls whose precision grows until they have the digits, or
  /// eight times the first one is reached.
  ///
  /// An entry whose formula uses an unobserved target has no value.
  func measure(_ formula: Formula, of problem: Problem, digits: Int) throws -> Measurement {
    try Measurement.refined(toDigits: digits) { try measure(formula, of: problem, precision: $0) }
  }

  private func measure(_ formula: Formula, of problem: Problem, precision: Int) throws -> Measurement {
    let initial = try InitialValues(problem, precision: precision)
    let entries = try problem.times.flatMap { time in
      let values = try Matrix<Ball?>(rows: initial.rows(observable), columns: initial.columns(observable)) {
        row, column in
        try value(of: formula[row, column], row, column, at: time, problem, initial)
      }
      return Measurement.entries(of: values, observable.rawValue, at: time)
    }
    return Measurement(entries, isRigorous: true)
  }

  /// Exact quantities are put into the formula before it is evaluated: (-1)^n is then an integer power.
  private func value(
    of expression: Expression, _ row: Int, _ column: Int, at time: Rational, _ problem: Problem,
    _ initial: InitialValues
  ) throws -> Ball? {
    var exact: [String: Rational] = [
      "t": time, "N": Rational(problem.data.count), "K": Rational(problem.model.outputCount),
      "d": Rational(problem.model.inputCount),
    ]
    var balls: [String: Ball] = [:]
    switch observable {
    case .outputs, .means:
      exact["n"] = Rational(row + 1)
      exact["k"] = Rational(column + 1)
      if let target = problem.data.targets[row, column] {
        exact["y"] = target
        exact["s"] = 2 * target - 1
      } else if !expression.freeVariables.isDisjoint(with: ["y", "s"]) {
        return nil
      }
      balls["f0"] = initial.outputs[row, column]
      balls["mu0"] = initial.means[row, column]
    case .endToEnd:
      exact["i"] = Rational(row + 1)
      exact["j"] = Rational(column + 1)
      balls["w0"] = initial.endToEnd?[row, column]
    }
    return try expression.substituting(exact.mapValues { Expression($0) })
      .evaluate(variables: balls, precision: initial.precision)
  }
}

extension Measurement {
  /// A measurement at growing precision, until its balls have the digits or eight times the first precision is
  /// reached.
  static func refined(
    toDigits digits: Int, _ measure: (_ precision: Int) throws -> Measurement
  ) rethrows -> Measurement {
    var precision = Precision.bits(forDigits: digits) + 64
    let last = 8 * precision
    while true {
      let measurement = try measure(precision)
      let isFine = measurement.entries.compactMap(\.ball).allSatisfy {
        $0.isFinite && $0.log10Radius <= max(0, $0.log10LowerMagnitude) - Double(digits)
      }
      if isFine || precision >= last { return measurement }
      precision *= 2
    }
  }
}

/// The observables at time 0, enclosed.
private struct InitialValues {
  let precision: Int
  let outputs: Matrix<Ball>
  let means: Matrix<Ball>
  let endToEnd: Matrix<Ball>?

  init(_ problem: Problem, precision: Int) throws {
    let graph = Graph()
    let parameters = problem.model.parameterVariables(in: graph)
    let observables = try problem.observables(parameters)
    let values = try graph.evaluate(
      [observables.outputs, observables.means] + (observables.endToEnd.map { [$0] } ?? []),
      variables: zip(parameters, problem.initial).map { ($0, $1.map { Ball($0, precision: precision) }) },
      precision: precision)
    self.precision = precision
    (outputs, means) = (values[0], values[1])
    endToEnd = values.count > 2 ? values[2] : nil
  }

  func rows(_ observable: Observable) -> Int { (observable == .endToEnd ? endToEnd : outputs)?.rows ?? 0 }

  func columns(_ observable: Observable) -> Int {
    (observable == .endToEnd ? endToEnd : outputs)?.columns ?? 0
  }
}
