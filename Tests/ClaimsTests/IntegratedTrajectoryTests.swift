import ComputationGraph
import Integrators
import Learning
import Multiprecision
import Synchronization
import Testing

@testable import Claims

/// Which integrations are tried, and what is said where there is no proof.
@Suite struct IntegratedTrajectoryTests {
  private struct NoCertificate: Error, CustomStringConvertible { let description = "none for this flow" }

  /// x' = -x from 1 to t = 1, and how often it was integrated.
  private final class Decay: Sendable {
    let tries = Mutex((certified: 0, estimated: 0, seconds: Double?.none))
    /// Thrown in place of certified integrations.
    let obstacle: (any Error)?

    init(_ obstacle: (any Error)? = nil) { self.obstacle = obstacle }

    static func field() throws -> VectorField {
      let graph = Graph()
      let state = graph.variable(.init(rows: 1, columns: 1), name: "x")
      return try VectorField(graph: graph, state: [state], velocity: [-state])
    }

    func trajectory(_ settings: CheckSettings) -> IntegratedTrajectory {
      let start = [Matrix<Rational>(column: [1])]
      return IntegratedTrajectory(
        settings, digits: 26,
        certified: { [self] budget in
          tries.withLock { $0 = ($0.certified + 1, $0.estimated, budget.seconds) }
          if let obstacle { throw obstacle }
          return try CertifiedIntegrator(digits: 26, budget: budget).integrate(
            Self.field(), from: start, at: [1])
        },
        estimated: { [self] _ in
          tries.withLock { $0.estimated += 1 }
          return try TaylorIntegrator(digits: 26).integrate(Self.field(), from: start, at: [1])
        })
    }
  }

  private static let monitored = [
    Condition("rank", .monitored, "at t = 0"), Condition("other", .certified, "always"),
  ]

  @Test(arguments: [
    (Rigour.required, true, (1, 0)), (.preferred, true, (1, 0)), (.estimated, false, (0, 1)),
  ])
  func rigourDecidesWhichIsTried(rigour: Rigour, proves: Bool, tries: (Int, Int)) throws {
    let decay = Decay()
    let trajectory = decay.trajectory(CheckSettings(digits: 20, rigour: rigour))
    #expect(decay.tries.withLock { $0.certified + $0.estimated } == 0, "nothing before it is asked for")
    let conditions = try IntegratedTrajectory.conditions(Self.monitored, along: [trajectory])
    #expect(conditions.map(\.status) == (proves ? [.certified, .certified] : [.monitored, .certified]))
    let measured = try trajectory.measure("x") { $0[0] }
    #expect(measured.isRigorous == proves && (measured.whyEstimated == nil) == proves)
    #expect(decay.tries.withLock { ($0.certified, $0.estimated) } == tries)
    let exact = Measurement([.init("x", Ball.exp(Ball(-1, precision: 200)))], isRigorous: true)
    #expect(Measurement.compare(measured, exact, digits: 20).name == (proves ? "certified" : "confirmed"))
  }

  @Test(
    arguments: [
      IntegrationError.tubeOpen(time: 0.5, step: 1e-9), IntegrationError.timeBudget(time: 0.5, seconds: 1),
      IntegrationError.accuracyNotReached(digits: 20, estimatedDigits: 3), NoCertificate(),
    ] as [any Error])
  func anEstimateTakesThePlaceAndSaysWhy(error: any Error) throws {
    let decay = Decay(error)
    let trajectory = decay.trajectory(CheckSettings(digits: 20))
    let instance = Instance(
      "x", conditions: { try IntegratedTrajectory.conditions(Self.monitored, along: [trajectory]) },
      observed: { try trajectory.measure("x") { $0[0] } },
      predicted: { Measurement([.init("x", Ball.exp(Ball(-1, precision: 200)))], isRigorous: true) },
      controls: [.init("1") { Measurement([.init("x", Ball(1, precision: 64))], isRigorous: true) }])
    let result = try instance.check(CheckSettings(digits: 20))
    #expect(
      result.verdict.name == "confirmed" && result.conditions.map(\.status) == [.monitored, .certified])
    #expect(result.why?.contains("\(error)") == true, "\(result.why ?? "nil")")
    #expect(decay.tries.withLock { ($0.certified, $0.estimated) } == (1, 1))
    #expect(decay.tries.withLock(\.seconds) == CheckSettings().secondsPerCertificate)
    // Where a proof is required nothing takes its place.
    let strict = Decay(error)
    #expect(throws: (any Error).self) {
      try strict.trajectory(CheckSettings(digits: 20, rigour: .required)).measure("x") { $0[0] }
    }
    #expect(strict.tries.withLock { ($0.certified, $0.estimated) } == (1, 0))
  }

  @Test(
    arguments: [
      IntegrationError.singular(time: 0.5, reason: "rank"),
      IntegrationError.stepUnderflow(time: 0.5, step: 1e-20),
      CancellationError(),
    ] as [any Error])
  func whatEndsTheFlowOrTheRunIsNotTriedAgain(error: any Error) {
    let decay = Decay(error)
    #expect(throws: (any Error).self) {
      try decay.trajectory(CheckSettings(digits: 20)).measure("x") { $0[0] }
    }
    #expect(decay.tries.withLock { ($0.certified, $0.estimated) } == (1, 0))
  }
}
