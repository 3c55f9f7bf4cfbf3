import Multiprecision
import Testing

@testable import Learning

/// The double-precision experiment, on data whose solutions are known.
@Suite struct SparseTeacherTests {
  /// The data set of T5 with four rational limits.
  private static let rows: [[Double]] = [[3, -2, 3, -2], [1, -2, 1, -1], [2, 2, 4, -2]]
  private static let margins = DoubleRows(count: 3, dimension: 4) { rows[$0][$1] }

  private func expectClose(_ found: [Double], _ expected: [Double], _ tolerance: Double) {
    #expect(found.count == expected.count)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < tolerance, "\(found) against \(expected)") }
  }

  @Test func maximumMarginOfKnownData() throws {
    let solution = try MaximumMargin(Self.margins)
    expectClose(solution.weights, [1.0 / 6, -7.0 / 30, 1.0 / 5, -1.0 / 6], 1e-12)
    #expect(solution.violation < 1e-12)
    let two = DoubleRows(count: 2, dimension: 3) { [[4.0, 1, 0], [1, 1, 0]][$0][$1] }
    expectClose(try MaximumMargin(two).weights, [0.5, 0.5, 0], 1e-12)
    let dependent = DoubleRows(count: 3, dimension: 2) { [[0.0, 1], [1, 3], [1, 4]][$0][$1] }
    #expect(throws: LinearAlgebraError.singular) { try MaximumMargin(dependent) }
  }

  /// Far out, the projection's direction is the least ℓ1 norm with equal margins.
  @Test func projectionFindsTheLeastNorm() throws {
    let weights = try SparseTeacher.projection(Self.margins, targets: [1, 1, 1], scale: 1e-6)
    expectClose(weights, [-2.0 / 3, -1.0 / 6, 0, -4.0 / 3], 1e-3)
    expectClose(Self.margins.times(weights), [1, 1, 1], 1e-9)
  }

  @Test func symmetricSystemsAreSolved() throws {
    var generator = GaussianGenerator(seed: 2)
    let rows = DoubleRows(count: 7, dimension: 11) { _, _ in generator.next() }
    let weights = (0..<11).map { 0.5 + Double($0) }
    let gram = rows.gram(weights: weights)
    let right = (0..<7).map { Double($0 * $0) - 3 }
    let solution = try gram.solve(right)
    // G x through the rows: X diag(w) Xᵀ x.
    let image = rows.times(zip(rows.transposedTimes(solution), weights).map { $0 * $1 })
    expectClose(image, right, 1e-9)
    expectClose(
      try gram.restricted(to: [4]).solve([1]), [1 / gram[4, 4]], 1e-15)
  }

  @Test func logarithmIsAccurate() {
    var generator = SplitMix64(seed: 9)
    for _ in 0..<2000 {
      let x = Double(generator.next() >> 11) * 0x1p-53 + 0x1p-60
      let (found, known) = (GaussianGenerator.portableLogarithm(x), Double.log(x))
      #expect(abs(found - known) <= 4 * known.ulp, "log \(x)")
    }
    #expect(GaussianGenerator.portableLogarithm(1) == 0)
  }

  /// Moments of 200,000 numbers: 0, 1, 0, 3, each within four standard deviations; and the first numbers for ever.
  @Test func gaussianMoments() {
    var generator = GaussianGenerator(seed: 1)
    let numbers = (0..<200_000).map { _ in generator.next() }
    let moments = (1...4).map { power in
      numbers.reduce(0) { sum, x in sum + (0..<power).reduce(1.0) { value, _ in value * x } }
        / Double(numbers.count)
    }
    let deviations = [1.0, 2, 15, 96].map { ($0 / Double(numbers.count)).squareRoot() }
    for (moment, (known, deviation)) in zip(moments, zip([0.0, 1, 0, 3], deviations)) {
      #expect(abs(moment - known) < 4 * deviation)
    }
  }

  /// M at 0 is 1/4; at large ρ a ~ φ(0)/ρ and b ~ φ(0)π²/(3ρ³).
  @Test func populationMoments() {
    let origin = GaussianLogisticMoments(norm: 0)
    #expect(abs(origin.across - 0.25) < 1e-12 && abs(origin.along - 0.25) < 1e-12)
    let far = GaussianLogisticMoments(norm: 1000)
    let density = 1 / (2 * Double.pi).squareRoot()
    #expect(abs(far.across * 1000 / density - 1) < 1e-5)
    #expect(abs(far.along * 1e9 / (density * Double.pi * Double.pi / 3) - 1) < 1e-4)
    // Half the step changes nothing: the trapezoidal rule has converged. Here by a direct sum.
    let norm = 2.5
    var (across, along) = (0.0, 0.0)
    for k in -20_000...20_000 {
      let g = Double(k) / 2000
      let value =
        Double.exp(-g * g / 2) * density / 2000 * Double.logistic(norm * g) * Double.logistic(-norm * g)
      across += value
      along += g * g * value
    }
    let moments = GaussianLogisticMoments(norm: norm)
    #expect(abs(moments.across / across - 1) < 1e-12 && abs(moments.along / along - 1) < 1e-12)
    let product = GaussianLogisticMoments.inverse(at: [3, 4], times: [3, 4])
    #expect(abs(product[0] * GaussianLogisticMoments(norm: 5).along - 3) < 1e-12)
  }

  /// Two tolerances agree, and both forms of the same end point.
  @Test func flowsEndWhereTheySay() throws {
    let problem = SparseTeacher(samples: 20, dimension: 50, sparsity: 2, seed: 3)
    for relativeTolerance in [1e-6, 1e-8] {
      let errors = [
        problem.testError(
          of: try problem.diagonalGradientFlow(
            scale: 0.01, logarithmicTime: 10, relativeTolerance: relativeTolerance)),
        problem.testError(
          of: try problem.populationFlow(logarithmicTime: 5, relativeTolerance: relativeTolerance)),
      ]
      let fine = [
        problem.testError(
          of: try problem.diagonalGradientFlow(scale: 0.01, logarithmicTime: 10, relativeTolerance: 1e-10)),
        problem.testError(of: try problem.populationFlow(logarithmicTime: 5, relativeTolerance: 1e-10)),
      ]
      expectClose(errors, fine, 100 * relativeTolerance)
    }
    let natural = try problem.regressionNaturalGradientFlow(scale: 0.01, time: 30, relativeTolerance: 1e-9)
    expectClose(natural, try problem.regressionGradientFlowLimit(scale: 0.01), 1e-7)
    expectClose(
      natural,
      try SparseTeacher.projection(
        problem.inputs, targets: problem.inputs.times(problem.teacher), scale: 0.01), 1e-7)
  }
}
