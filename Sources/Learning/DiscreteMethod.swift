import ComputationGraph
import Multiprecision

/// An explicit Runge–Kutta method with a constant step η: what gradient descent and discrete natural gradient
/// descent are to their flows.
///
///     k_i = v(θ + η Σ_{j<i} a_ij k_j),   θ ← θ + η Σ_i b_i k_i.
///
/// The steps are taken in any arithmetic that a graph can be evaluated in. In balls they are **rigorous**: each
/// state encloses that of the exact method from every start within the balls, roundings included, though not the
/// flow. In exact rationals (`exactStates`) nothing is rounded at all.
///
/// **Units**: η is flow time. **Source**: docs/theory, T8; Hairer, Nørsett and Wanner, Solving Ordinary
/// Differential Equations I, II.1.
public struct DiscreteMethod: Sendable, Equatable {
  public let name: String
  /// The global error at a fixed time is O(η^order).
  public let order: Int
  /// Row i: the weights a_ij of the slopes before it.
  let stages: [[Rational]]
  /// b_i.
  let weights: [Rational]

  /// Gradient descent itself.
  public static let euler = DiscreteMethod(name: "Euler", order: 1, stages: [[]], weights: [1])
  public static let midpoint = DiscreteMethod(
    name: "midpoint", order: 2, stages: [[], [Rational(1, 2)]], weights: [0, 1])
  /// The classical method of Kutta.
  public static let rungeKutta4 = DiscreteMethod(
    name: "RK4", order: 4,
    stages: [[], [Rational(1, 2)], [0, Rational(1, 2)], [0, 0, 1]],
    weights: [Rational(1, 6), Rational(1, 3), Rational(1, 3), Rational(1, 6)])

  /// The states θ_0, ..., θ_count.
  ///
  /// - Parameters:
  ///   - field: the flow; its present way of being written is used at all steps.
  ///   - precision: the bits to which the constants of field and method are rounded or enclosed.
  /// - Throws: the error of an operation of the graph that has no value (a singular matrix).
  ///
  /// **Complexity**: one evaluation of the graph for each stage and step.
  public func states<Scalar: RealScalar>(
    of field: VectorField, from initial: [Matrix<Scalar>], step: Rational, count: Int, precision: Int
  ) throws -> [[Matrix<Scalar>]] {
    func moved(
      _ state: [Matrix<Scalar>], _ weights: [Rational], _ slopes: [[Matrix<Scalar>]]
    ) -> [Matrix<Scalar>] {
      zip(weights, slopes).filter { !$0.0.isZero }.reduce(state) { sum, term in
        let factor = Scalar(step * term.0, precision: precision)
        return zip(sum, term.1).map { $0 + $1.scaled(by: factor) }
      }
    }
    var states = [initial]
    for _ in 0..<count {
      try Task.checkCancellation()
      let state = states[states.count - 1]
      var slopes: [[Matrix<Scalar>]] = []
      for row in stages {
        let point = moved(state, row, slopes)
        slopes.append(
          try field.graph.evaluate(
            field.velocity, variables: Array(zip(field.state, point)), precision: precision))
      }
      states.append(moved(state, weights, slopes))
    }
    return states
  }

  /// The states θ_0, ..., θ_count in exact arithmetic, for fields that are rational functions.
  ///
  /// - Throws: `ArithmeticError.notFinite` where a velocity is not rational; `LinearAlgebraError`.
  ///
  /// **Complexity**: for a field that is not linear the numbers' lengths grow by a factor with each step.
  public func exactStates(
    of field: VectorField, from initial: [Matrix<Rational>], step: Rational, count: Int
  ) throws -> [[Matrix<Rational>]] {
    let states = try states(
      of: field, from: initial.map { $0.map { ExactNumber($0) } }, step: step, count: count,
      precision: Precision.minimum)
    return try states.map { state in
      try state.map { matrix in
        guard let exact = matrix.exact else { throw ArithmeticError.notFinite }
        return exact
      }
    }
  }
}

extension Problem {
  /// The parameters after 0, ..., count steps of a discrete method along the problem's flow, enclosed: rigorous.
  public func discreteStates(
    _ method: DiscreteMethod, step: Rational, count: Int, precision: Int
  ) throws -> [[Matrix<Ball>]] {
    try method.states(
      of: vectorField(), from: initial.map { Matrix<Ball>($0, precision: precision) }, step: step,
      count: count, precision: precision)
  }

  /// The same in exact arithmetic, for squared loss and models that are polynomial in their parameters.
  public func exactDiscreteStates(
    _ method: DiscreteMethod, step: Rational, count: Int
  ) throws -> [[Matrix<Rational>]] {
    try method.exactStates(of: vectorField(), from: initial, step: step, count: count)
  }
}
