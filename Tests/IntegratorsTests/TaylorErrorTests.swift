import ComputationGraph
import Integrators
import Multiprecision
import Testing

/// Where there is no solution, or no more budget, a typed error says so and when.
@Suite struct TaylorErrorTests {
  private func flow(_ velocity: (Node) throws -> Node) throws -> VectorField {
    let graph = Graph()
    let x = graph.variable(.scalar, name: "x")
    return try VectorField(graph: graph, state: [x], velocity: [velocity(x)])
  }

  /// Runs from x(0) = 1 and returns the error.
  private func failure(
    of velocity: (Node) throws -> Node, from start: Rational = 1, to end: Rational = 2,
    _ integrator: TaylorIntegrator = .init(digits: 30)
  ) throws -> IntegrationError? {
    do {
      _ = try integrator.integrate(flow(velocity), from: [Matrix(column: [start])], at: [end])
      return nil
    } catch let error as IntegrationError {
      return error
    }
  }

  /// x' = x² from 1 blows up at t = 1.
  @Test(arguments: [15, 60]) func blowUpInFiniteTime(_ digits: Int) throws {
    let error = try #require(try failure(of: { try $0 * $0 }, .init(digits: digits)))
    guard case .stepUnderflow(let time, let step) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(time <= 1 && time > 1 - 1e-10 && step < 1e-11 && error.time == time)
    #expect("\(error)".contains("the steps shrink"))
  }

  /// x' = 1/(2 - x), written as a solve: x reaches 2, where the matrix loses its rank, at t = 1/2.
  @Test func aMatrixThatBecomesSingular() throws {
    let error = try #require(try failure(of: { try (2 - $0).solving($0.graph.constant(1)) }))
    let time = try #require(error.time)
    #expect(time <= 0.5 && time > 0.5 - 1e-9, "\(error)")
  }

  @Test func aMatrixThatIsSingularFromTheStart() throws {
    let error = try #require(try failure(of: { try (1 - $0).solving($0.graph.constant(1)) }))
    guard case .singular(let time, let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(time == 0 && reason == "a 1×1 matrix is singular to working precision")
  }

  @Test func outsideAFunctionsDomain() throws {
    for velocity in [
      { try (1 - $0).log() }, { try (1 - $0).reciprocal() }, { try (-$0).power(Rational(1, 3)) },
    ]
      as [(Node) throws -> Node]
    {
      let error = try #require(try failure(of: velocity))
      guard case .singular(time: 0, _) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect("\(error)".contains("domain"))
    }
  }

  @Test func aVariableWithoutState() throws {
    let graph = Graph()
    let x = graph.variable(.scalar, name: "x")
    let other = graph.variable(.scalar, name: "input")
    let field = try VectorField(graph: graph, state: [x], velocity: [x * other])
    #expect {
      try TaylorIntegrator(digits: 20).integrate(field, from: [Matrix(column: [1])], at: [1])
    } throws: {
      "\($0)".contains("depends on input")
    }
  }

  @Test func budgets() throws {
    let steps = try failure(of: { try $0.tanh() }, to: 1000, .init(digits: 30, budget: .init(steps: 3)))
    guard case .stepBudget(let time, 3) = steps else {
      Issue.record("\(String(describing: steps))")
      return
    }
    #expect(time > 0 && time < 1000)
    let seconds = try failure(of: { try $0.tanh() }, to: 1000, .init(digits: 30, budget: .init(seconds: 0)))
    guard case .timeBudget(time: 0, seconds: 0) = seconds else {
      Issue.record("\(String(describing: seconds))")
      return
    }
    let bytes = try failure(
      of: { try $0.tanh() }, to: 1000, .init(digits: 1000, budget: .init(bytes: 1 << 20)))
    guard case .memoryBudget(let needed, 1_048_576) = bytes else {
      Issue.record("\(String(describing: bytes))")
      return
    }
    #expect(needed > 1 << 20)
  }

  @Test func badTimesDigitsAndStates() throws {
    let field = try flow { try -$0 }
    let one = [Matrix<Rational>(column: [1])]
    for times in [[-1], [2, 1], [1, 1], [0, -1]] as [[Rational]] {
      #expect { try TaylorIntegrator(digits: 20).integrate(field, from: one, at: times) } throws: {
        "\($0)" == "times: must be increasing and not negative"
      }
    }
    for digits in [-1, 0, 4, 1_000_001, .max] {
      #expect { try TaylorIntegrator(digits: digits).integrate(field, from: one, at: [1]) } throws: {
        "\($0)" == "digits: found \(digits), expected 5 to 1000000"
      }
    }
    for initial in [[], one + one, [Matrix(column: [1, 2])]] {
      #expect(throws: IntegrationError.self) {
        try TaylorIntegrator(digits: 20).integrate(field, from: initial, at: [1])
      }
    }
  }

  @Test func progressGoesForwardsAndCancellationStops() async throws {
    let field = try flow { try $0.tanh() }
    var reached: [Double] = []
    _ = try TaylorIntegrator(digits: 30, estimatesError: false)
      .integrate(field, from: [Matrix(column: [1])], at: [20]) { reached.append($0) }
    #expect(reached.last == 20 && zip(reached, reached.dropFirst()).allSatisfy { $0 < $1 })
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      let graph = Graph()
      let x = graph.variable(.scalar, name: "x")
      let field = try VectorField(graph: graph, state: [x], velocity: [x.tanh()])
      return try TaylorIntegrator(digits: 30).integrate(field, from: [Matrix(column: [1])], at: [20])
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
