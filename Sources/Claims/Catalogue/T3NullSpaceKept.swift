import ComputationGraph
import Learning
import Multiprecision

/// T3 (c): when the part of β that the data do not see moves as in the linear model after all.
extension Claim {
  static let t3NullSpaceKept = Claim(
    id: "t3-null-space-kept",
    title: "Training inputs, N < d: which deep linear networks move β as the linear model does",
    statement:
      "β' = X⁺f' if K maps row(X) into itself: first layers with rows in row(X); balanced layers, or identity layers "
      + "under a head, with β(0) in row(X); two layers with W P_row ⊥ W P_null and β_null(0) = 0. Whitened inputs, "
      + "balanced layers or identity layers alone are not enough. Always, W_1 P_null is constant.",
    hypotheses: [
      "the Fisher measure is the training inputs, with Moore–Penrose inverse", "deep linear, one output",
      "the start is one of the four kinds",
    ],
    section: "T3", theorem: nil,
    range: .init(
      claimed: "any depth and widths, any N < d independent inputs, any family; as long as the flow exists",
      tested: "depths 2 to 3, d = 4, N = 2; squared and logistic loss; t ≤ 1")
  ) { settings in
    let starts = try NullSpaceStarts(settings)
    return try [
      kept(
        "c1: first layer in row(X), depth 2", starts.seenFirstLayer([4, 3, 1]), .gaussian, starts, settings),
      kept(
        "c1: first layer in row(X), depth 3", starts.seenFirstLayer([4, 3, 2, 1]), .bernoulli, starts,
        settings),
      kept(
        "c2: balanced, β(0) in row(X), depth 2", starts.balanced([4, 3, 1]), .bernoulli, starts, settings),
      kept(
        "c2: balanced, β(0) in row(X), depth 3", starts.balanced([4, 3, 2, 1]), .gaussian, starts, settings),
      kept(
        "c3: identity layers, head in row(X), depth 2", starts.identity(depth: 2), .gaussian, starts, settings
      ),
      kept(
        "c3: identity layers, head in row(X), depth 3", starts.identity(depth: 3), .bernoulli, starts,
        settings),
      kept(
        "c3: identity layers, zero head", starts.identity(depth: 3, zeroHead: true), .gaussian, starts,
        settings),
      kept("c4: two layers, W P_row ⊥ W P_null", starts.orthogonal(), .bernoulli, starts, settings),
      constant("any start, depth 2", [4, 3, 1], .bernoulli, starts, settings),
      constant("any start, depth 3", [4, 3, 2, 1], .gaussian, starts, settings),
    ]
  }

  /// β(t) against β(0) + X⁺(f(t) - f(0)). Control: so does the near miss; refuted along the flow and, where its velocity
  /// differs at the start, in exact arithmetic.
  private static func kept(
    _ name: String, _ start: NullSpaceStarts.Start, _ likelihood: Likelihood, _ starts: NullSpaceStarts,
    _ settings: CheckSettings
  ) throws -> Instance {
    let flow = try NullSpaceFlow(start, likelihood, starts.targets(likelihood), settings)
    var controls: [Instance.Control] = []
    if let nearMiss = start.nearMiss {
      let miss = try NullSpaceFlow(nearMiss.start, likelihood, starts.targets(likelihood), settings)
      controls.append(
        .init(nearMiss.name) {
          try miss.solution.measure(.endToEnd)
        } predicted: {
          try miss.asLinear()
        })
      if nearMiss.differsAtOnce {
        controls.append(
          .init("\(nearMiss.name), velocity at t = 0") {
            miss.velocity(K: miss.kernel)
          } predicted: {
            miss.velocity(K: .identity(4))
          })
      }
    }
    return Instance(
      name, along: flow.solution.integrated, conditions: { flow.law.conditions + [start.condition] },
      observed: { try flow.solution.measure(.endToEnd) }, predicted: { try flow.asLinear() },
      controls: controls)
  }

  /// W_1 P_null is constant, and β_null = (W_1(0) P_null)ᵀ (W_L ⋯ W_2)ᵀ.
  private static func constant(
    _ name: String, _ widths: [Int], _ likelihood: Likelihood, _ starts: NullSpaceStarts,
    _ settings: CheckSettings
  ) throws -> Instance {
    let start = starts.anything(widths)
    let flow = try NullSpaceFlow(start, likelihood, starts.targets(likelihood), settings)
    let outside = start.projectionOutside
    let initial = start.parameters[0] * outside
    let count = flow.problem.times.count
    /// The first layer and the end-to-end vector, times a projection.
    @Sendable func measured(_ projection: Matrix<Rational>) throws -> Measurement {
      let first = try flow.solution.measure("W_1 P") { parameters in
        try parameters[0].times(parameters[0].graph.constant(projection))
      }
      let all = try flow.solution.measure("β P - W_L ⋯ W_2 W_1(0) P") { parameters in
        let graph = parameters[0].graph
        let upper = try parameters[2...].reduce(parameters[1]) { try $1.times($0) }
        let beta = try upper.times(parameters[0]).times(graph.constant(projection))
        return try beta - upper.times(graph.constant(start.parameters[0] * projection))
      }
      return .joined([first, all])
    }
    @Sendable func predicted(_ initial: Matrix<Rational>) -> Measurement {
      let precision = settings.precision
      let zero = Matrix<Rational>(rows: 1, columns: 4, repeating: 0)
      func repeated(_ matrix: Matrix<Rational>, _ name: String) -> [Measurement] {
        (0..<count).map { _ in .exact(matrix, name, precision: precision) }
      }
      return .joined(repeated(initial, "W_1 P") + repeated(zero, "β P - W_L ⋯ W_2 W_1(0) P"))
    }
    let inside = Matrix<Rational>.identity(4) - outside
    return Instance(
      "\(name): W_1 P_null is constant", along: flow.solution.integrated, conditions: { flow.law.conditions },
      observed: { try measured(outside) }, predicted: { predicted(initial) },
      controls: [
        .init("W_1 P_row is constant") {
          try measured(inside)
        } predicted: {
          predicted(start.parameters[0] * inside)
        },
        .init("β P_null is constant") {
          try flow.solution.measure("β P_null") { parameters in
            let beta = try parameters[1...].reduce(parameters[0]) { try $1.times($0) }
            return try beta.times(parameters[0].graph.constant(outside))
          }
        } predicted: {
          let beta = flow.problem.model.exactEndToEndMatrix(start.parameters) * outside
          return .joined(
            (0..<count).map { _ in .exact(beta, "β P_null", precision: settings.precision) })
        },
      ])
  }
}

/// The natural gradient flow of a start, and what the linear model would do.
private struct NullSpaceFlow: Sendable {
  let start: NullSpaceStarts.Start
  let problem: Problem
  let solution: Solution
  let law: OnSampleLaw
  let settings: CheckSettings

  init(
    _ start: NullSpaceStarts.Start, _ likelihood: Likelihood, _ targets: Matrix<Rational?>,
    _ settings: CheckSettings
  ) throws {
    (self.start, self.settings) = (start, settings)
    let widths = [start.parameters[0].columns] + start.parameters.map(\.rows)
    problem = try Problem(
      model: DeepLinearModel(widths: widths), data: Dataset(inputs: start.inputs, targets: targets),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: start.parameters,
      times: [0, Rational(1, 4), 1])
    solution = Solution(problem, settings)
    law = try problem.law(OnSampleLaw.self)
  }

  /// β(0) + X⁺(f(t) - f(0)), f by T1's law.
  func asLinear() throws -> Measurement {
    let precision = settings.precision
    let weights = problem.model.exactEndToEndMatrix(problem.initial)
    let inverse = start.inputs.moorePenroseInverse().map { Ball($0, precision: precision) }
    let first = (start.inputs * weights.transposed()).map { Ball($0, precision: precision) }
    let entries = try problem.times.flatMap { time in
      let outputs = try law.values(at: time, precision: precision).outputs?.elements ?? []
      let moved = Matrix(column: outputs.compactMap { $0 }) - first
      let beta = weights.map { Ball($0, precision: precision) } + (inverse * moved).transposed()
      return Measurement.entries(of: beta.map { $0 }, "endToEnd", at: time)
    }
    return Measurement(entries, isRigorous: true)
  }

  /// K = J_b J_bᵀ at the start, exactly.
  var kernel: Matrix<Rational> {
    let jacobian = problem.model.exactJacobian(problem.initial, inputs: .identity(problem.model.inputCount))
    return jacobian * jacobian.transposed()
  }

  /// K Xᵀ(XKXᵀ)⁻¹ f' for each unit velocity f' of the outputs, column by column; exact.
  func velocity(K: Matrix<Rational>) -> Measurement {
    let x = start.inputs
    let cross = K * x.transposed()
    let velocity = cross * (x * cross).moorePenroseInverse()
    return .exact(velocity, "β'", precision: settings.precision)
  }
}
