import Multiprecision
import Testing

@testable import Integrators

/// The collocation rule and its order.
@Suite struct CollocationRuleTests {
  private let bits = 300

  @Test(arguments: [1, 2, 3, 8, 31]) func integratesPolynomialsExactly(stages: Int) throws {
    let rule = try CollocationRule(stages: stages, precision: bits)
    #expect(rule.nodes == rule.nodes.sorted())
    // Σ b_i c_i^k = 1/(k+1) for k < 2s, and not for k = 2s.
    for k in 0...2 * stages {
      let powers = BigFloatBuffer(rule.nodes.map { BigFloat.pow($0, Rational(k)) }, precision: bits)
      let error = rule.weights.dot(0..<stages, powers, at: 0) - BigFloat(Rational(1, k + 1), precision: bits)
      #expect((error.log10Magnitude < -85) == (k < 2 * stages), "s = \(stages), k = \(k)")
    }
    // Σ_j a_ij c_j^k = c_i^(k+1)/(k+1) for k < s.
    for k in 0..<stages {
      let powers = BigFloatBuffer(rule.nodes.map { BigFloat.pow($0, Rational(k)) }, precision: bits)
      for (i, node) in rule.nodes.enumerated() {
        let exact = BigFloat.pow(node, Rational(k + 1)) * BigFloat(Rational(1, k + 1), precision: bits)
        let error = rule.matrix.dot(i * stages..<(i + 1) * stages, powers, at: 0) - exact
        #expect(error.log10Magnitude < -85, "s = \(stages), row \(i), k = \(k)")
      }
    }
  }

  /// Radau IIA: exact to degree 2s - 2, its last node is the end, its matrix has the inverse that is given.
  @Test(arguments: [2, 3, 8, 31]) func radauRule(stages: Int) throws {
    let rule = try CollocationRule(.radau, stages: stages, precision: bits)
    #expect(rule.nodes == rule.nodes.sorted() && rule.nodes[stages - 1] == BigFloat(1, precision: bits))
    for k in 0..<2 * stages {
      let powers = BigFloatBuffer(rule.nodes.map { BigFloat.pow($0, Rational(k)) }, precision: bits)
      let error = rule.weights.dot(0..<stages, powers, at: 0) - BigFloat(Rational(1, k + 1), precision: bits)
      #expect((error.log10Magnitude < -85) == (k < 2 * stages - 1), "s = \(stages), k = \(k)")
      guard k < stages else { continue }
      for (i, node) in rule.nodes.enumerated() {
        let exact = BigFloat.pow(node, Rational(k + 1)) * BigFloat(Rational(1, k + 1), precision: bits)
        let error = rule.matrix.dot(i * stages..<(i + 1) * stages, powers, at: 0) - exact
        #expect(error.log10Magnitude < -80, "s = \(stages), row \(i), k = \(k)")
        let slope = (0..<stages).reduce(0) {
          $0 + rule.inverse[i * stages + $1] * (rule.nodes[$1].doubleValue * powers[$1].doubleValue)
        }
        #expect(
          abs(slope - Double(k + 1) * powers[i].doubleValue) < 1e-9, "s = \(stages), row \(i), k = \(k)")
      }
    }
  }

  @Test func twoStagesOfRadauAreEhles() throws {
    let rule = try CollocationRule(.radau, stages: 2, precision: bits)
    #expect((rule.nodes[0] - BigFloat(Rational(1, 3), precision: bits)).log10Magnitude < -88)
    for (place, exact) in [Rational(5, 12), Rational(-1, 12), Rational(3, 4), Rational(1, 4)].enumerated() {
      #expect((rule.matrix[place] - BigFloat(exact, precision: bits)).log10Magnitude < -88)
    }
  }

  @Test func twoStagesAreHammerAndHollingsworth() throws {
    let rule = try CollocationRule(stages: 2, precision: bits)
    let root = BigFloat.sqrt(BigFloat(3, precision: bits)) / BigFloat(6, precision: bits)
    let quarter = BigFloat(Rational(1, 4), precision: bits)
    let half = BigFloat(Rational(1, 2), precision: bits)
    #expect((rule.nodes[0] - (half - root)).log10Magnitude < -88)
    for (place, exact) in [quarter, quarter - root, quarter + root, quarter].enumerated() {
      #expect((rule.matrix[place] - exact).log10Magnitude < -88)
    }
  }

  /// The error at t = 1 of equal steps for m' = 1 + e^-m, m(0) = 0.
  private func log10Error(stages: Int, steps: Int) throws -> Double {
    let rule = try CollocationRule(stages: stages, precision: bits)
    let one = BigFloat(1, precision: bits)
    var state = [BigFloat(0, precision: bits)]
    for _ in 0..<steps {
      let step = CollocationStep(
        rule: rule, start: state, length: BigFloat(Rational(1, steps), precision: bits), slope: [one])
      let sweeps = try step.solve(
        { [one + BigFloat.exp(-$0[0])] }, log2Tolerances: [-280], sweepLimit: 1_000, beforeSweep: {})
      #expect(sweeps != nil)
      state = step.end()
    }
    let two = BigFloat(2, precision: bits)
    return (state[0] - BigFloat.log(two * BigFloat.exp(one) - one)).log10Magnitude
  }

  @Test(arguments: 1...6) func orderIsTwiceTheStages(stages: Int) throws {
    let (coarse, fine) = (
      try log10Error(stages: stages, steps: 32), try log10Error(stages: stages, steps: 64)
    )
    let order = (coarse - fine) / 0.301_03
    #expect(abs(order - Double(2 * stages)) < 0.1, "s = \(stages): observed order \(order)")
  }

  /// The spectrum's estimate is not below the true error of a step, and not far above it.
  @Test(arguments: [(8, 2), (20, 2), (20, 1), (40, 1)]) func estimateBoundsTheError(
    stages: Int, stepsInOne: Int
  ) throws {
    let bits = 700
    let rule = try CollocationRule(stages: stages, precision: bits)
    let one = BigFloat(1, precision: bits)
    let h = BigFloat(Rational(1, stepsInOne), precision: bits)
    let step = CollocationStep(rule: rule, start: [BigFloat(0, precision: bits)], length: h, slope: [one])
    _ = try step.solve(
      { [one + BigFloat.exp(-$0[0])] }, log2Tolerances: [-690], sweepLimit: 1_000, beforeSweep: {})
    let exact = BigFloat.log((one + one) * BigFloat.exp(h) - one)
    let error = (step.end()[0] - exact).log10Magnitude
    let estimate = SlopeSpectrum(of: step).log10Errors(residues: [-200])[0]
    #expect(error <= estimate && estimate <= error + 7, "error \(error), estimate \(estimate)")
  }
}
