import Learning
import Multiprecision

/// T4: a face of solutions of the limit's programme, of which the flow picks one point.
extension Claim {
  static let t4NotUnique = Claim(
    id: "t4-not-unique", title: "Several solutions: the flow picks the lexicographic max–min point",
    statement:
      "If the programme's solutions are a face, β(t) = t b* + c + O(e^-δt) where b* makes the smallest of the margins "
      + "that vary on the face as large as can be, then the next, and so on; not the face's centre. c solves one convex "
      + "problem for each step.",
    hypotheses: [
      "logistic loss; the inputs span; the data are strictly separable",
      "the programme has more than one solution",
    ],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "strictly separable data that span, any start",
      tested:
        "faces of dimension 1 and 2 in d = 2 to 4, decided in 2 and 3 steps; from β(0) = 0, where the programme's cost "
        + "is rational and a face can be proved")
  ) { settings in
    let plane: [[Rational]] = [[1, 0], [3, 1], [4, 1], [5, -2]]
    // b_1 = 1; then b_2 = 2/3 as in the plane; then 10 + b_3 and 8 - 3b_2 - 2b_3 decide b_3 = -4/3.
    let space: [[Rational]] = [
      [1, 0, 0], [3, 1, 0], [4, 1, 0], [5, -2, 0], [9, 3, 1], [10, 0, 1], [8, -3, -2],
    ]
    // A row that is inactive and constant on the face, (2, 0): it decides nothing.
    let constant: [[Rational]] = [[1, 0], [2, 0], [3, 1], [4, 1], [5, -2]]
    let wide: [[Rational]] = [
      [1, 0, 0, 0], [0, 1, 0, 0], [3, 2, 1, 0], [2, 2, -1, 1], [4, 0, 0, -1], [3, 3, -1, -1], [5, 2, 1, 1],
      [2, 3, 0, 0],
    ]
    return [
      try explicit("Z = (1,0), (3,1), (4,1), (5,-2): limit (1, 2/3)", plane, settings),
      try face("Z = (1,0), (2,0), (3,1), (4,1), (5,-2): a margin constant on the face", constant, settings),
      try face("d = 3, three steps", space, settings),
      try face("d = 4, a face of two dimensions", wide, settings),
    ]
  }

  private static func solution(_ rows: [[Rational]], _ settings: CheckSettings) throws -> LimitSolution {
    let data = try Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: rows.map { _ in 1 }))
    return LimitSolution(
      try .logistic(data, from: rows[0].map { _ in 0 }), settings, id: "t4-not-unique")
  }

  private static func conditions(_ limit: LimitSolution) throws -> [Condition] {
    try limit.conditions {
      [
        $0.separability.kind.condition(.strict),
        Condition(
          "the programme has more than one solution", $0.isUnique ? .violated : .certified,
          "b* after \($0.levels.count) steps, margins "
            + $0.levels.map { "\($0.margin)" }.joined(separator: ", ")),
      ]
    }
  }

  private static func face(_ name: String, _ rows: [[Rational]], _ settings: CheckSettings) throws -> Instance
  {
    let limit = try solution(rows, settings)
    return Instance(
      name, conditions: { try conditions(limit) },
      observed: { try limit.observed() }, predicted: { try limit.predicted() },
      controls: [
        .init("b* is the shortest solution") {
          try limit.predicted(direction: shortestSolution(limit.expansion().programme))
        },
        .init("c = 0 along the face") {
          let expansion = try limit.expansion()
          let first = expansion.programme.levels[0]
          // The part of c in the span of the first level's rows.
          let q = first.directions
          let projector = q * q.moorePenroseInverse()
          let part = projector.map { Ball($0, precision: expansion.precision) } * expansion.offset
          return try limit.predicted(offset: part.elements)
        },
      ])
  }

  /// The shortest vector with the first level's margins: all solutions have them, so it is the solution next to 0
  /// if it is one.
  private static func shortestSolution(_ programme: LimitProgramme) -> [Rational] {
    let rows = Matrix(rows: programme.levels[0].rows.map { programme.data.rows.row($0) })
    let ones = Matrix<Rational>(rows: rows.rows, columns: 1, repeating: 1)
    return (rows.moorePenroseInverse() * ones).elements
  }

  /// Face {(1, τ) : |τ| ≤ 2}; z·b is smallest at 3 + τ and 5 - 2τ, equal at τ = 2/3. c_1 = -log Σ s_n(0) z_n1 and
  /// e^(-3c_1 - c_2) = 2 e^(-5c_1 + 2c_2).
  private static func explicit(_ name: String, _ rows: [[Rational]], _ settings: CheckSettings) throws
    -> Instance
  {
    let limit = try solution(rows, settings)
    let precision = settings.precision
    let tau = settings.constant("t4-not-unique: 2/3 in b*", Rational(2, 3))
    let sum = settings.constant("t4-not-unique: 13/2 in c_1", Rational(13, 2))
    let two = settings.constant("t4-not-unique: 2 in c_2", 2)
    let three = settings.constant("t4-not-unique: 3 in c_2", 3)
    let first = -Ball.log(Ball(sum, precision: precision))
    let second = (2 * first - .log(Ball(two, precision: precision))) / Ball(three, precision: precision)
    return Instance(
      name, conditions: { try conditions(limit) },
      observed: { try limit.observed() },
      predicted: { try limit.predicted(direction: [1, tau], offset: [first, second]) },
      controls: [
        .init("the face's centre (1, 0)") { try limit.predicted(direction: [1, 0]) },
        .init("the face's end (1, 2)") { try limit.predicted(direction: [1, 2]) },
      ])
  }
}
