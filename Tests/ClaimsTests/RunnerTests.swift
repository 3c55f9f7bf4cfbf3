import Integrators
import Multiprecision
import Synchronization
import Testing

@testable import Claims

@Suite struct RunnerTests {
  @Test(arguments: [1, 2, 8]) func resultsComeInTheOrderAskedFor(jobs: Int) async throws {
    let claims = (0..<4).map { c in
      TestClaims.claim("claim-\(c)", (0..<5).map { TestClaims.good("instance \(c).\($0)") })
    }
    let seen = Mutex<[Int]>([])
    let results = await Runner(settings: CheckSettings(digits: 20), jobs: jobs).run(claims) { done, all in
      #expect(all == 20)
      seen.withLock { $0.append(done) }
    }
    #expect(results.map(\.claim.id) == claims.map(\.id))
    for (c, result) in results.enumerated() {
      #expect(result.instances.map(\.name) == (0..<5).map { "instance \(c).\($0)" })
      #expect(result.verdict == .certified(digits: 29))
    }
    #expect(seen.withLock { $0 } == Array(1...20))
  }

  /// As many instances at once as there are jobs, and no more.
  @Test func jobsLimitWhatRunsAtOnce() async throws {
    let running = Mutex((now: 0, most: 0))
    let instances = (0..<12).map { index in
      Instance(
        "\(index)",
        observed: {
          running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
          defer { running.withLock { $0.now -= 1 } }
          // Long enough for another one to start.
          let end = ContinuousClock.now + .milliseconds(20)
          while ContinuousClock.now < end {}
          return TestClaims.number(1)
        }, predicted: { TestClaims.number(1) }, controls: [])
    }
    _ = await Runner(settings: CheckSettings(digits: 20), jobs: 1).run([TestClaims.claim("a", instances)])
    #expect(running.withLock { $0.most } == 1)
    _ = await Runner(settings: CheckSettings(digits: 20), jobs: 2).run([TestClaims.claim("a", instances)])
    #expect(running.withLock { $0.most } <= 2)
  }

  /// Second opinions are left out where only certificates count, and counted.
  @Test func secondOpinionsAreLeftOutWhereCertificatesAreRequired() async throws {
    let second = Instance(
      "second", observed: { TestClaims.number(1, rigorous: false) }, predicted: { TestClaims.number(1) },
      controls: [.init("two") { TestClaims.number(2) }], isSecondOpinion: true)
    let claim = TestClaims.claim("claim", [TestClaims.good("first"), second])
    for (rigour, leftOut) in [(Rigour.required, 1), (.preferred, 0), (.estimated, 0)] {
      let settings = CheckSettings(digits: 20, rigour: rigour)
      let result = try #require(await Runner(settings: settings, jobs: 2).run([claim]).first)
      #expect(result.verdict == .certified(digits: 29) && result.leftOut == leftOut)
      #expect(result.instances.map(\.name) == (leftOut == 0 ? ["first", "second"] : ["first"]))
      #expect(result.mustApply == result.instances.count && result.applicable == result.mustApply)
    }
  }

  @Test func fewerThanOneJobIsOne() { #expect(Runner(settings: CheckSettings(), jobs: -3).jobs == 1) }

  /// Cancelled in its third instance of six: two are done, the third is lost, the rest never start.
  @Test func cancellationKeepsWhatIsDone() async throws {
    let started = Mutex(0)
    let isWaiting = Mutex(false)
    let instances = (0..<6).map { index in
      Instance(
        "\(index)",
        observed: {
          started.withLock { $0 += 1 }
          if index == 2 {
            isWaiting.withLock { $0 = true }
            while !Task.isCancelled {}
            throw CancellationError()
          }
          return TestClaims.number(1)
        }, predicted: { TestClaims.number(1) }, controls: [.init("two") { TestClaims.number(2) }])
    }
    let claims = [
      TestClaims.claim("whole", Array(instances[..<2])), TestClaims.claim("cut", Array(instances[2...])),
    ]
    let run = Task {
      await Runner(settings: CheckSettings(digits: 20), jobs: 1).run(claims)
    }
    while !isWaiting.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
    run.cancel()
    let results = await run.value
    #expect(results.map(\.instances.count) == [2, 0] && results.map(\.instanceCount) == [2, 4])
    #expect(results[0].verdict == .certified(digits: 29))
    #expect(results[1].verdict == .inconclusive(why: "stopped after 0 of 4 instances"))
    #expect(started.withLock { $0 } == 3)
  }

  /// The catalogue's verdicts do not depend on how many run at once.
  @Test func jobsDoNotChangeVerdicts() async throws {
    let claims = ["t3-null-space", "t4-limit", "t7-observed-entries"].compactMap(Catalogue.claim)
    #expect(claims.count == 3)
    let settings = CheckSettings(digits: 12)
    let one = await Runner(settings: settings, jobs: 1).run(claims)
    let four = await Runner(settings: settings, jobs: 4).run(claims)
    for (a, b) in zip(one, four) {
      #expect(a.verdict == b.verdict && a.verdict.holds, "\(a.claim.id): \(a.verdict), \(b.verdict)")
      #expect(a.instances.map(\.verdict) == b.instances.map(\.verdict))
      #expect(
        a.instances.map { $0.controls.map(\.verdict) } == b.instances.map { $0.controls.map(\.verdict) })
    }
  }
}
