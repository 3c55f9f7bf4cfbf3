import Multiprecision
import Reporting

/// Numbers in the arrangement in which a report shows them; values and their radii have the same one.
indirect enum NumberTree: Sendable {
  /// With the name of its column in a table; nil where the method does not determine the number.
  case number(Ball?, column: String)
  case list([NumberTree])
  case members([Member])
  /// What a model of this kind does not have.
  case absent

  struct Member: Sendable {
    let name: String
    let value: NumberTree

    init(_ name: String, _ value: NumberTree) { (self.name, self.value) = (name, value) }
  }

  /// Every number, in order.
  var leaves: [(column: String, ball: Ball?)] {
    switch self {
    case .number(let ball, let column): [(column, ball)]
    case .list(let items): items.flatMap(\.leaves)
    case .members(let members): members.flatMap { $0.value.leaves }
    case .absent: []
    }
  }

  /// Every number that is known.
  var balls: [Ball] { leaves.compactMap(\.ball) }

  /// The same arrangement in JSON, with null for what is not known.
  func json(_ number: (Ball) -> JSONValue) -> JSONValue {
    switch self {
    case .number(let ball, _): ball.map(number) ?? .null
    case .list(let items): .array(items.map { $0.json(number) })
    case .members(let members): .object(members.map { .init($0.name, $0.value.json(number)) })
    case .absent: .null
    }
  }
}

extension NumberTree {
  /// A matrix as a list of rows: `name[row][column]`.
  static func rows(_ name: String, _ matrix: Matrix<Ball?>) -> NumberTree {
    .list(
      (0..<matrix.rows).map { row in
        .list((0..<matrix.columns).map { .number(matrix[row, $0], column: "\(name)[\(row)][\($0)]") })
      })
  }

  /// A column as a plain list: `name[row]`.
  static func vector(_ name: String, _ numbers: [Ball?]) -> NumberTree {
    .list(numbers.enumerated().map { .number($1, column: "\(name)[\($0)]") })
  }
}
