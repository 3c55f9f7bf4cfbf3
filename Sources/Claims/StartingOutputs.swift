import ComputationGraph
import Learning
import Multiprecision

extension Model {
  /// A function of the outputs at exact parameters and inputs, in balls: the outputs themselves unless another one
  /// is given. Entries row by row.
  func startingOutputs(
    _ parameters: [Matrix<Rational>], at inputs: Matrix<Rational>, precision: Int,
    _ function: (Node) throws -> Node = { $0 }
  ) throws -> [Ball] {
    let graph = Graph()
    let variables = parameterVariables(in: graph)
    let node = try function(outputs(variables, inputs: graph.constant(inputs)))
    let values = zip(variables, parameters).map { ($0, $1.map { Ball($0, precision: precision) }) }
    return try graph.evaluate([node], variables: values, precision: precision)[0].elements
  }
}

extension Problem {
  /// The loss at the start, in a ball.
  func startingLoss(precision: Int) throws -> Ball {
    let graph = Graph()
    let variables = model.parameterVariables(in: graph)
    let values = zip(variables, initial).map { ($0, $1.map { Ball($0, precision: precision) }) }
    return try graph.evaluate([observables(variables).loss], variables: values, precision: precision)[0][0, 0]
  }
}

/// Means that relax to their targets.
enum Relaxation {
  /// y + (μ - y) e^(-ρ t) for each entry.
  static func values(_ start: [Ball], to targets: [Rational], rates: [Rational], at time: Rational) -> [Ball]
  {
    zip(zip(start, targets), rates).map { pair, rate in
      let (mean, target) = pair
      let decay = Ball.exp(Ball(-(rate * time), precision: mean.precision))
      return Ball(target, precision: mean.precision) + (mean - target) * decay
    }
  }
}
