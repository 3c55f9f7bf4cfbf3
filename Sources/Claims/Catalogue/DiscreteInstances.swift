import ComputationGraph
import Learning
import Multiprecision

/// What the claims of T8 share: observables of states that come from discrete steps, and random exact starts.
enum DiscreteInstances {
  /// Entries of magnitude from 1/2 to 3/2, so that factors are far from zero.
  static func factors(_ random: inout RandomInstances, _ rows: Int, _ columns: Int) -> Matrix<Rational> {
    Matrix(rows: rows, columns: columns) { _, _ in
      let size = Rational(10 + random.integer(below: 21), 20)
      return random.integer(below: 2) == 0 ? size : -size
    }
  }

  /// A Householder reflection, 1 - 2 v vᵀ/|v|², for a random v: a rational orthogonal matrix.
  static func reflection(_ random: inout RandomInstances, _ size: Int) -> Matrix<Rational> {
    let normal = factors(&random, size, 1)
    let square = (normal.transposed() * normal)[0, 0]
    return .identity(size) - (normal * normal.transposed()).scaled(by: 2 / square)
  }

  /// Exact numbers as a rigorous measurement.
  static func exact(
    _ matrix: Matrix<Rational>, _ name: String, precision: Int
  ) -> [Measurement.Entry] {
    Measurement.entries(of: matrix.map { Ball($0, precision: precision) }, name, at: nil)
  }
}

extension Problem {
  /// The problem in other linear coordinates of its parameters, θ = A φ, from the same function.
  func reparametrised(by matrix: Matrix<Rational>) throws -> Problem {
    let model = try LinearReparametrisation(of: model, by: matrix)
    return try Problem(
      model: model, data: data, likelihood: likelihood, flow: flow,
      initial: model.coordinates(of: initial), times: times, normalisation: normalisation)
  }

  /// A function of the parameters, given as a graph, at states in balls: rigorous.
  func values(
    at state: [Matrix<Ball>], precision: Int, _ function: ([Node]) throws -> Node
  ) throws -> Matrix<Ball> {
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    return try graph.evaluate(
      [function(parameters)], variables: Array(zip(parameters, state)), precision: precision)[0]
  }

  /// Outputs at the training inputs, N × K.
  func outputs(at state: [Matrix<Ball>], precision: Int) throws -> Matrix<Ball> {
    try values(at: state, precision: precision) { try observables($0).outputs }
  }

  /// W, K × d.
  func endToEnd(at state: [Matrix<Ball>], precision: Int) throws -> Matrix<Ball> {
    try values(at: state, precision: precision) { try Observable.endToEnd.node(observables($0)) }
  }
}
