import Multiprecision

/// One side of a comparison: labelled numbers in balls, and whether their radii are proved or estimated.
public struct Measurement: Sendable {
  public struct Entry: Sendable {
    /// What and when: `margin of input 2, t = 1`.
    public let label: String
    /// Nil where this side says nothing, or states bounds.
    public let ball: Ball?
    /// What a predicted number is said to lie between, where it is not said to be equal.
    public let bounds: Bounds?

    public init(_ label: String, _ ball: Ball?) {
      (self.label, self.ball, bounds) = (label, ball, nil)
    }

    public init(_ label: String, _ bounds: Bounds) {
      (self.label, ball, self.bounds) = (label, nil, bounds)
    }
  }

  /// The ends of an interval, both included; nil where it has none on that side.
  public struct Bounds: Sendable {
    public let lower: Ball?
    public let upper: Ball?

    public static func atLeast(_ lower: Ball) -> Bounds { Bounds(lower: lower, upper: nil) }
    public static func atMost(_ upper: Ball) -> Bounds { Bounds(lower: nil, upper: upper) }
    public static func between(_ lower: Ball, _ upper: Ball) -> Bounds {
      Bounds(lower: lower, upper: upper)
    }
  }

  public var entries: [Entry]
  public var isRigorous: Bool
  /// Why the numbers are estimates, where they are and where that is known.
  public var whyEstimated: String?

  public init(_ entries: [Entry], isRigorous: Bool, why: String? = nil) {
    (self.entries, self.isRigorous) = (entries, isRigorous)
    whyEstimated = isRigorous ? nil : why
  }

  /// Numbers that were computed in balls from those of other measurements: as rigorous as these.
  public init(_ entries: [Entry], from sources: [Measurement]) {
    self.init(
      entries, isRigorous: sources.allSatisfy(\.isRigorous),
      why: sources.lazy.compactMap(\.whyEstimated).first)
  }

  /// The entries of a matrix: `W[i,k], t = 1`.
  public static func entries(of matrix: Matrix<Ball?>, _ name: String, at time: Rational?) -> [Entry] {
    let suffix = time.map { ", t = \($0)" } ?? ""
    return (0..<matrix.rows).flatMap { row in
      (0..<matrix.columns).map { Entry("\(name)[\(row),\($0)]\(suffix)", matrix[row, $0]) }
    }
  }
}
