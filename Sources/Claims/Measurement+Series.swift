import Learning
import Multiprecision

extension Measurement {
  /// Numbers computed for each of several times: `name[i,0], t = 1`.
  static func series(
    _ name: String, at times: [Rational], isRigorous: Bool = true, _ values: (Rational) throws -> [Ball]
  ) rethrows -> Measurement {
    Measurement(
      try times.flatMap { entries(of: Matrix(column: try values($0)).map { $0 }, name, at: $0) },
      isRigorous: isRigorous)
  }

  /// Both, one after the other; rigorous if both are.
  static func + (left: Measurement, right: Measurement) -> Measurement {
    Measurement(left.entries + right.entries, from: [left, right])
  }

  /// The numbers in groups of `count`, one group a time.
  func grouped(by count: Int) -> [[Ball]] {
    let balls = entries.compactMap(\.ball)
    return stride(from: 0, to: balls.count - count + 1, by: count).map { Array(balls[$0..<$0 + count]) }
  }
}
