import Multiprecision
import Programmes

/// Where Newton's flow on a classification problem goes, V(t)/t → b*, found by exact linear programmes.
///
/// 0. The samples' rows N0 that no separating direction makes positive (`Separability`): z·b = 0 on them.
/// 1. b minimises g·b subject to z·b ≥ 1 on the other rows and 0 on N0.
/// 2. Where the solutions are a face: of the rows that vary on it, the smallest z·b is made as large as can be, and
///    so on until one point is left.
///
/// Each step gives a level: rows B with one margin τ on all that is left, whose multipliers are positive. What
/// remains free after a level is orthogonal to its rows and to those before.
///
/// **Source**: derived in docs/theory, T4.
struct LimitProgramme: Sendable {
  struct Level: Sendable {
    /// B.
    let rows: [Int]
    /// τ: 0 for N0, then 1, then growing.
    let margin: Rational
    /// Directions that this level decides, one a column: orthogonal to the rows of earlier levels, in the span of
    /// those up to this one.
    let directions: Matrix<Rational>
  }

  let data: MarginRows
  let separability: Separability
  let levels: [Level]
  /// b*.
  let solution: [Rational]
  /// The first programme's optimal face has one point.
  let isUnique: Bool

  enum Failure: Error, CustomStringConvertible {
    case inputsDoNotSpan
    case undecided(String)

    var description: String {
      switch self {
      case .inputsDoNotSpan: "the inputs do not span"
      case .undecided(let reason): "the limit's programme is undecided: \(reason)"
      }
    }
  }

  /// - Parameters:
  ///   - precision: of the cost, where the initial error probabilities are not rational.
  ///   - unit: the 1 in z·b ≥ 1.
  /// - Throws: `Failure`, `ProgrammeError`.
  init(_ data: MarginRows, precision: Int, unit: Rational = 1) throws {
    self.data = data
    separability = try Separability(margins: data.rows)
    var builder = LevelBuilder(data.rows)
    guard builder.spans else { throw Failure.inputsDoNotSpan }
    let unseparated = separability.unseparatedSamples
    if !unseparated.isEmpty { builder.add(unseparated, margin: 0) }
    var point = [Rational](repeating: 0, count: data.dimension)
    if !builder.isComplete {
      let first = try Self.first(data, separability, builder, precision: precision, unit: unit)
      point = first.point
      builder.add(first.rows, margin: unit)
    }
    isUnique = builder.isComplete
    while !builder.isComplete {
      let next = try Self.next(builder)
      point = next.point
      builder.add(next.rows, margin: next.margin)
    }
    solution = point
    levels = builder.levels
  }

  private static func first(
    _ data: MarginRows, _ separability: Separability, _ builder: LevelBuilder, precision: Int, unit: Rational
  ) throws -> (point: [Rational], rows: [Int]) {
    let separated = separability.separatedSamples
    let constraints = try LinearConstraints(
      inequalities: builder.select(separated), bounds: separated.map { _ in unit },
      equalities: builder.select(separability.unseparatedSamples),
      values: separability.unseparatedSamples.map { _ in 0 })
    if let exact = data.exactInitialErrors {
      let cost = data.rows.transposed() * Matrix(column: exact)
      let programme = try LinearProgramme(minimising: cost.elements, subjectTo: constraints)
      guard let face = try programme.solve().optimum?.face() else {
        throw Failure.undecided("no optimum with an exact cost")
      }
      return (face.point, face.activeRows.map { separated[$0] })
    }
    let cost = try EnclosedCost(combining: data.rows, weights: data.initialErrors(precision: precision))
    switch try constraints.minimise(cost) {
    case .optimal(let optimum) where optimum.isUnique:
      // Of a unique solution every active row is positive in some dual solution (Goldman and Tucker).
      return (optimum.point, optimum.activeRows.map { separated[$0] })
    case .optimal: throw Failure.undecided("the solution may not be unique for a cost known in balls")
    case .undecided(let reason): throw Failure.undecided(reason)
    case .infeasible, .unbounded: throw Failure.undecided("no optimum with a cost known in balls")
    }
  }

  /// Maximise τ subject to z·b ≥ τ on the rows that still vary, with the margins of earlier levels kept.
  private static func next(_ builder: LevelBuilder) throws
    -> (point: [Rational], rows: [Int], margin: Rational)
  {
    let free = builder.freeRows
    let fixed = builder.levels.flatMap { level in level.rows.map { ($0, level.margin) } }
    func extended(_ rows: [Int], by last: Rational) -> Matrix<Rational> {
      let selected = builder.select(rows)
      return Matrix(rows: rows.count, columns: selected.columns + 1) {
        $1 < selected.columns ? selected[$0, $1] : last
      }
    }
    let constraints = try LinearConstraints(
      inequalities: extended(free, by: -1), bounds: free.map { _ in 0 },
      equalities: extended(fixed.map(\.0), by: 0), values: fixed.map(\.1))
    let cost = (0...builder.dimension).map { $0 == builder.dimension ? Rational(-1) : 0 }
    guard
      let face = try LinearProgramme(minimising: cost, subjectTo: constraints).solve().optimum?.face(),
      let margin = face.point.last
    else { throw Failure.undecided("no largest smallest margin") }
    return (Array(face.point.dropLast()), face.activeRows.map { free[$0] }, margin)
  }

  /// Rows that are not in a level, and rows of the levels, with their margins at b*.
  var margins: [Rational] { (data.rows * Matrix(column: solution)).elements }

  /// The rate δ of V(t) = t b* + c + O(e^(-δt)): the least of 1 and z·b* - τ over the levels and the rows that
  /// are not in them nor in earlier ones.
  var rate: Rational {
    let margins = margins
    var rate: Rational = 1
    var done = Set<Int>()
    for level in levels {
      done.formUnion(level.rows)
      for row in 0..<data.count where !done.contains(row) {
        let isFelt = (0..<level.directions.columns).contains { column in
          !zip(data.rows.row(row), level.directions.column(column)).reduce(Rational(0)) { $0 + $1.0 * $1.1 }
            .isZero
        }
        if isFelt, margins[row] > level.margin { rate = min(rate, margins[row] - level.margin) }
      }
    }
    return rate
  }
}
