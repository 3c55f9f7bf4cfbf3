import Multiprecision

/// The starts of an initial-value problem: all that differ from a centre by no more than a radius in each entry.
public struct InitialBox: Sendable {
  public let centre: [Matrix<Rational>]
  /// In the shapes of the centre, not negative.
  public let radii: [Matrix<Rational>]

  /// - Precondition: the shapes are the same, and no radius is negative.
  public init(centre: [Matrix<Rational>], radii: [Matrix<Rational>]) {
    precondition(centre.map(\.shape) == radii.map(\.shape), "radii have the shapes of the centre")
    precondition(radii.allSatisfy { $0.elements.allSatisfy { $0.signum() >= 0 } }, "radii are not negative")
    (self.centre, self.radii) = (centre, radii)
  }

  /// The one start.
  public init(_ start: [Matrix<Rational>]) {
    self.init(centre: start, radii: start.map { $0.map { _ in 0 } })
  }

  /// Whether it is one start.
  public var isPoint: Bool { radii.indices.allSatisfy { isPoint(at: $0) } }

  /// Whether solutions from it are followed in doubles: radii that matter beside these.
  var isWide: Bool {
    zip(centre, radii).contains { centre, radii in
      zip(centre.elements, radii.elements).contains { centre, radius in
        radius.log2Magnitude > max(0, centre.log2Magnitude) + Self.log2Wide
      }
    }
  }

  private static let log2Wide = -30.0

  /// How many entries are ranges.
  var variableCount: Int { radii.reduce(0) { $0 + $1.elements.count { !$0.isZero } } }

  /// The two halves of the range of one of these entries.
  func halves(variable: Int) -> [InitialBox] {
    var (seen, found): (Int, (place: Int, entry: Int)?) = (0, nil)
    for (place, matrix) in radii.enumerated() {
      for (entry, radius) in matrix.elements.enumerated() where !radius.isZero {
        if seen == variable { found = (place, entry) }
        seen += 1
      }
    }
    guard let (place, entry) = found else { return [self] }
    let half = radii[place].elements[entry] / 2
    func changed(_ matrices: [Matrix<Rational>], _ change: (Rational) -> Rational) -> [Matrix<Rational>] {
      matrices.enumerated().map { own, matrix in
        guard own == place else { return matrix }
        var elements = matrix.elements
        elements[entry] = change(elements[entry])
        return Matrix(rows: matrix.rows, columns: matrix.columns, elements: elements)
      }
    }
    return [-half, half].map { shift in
      InitialBox(centre: changed(centre) { $0 + shift }, radii: changed(radii) { _ in half })
    }
  }

  func isPoint(at place: Int) -> Bool { radii[place].elements.allSatisfy(\.isZero) }

  /// Balls with the starts' ranges.
  public func balls(precision: Int) -> [Matrix<Ball>] {
    zip(centre, radii).map { centre, radii in
      Matrix(
        rows: centre.rows, columns: centre.columns,
        elements: zip(centre.elements, radii.elements).map {
          Ball(midpoint: $0, radius: $1, precision: precision)
        })
    }
  }
}
