import Learning
import Multiprecision
import Testing

@testable import Claims

/// T4's linear programme: exact solutions, duals and their checks.
@Suite struct LimitProgrammeTests {
  private static let precision = 256

  /// From β(0) with all labels +1, so that Z = X.
  private func programme(_ z: [[Rational]], start: [Rational] = [0, 0]) throws -> LimitProgramme {
    let problem = try Problem(
      model: DeepLinearModel(widths: [2, 1]),
      data: Dataset(inputs: Matrix(rows: z), targets: Matrix(column: z.map { _ in 1 })),
      likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [start])],
      times: [0])
    return try LimitProgramme(
      problem: problem, law: problem.law(GradientLaw.self), precision: Self.precision)
  }

  struct Example: CustomStringConvertible {
    let rows: [[Rational]]
    let solution: [Rational]
    let active: [Int]
    let dual: [Rational]
    var description: String { "Z = \(rows)" }
  }

  /// THEORY's examples from β(0) = 0, where s_n(0) = 1/2.
  static let examples = [
    Example(rows: [[0, 1], [1, 3], [1, 4]], solution: [-2, 1], active: [0, 1], dual: [1, 1]),
    Example(
      rows: [[0, 1], [1, 6], [1, 4]], solution: [-3, 1], active: [0, 2], dual: [Rational(3, 2), 1]),
    Example(
      rows: [[2, 2], [6, 5], [6, 6]], solution: [Rational(-3, 2), 2], active: [0, 1],
      dual: [2, Rational(1, 2)]),
  ]

  @Test(arguments: examples) func exactSolution(example: Example) throws {
    let found = try programme(example.rows)
    #expect(found.solution == example.solution)
    #expect(found.conditions.map(\.status) == [.certified, .certified])
    // By duality: feasible, and g = Σ s_n(0) z_n = Zᵀ α with α > 0 on the active rows, which are tight. The
    // examples' duals are exact: checked here without the code under test.
    let z = Matrix(rows: example.rows)
    let margins = (z * Matrix(column: example.solution)).elements
    #expect(margins.allSatisfy { $0 >= 1 })
    let g = z.transposed() * Matrix<Rational>(rows: 3, columns: 1, repeating: Rational(1, 2))
    let active = Matrix(rows: example.active.map { example.rows[$0] })
    #expect(example.active.allSatisfy { margins[$0] == 1 })
    #expect(active.transposed() * Matrix(column: example.dual) == g)
    // z_n·c = -log α_n on the active set.
    for (row, alpha) in zip(example.active, example.dual) {
      let pushed =
        Ball(example.rows[row][0], precision: Self.precision) * found.offset[0]
        + Ball(example.rows[row][1], precision: Self.precision) * found.offset[1]
      let expected = -Ball.log(Ball(alpha, precision: Self.precision))
      #expect(pushed.overlaps(expected) && pushed.log10Radius < -70, "row \(row): \(pushed)")
    }
    #expect(found.time >= 200)
  }

  /// b* is piecewise constant in β(0): another start, another vertex of the same data.
  @Test func startDecidesTheVertex() throws {
    let rows: [[Rational]] = [[1, 0], [3, 1], [4, 1], [5, -2]]
    var seen = Set<[Rational]>()
    for (a, b) in [(-2, 3), (-2, -3), (2, 3), (0, 2), (0, -2)] {
      let found = try programme(rows, start: [Rational(a), Rational(b)])
      guard found.conditions.allSatisfy(\.holds) else { continue }
      let margins = (Matrix(rows: rows) * Matrix(column: found.solution)).elements
      #expect(margins.allSatisfy { $0 >= 1 } && margins.filter { $0 == 1 }.count == 2, "start (\(a), \(b))")
      seen.insert(found.solution)
    }
    #expect(seen.count >= 2, "\(seen)")
  }

  /// Where the programme has more than one solution (the face (1, τ), |τ| ≤ 2), or the data are not separable,
  /// no condition is certified wrongly.
  @Test func degenerateDataAreNotCertified() throws {
    for (name, rows) in [
      ("a face of solutions", [[1, 0], [3, 1], [4, 1], [5, -2]]),
      ("not separable", [[1, 0], [-1, 1], [0, -1], [1, 1]]),
      ("three active", [[1, 0], [0, 1], [Rational(1, 2), Rational(1, 2)]]),
    ] as [(String, [[Rational]])] {
      do {
        let found = try programme(rows)
        let holds = found.conditions.allSatisfy(\.holds)
        #expect(!holds, "\(name): \(found.conditions)")
      } catch is LinearAlgebraError {}
    }
  }
}
