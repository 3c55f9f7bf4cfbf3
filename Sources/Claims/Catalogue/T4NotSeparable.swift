import Learning
import Multiprecision

/// T4: data that no direction separates: the flow ends at the maximum-likelihood estimate.
extension Claim {
  static let t4NotSeparable = Claim(
    id: "t4-not-separable",
    title: "Not separable: β tends to the maximum-likelihood estimate at the rate e^-t",
    statement:
      "If no direction separates the data, β(t) tends to the maximum-likelihood estimate β*, and "
      + "e^t (β(t) - β*) tends to -(∇²L(β*))⁻¹ g, g = Σ s_n(0) z_n.",
    hypotheses: ["logistic loss; the inputs span", "no b has z_n·b ≥ 0 for all n other than with z_n·b = 0"],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "any data that span and are not separable, any start",
      tested:
        "random N = 8 to 13, d = 2 and 3; Iris versicolor against virginica, N = 100, d = 4, with and without bias; "
        + "from β(0) = 0 and random")
  ) { settings in
    var instances: [Instance] = []
    for (stream, dimension) in [2, 3].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(470 + stream))
      let separable = try random.separable(count: 2 * dimension, dimension: dimension)
      // Every input a second time with the other label, and one of them once more.
      let inputs = separable.inputs.elements
      let data = try Dataset(
        inputs: Matrix(
          rows: 2 * separable.count + 1, columns: dimension,
          elements: inputs + inputs + separable.inputs.row(0)),
        targets: Matrix(
          column: separable.targets.elements + separable.targets.elements.map { $0.map { 1 - $0 } }
            + [separable.targets[0, 0]]))
      let start = (0..<dimension).map { _ in random.number() }
      let name = "random, N = \(data.count), d = \(dimension)"
      instances.append(try estimate(name, data, start, settings))
      instances.append(try approach("approach, \(name)", data, start, settings))
    }
    let iris = try Datasets.irisVersicolorVirginica()
    instances.append(
      try estimate("Iris versicolor against virginica, from 0", iris, [0, 0, 0, 0], settings))
    instances.append(
      try approach(
        "approach, Iris versicolor against virginica with bias, from 0", iris.withBias(), [0, 0, 0, 0, 0],
        settings))
    return instances
  }

  /// At a late time: the flow against the estimate.
  private static func estimate(
    _ name: String, _ data: Dataset, _ start: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let limit = LimitSolution(try .logistic(data, from: start), settings, id: nil)
    return Instance(
      name, conditions: { try limit.conditions { [$0.separability.kind.condition(.none)] } },
      observed: { try limit.observed() }, predicted: { try limit.predicted() },
      controls: [
        .init("β tends to the least-squares solution for labels ±1") {
          let labels = data.targets.map { ($0 ?? 0) * 2 - 1 }
          let solution = data.inputs.moorePenroseInverse() * labels
          return try limit.predicted(
            offset: solution.elements.map { Ball($0, precision: settings.precision) })
        }
      ])
  }

  /// e^t (β(t) - β*) = -H⁻¹ g with a Hessian H between those at β(t) and β*, by the mean value theorem and
  /// ∇L(β(t)) = -e^-t g: enclosed by the Hessian on a box around both.
  private static func approach(
    _ name: String, _ data: Dataset, _ start: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let problem = try Problem.logistic(data, from: start)
    // e^-t is below the digits, and the difference loses as many.
    let precision = 3 * settings.precision
    let time = Rational(settings.precision)
    let factor = settings.constant("t4-not-separable: 1 in -H⁻¹ g", 1)
    let rate = settings.constant("t4-not-separable: 1 in e^t", 1)
    let expansion = Lazy { try LimitExpansion(problem, precision: precision) }
    let weights = Lazy {
      let guess = Matrix(rows: 1, columns: start.count, elements: try expansion.value().offset.elements)
      return try expansion.value().law.endToEnd(at: time, precision: precision, near: guess).transposed()
    }
    @Sendable func move(at box: Matrix<Ball>, factor: Rational) throws -> Measurement {
      let hessian = try expansion.value().equation.jacobian(at: box)
      let gradient = try expansion.value().programme.data.gradient(precision: precision)
      // The equation's Jacobian is -∇²L, in its own order of directions.
      let directions = try expansion.value().programme.levels.map(\.directions)[0]
      let projected = directions.transposed().map { Ball($0, precision: precision) } * gradient
      let solved = try Ball.solve(hessian, projected)
      return BallVector(solved.elements.map { factor * $0 }).measurement("e^t (β(t) - β*)")
    }
    return Instance(
      name,
      conditions: {
        let programme = try expansion.value().programme
        return try expansion.value().law.conditions + [programme.separability.kind.condition(.none)]
      },
      observed: {
        let growth = Ball.exp(Ball(time, precision: precision))
        let moved = try zip(weights.value().elements, expansion.value().offset.elements).map {
          growth * ($0 - $1)
        }
        return BallVector(moved).measurement("e^t (β(t) - β*)")
      },
      predicted: {
        let box = Matrix(
          column: try zip(weights.value().elements, expansion.value().offset.elements).map { $0.union($1) })
        let scale = Ball.exp(Ball((1 - rate) * time, precision: precision))
        return try move(at: box, factor: factor).map { scale * $1 }
      },
      controls: [
        .init("-(∇²L(β(0)))⁻¹ g, Newton's first step") {
          try move(at: Matrix(column: start.map { Ball($0, precision: precision) }), factor: 1)
        },
        .init("+(∇²L(β*))⁻¹ g, the other sign") {
          try move(at: expansion.value().offset, factor: -1)
        },
      ])
  }
}
