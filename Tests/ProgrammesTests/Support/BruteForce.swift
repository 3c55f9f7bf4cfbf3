import Multiprecision

@testable import Programmes

/// Answers by going through all sets of rows: slow, and without anything of the solvers.
enum BruteForce {
  static func subsets(of elements: [Int], count: Int) -> [[Int]] {
    if count == 0 { return [[]] }
    guard let first = elements.first, elements.count >= count else { return [] }
    let rest = Array(elements.dropFirst())
    return subsets(of: rest, count: count - 1).map { [first] + $0 } + subsets(of: rest, count: count)
  }

  /// All vertices of {x : A x ≥ b, E x = f, -box ≤ x ≤ box}.
  static func vertices(_ constraints: LinearConstraints, box: Rational) -> [[Rational]] {
    let d = constraints.dimension
    let identity = Matrix<Rational>.identity(d)
    let rows = constraints.equalities.stacked(over: -constraints.equalities)
      .stacked(over: constraints.inequalities).stacked(over: identity).stacked(over: -identity)
    let walls = Array(repeating: -box, count: 2 * d)
    let bounds = constraints.values + constraints.values.negated() + constraints.bounds + walls
    var found: Set<[Rational]> = []
    for subset in subsets(of: Array(0..<rows.rows), count: d) {
      let right = Matrix(column: subset.map { bounds[$0] })
      guard let x = try? rows.selectingRows(subset).solve(right).elements else { continue }
      if zip((rows * Matrix(column: x)).elements, bounds).allSatisfy({ $0 >= $1 }) { found.insert(x) }
    }
    return Array(found)
  }

  enum Answer: Equatable {
    case infeasible
    case unbounded
    case optimal(Rational, unique: Bool)
  }

  /// Solves within two boxes so large that every vertex of the programme itself is inside both: a value that
  /// depends on the box is unbounded.
  static func solve(_ programme: LinearProgramme) -> Answer {
    let (near, far) = (best(programme, box: 100_000), best(programme, box: 200_000))
    guard let near, let far else { return .infeasible }
    if near.value != far.value { return .unbounded }
    return .optimal(near.value, unique: near.count == 1 && far.count == 1)
  }

  private static func best(_ programme: LinearProgramme, box: Rational) -> (value: Rational, count: Int)? {
    let values = vertices(programme.constraints, box: box).map { dot(programme.cost, $0) }
    return values.min().map { least in (least, values.filter { $0 == least }.count) }
  }
}
