import Learning
import Multiprecision
import Testing

@testable import Claims

/// T4's limit: exact programmes, their levels, and the expansion t b* + c.
@Suite struct LimitProgrammeTests {
  private static let precision = 256

  /// From β(0) with all labels +1, so that Z = X.
  static func problem(_ z: [[Rational]], start: [Rational]? = nil) throws -> Problem {
    try .logistic(
      Dataset(inputs: Matrix(rows: z), targets: Matrix(column: z.map { _ in 1 })),
      from: start ?? z[0].map { _ in 0 })
  }

  private func programme(_ z: [[Rational]], start: [Rational]? = nil) throws -> LimitProgramme {
    try LimitProgramme(MarginRows(Self.problem(z, start: start)), precision: Self.precision)
  }

  struct Example: CustomStringConvertible {
    let rows: [[Rational]]
    let solution: [Rational]
    let active: [Int]
    let dual: [Rational]
    var description: String { "Z = \(rows)" }
  }

  /// The theory's examples from β(0) = 0, where s_n(0) = 1/2.
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
    #expect(found.solution == example.solution && found.isUnique)
    #expect(found.levels.map { $0.rows.sorted() } == [example.active])
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
    let offset = try LimitEquation(found, precision: Self.precision).solution().elements
    for (row, alpha) in zip(example.active, example.dual) {
      let pushed =
        Ball(example.rows[row][0], precision: Self.precision) * offset[0]
        + Ball(example.rows[row][1], precision: Self.precision) * offset[1]
      let expected = -Ball.log(Ball(alpha, precision: Self.precision))
      #expect(pushed.overlaps(expected) && pushed.log10Radius < -70, "row \(row): \(pushed)")
    }
  }

  /// b* is piecewise constant in β(0): another start, another vertex of the same data.
  @Test func startDecidesTheVertex() throws {
    let rows: [[Rational]] = [[1, 0], [3, 1], [4, 1], [5, -2]]
    var seen = Set<[Rational]>()
    for (a, b) in [(-2, 3), (-2, -3), (2, 3), (0, 2), (0, -2)] {
      let found = try programme(rows, start: [Rational(a), Rational(b)])
      let margins = found.margins
      #expect(margins.allSatisfy { $0 >= 1 } && margins.filter { $0 == 1 }.count == 2, "start (\(a), \(b))")
      seen.insert(found.solution)
    }
    #expect(seen.count >= 2, "\(seen)")
  }

  /// Levels of faces: the point that a brute-force search over vertices finds, too.
  @Test func levelsOfAFace() throws {
    let plane = try programme([[1, 0], [3, 1], [4, 1], [5, -2]])
    #expect(!plane.isUnique && plane.solution == [1, Rational(2, 3)])
    #expect(plane.levels.map(\.margin) == [1, Rational(11, 3)])
    #expect(plane.levels.map { $0.rows.sorted() } == [[0], [1, 3]])
    #expect(plane.rate == 1)
    let space = try programme([
      [1, 0, 0], [3, 1, 0], [4, 1, 0], [5, -2, 0], [9, 3, 1], [10, 0, 1], [8, -3, -2],
    ])
    #expect(space.solution == [1, Rational(2, 3), Rational(-4, 3)])
    #expect(space.levels.map(\.margin) == [1, Rational(11, 3), Rational(26, 3)])
    // Directions: orthogonal to the rows of earlier levels, together a basis.
    let all = space.levels.flatMap { level in
      (0..<level.directions.columns).map { level.directions.column($0) }
    }
    #expect(Matrix(rows: all).rank() == 3 && all.count == 3)
    for (place, level) in space.levels.enumerated() {
      for earlier in space.levels.prefix(place) {
        for row in earlier.rows {
          let products = Matrix(rows: [space.data.rows.row(row)]) * level.directions
          let areZero = products.elements.allSatisfy { $0.isZero }
          #expect(areZero, "row \(row)")
        }
      }
    }
  }

  /// A face proved for one cost is not one for its neighbours: a start next to 0 has a vertex, on either side.
  @Test func facesAreProvedForExactCostsOnly() throws {
    let rows: [[Rational]] = [[1, 0], [3, 1], [4, 1], [5, -2]]
    let ends = try [Rational(1, 1_000_000), Rational(-1, 1_000_000)].map {
      try programme(rows, start: [0, $0]).solution
    }
    #expect(Set(ends) == [[1, 2], [1, -2]])
  }

  @Test func unseparatedSamplesAreTheFirstLevel() throws {
    let quasi = try programme([[1, 0], [-2, 0], [1, 1], [-1, 2]])
    #expect(quasi.separability.kind == .quasi && quasi.solution == [0, 1])
    #expect(quasi.levels.map(\.margin) == [0, 1] && quasi.levels[0].rows == [0, 1])
    let inseparable = try programme([[1, 0], [-1, 1], [0, -1], [1, 1]])
    #expect(inseparable.separability.kind == .none && inseparable.solution == [0, 0])
    #expect(inseparable.levels.map(\.margin) == [0])
    #expect(throws: LimitProgramme.Failure.self) { try programme([[1, 2], [2, 4]]) }
  }

  /// The expansion's remainder is small, and what it leaves of β(t) is enclosed: at a moderate time too, where
  /// the remainder is large.
  @Test(
    arguments: [
      [[0, 1], [1, 3], [1, 4]], [[1, 0], [3, 1], [4, 1], [5, -2]], [[1, 0], [-2, 0], [1, 1], [-1, 2]],
      [[1, 0], [0, 1], [2, 2], [3, -2]], [[1, 0], [-1, 1], [0, -1], [1, 1]],
    ] as [[[Rational]]]) func remainderEnclosesWhatIsNeglected(rows: [[Rational]]) throws
  {
    let expansion = try LimitExpansion(Self.problem(rows), precision: Self.precision)
    for time in [Rational(20), 40, expansion.time] {
      let weights = try expansion.weights(at: time)
      let remainder = try expansion.remainder(of: weights, at: time)
      for (i, (found, neglected)) in zip(weights.elements, remainder.elements).enumerated() {
        let expected = expansion.line(at: time).elements[i] + neglected
        #expect(expected.overlaps(found), "\(rows), t = \(time): \(found) against \(expected)")
        let size = -time.doubleValue * expansion.programme.rate.doubleValue * 0.434_294_481_9
        #expect(neglected.log10UpperMagnitude < max(size, -71) + 2, "\(rows), t = \(time): \(neglected)")
      }
    }
  }

  /// Softmax rows: z·V is the margin (v_y - v_k)·x, and with two classes they are the logistic ones.
  @Test func marginsOfClasses() throws {
    let inputs = Matrix<Rational>(rows: [[1, 2], [3, -1], [0, 1]])
    let classes = try Problem(
      model: DeepLinearModel(widths: [2, 3]),
      data: Dataset(inputs: inputs, targets: Matrix(rows: [[0, 1, 0], [0, 0, 1], [1, 0, 0]])),
      likelihood: .categorical, flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: [[1, 5], [2, 0], [-1, 3]])], times: [0])
    let rows = try MarginRows(classes)
    // Outputs are (11, 2, 5), (-2, 6, -6), (5, 0, 3) with labels 1, 2, 0.
    #expect((rows.rows * Matrix(column: rows.start)).elements == [-9, -3, -4, -12, 5, 2])
    #expect(rows.samples == [0, 0, 1, 1, 2, 2] && rows.exactInitialErrors == nil)
    let two = try Problem(
      model: DeepLinearModel(widths: [2, 2]),
      data: Dataset(inputs: inputs, targets: Matrix(rows: [[1, 0], [0, 1], [1, 0]])),
      likelihood: .categorical, flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: [[0, 0], [0, 0]])], times: [0])
    let logistic = try MarginRows(
      .logistic(Dataset(inputs: inputs, targets: Matrix(column: [1, 0, 1])), from: [0, 0]))
    #expect(try MarginRows(two).rows == logistic.rows)
    #expect(logistic.exactInitialErrors == [Rational(1, 2), Rational(1, 2), Rational(1, 2)])
  }
}
