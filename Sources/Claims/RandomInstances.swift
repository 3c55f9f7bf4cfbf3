import Learning
import Multiprecision

/// Random exact data for instances: short rationals from a seeded generator.
struct RandomInstances {
  private var generator: SplitMix64

  /// - Parameters:
  ///   - settings: the run's seed.
  ///   - stream: keeps the instances of a claim apart.
  init(_ settings: CheckSettings, stream: UInt64) {
    generator = SplitMix64(seed: settings.seed &* 0x1_0000 &+ stream)
  }

  /// k/10 with k uniform in -10·bound, ..., 10·bound.
  mutating func number(bound: Int = 1) -> Rational {
    Rational(Int(generator.next() % UInt64(20 * bound + 1)) - 10 * bound, 10)
  }

  mutating func integer(below limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }

  mutating func matrix(_ rows: Int, _ columns: Int, bound: Int = 1) -> Matrix<Rational> {
    Matrix(rows: rows, columns: columns) { _, _ in number(bound: bound) }
  }

  /// A matrix of the largest possible rank, exactly.
  mutating func fullRankMatrix(_ rows: Int, _ columns: Int, bound: Int = 1) -> Matrix<Rational> {
    while true {
      let candidate = matrix(rows, columns, bound: bound)
      if candidate.rank() == min(rows, columns) { return candidate }
    }
  }

  /// Targets in a likelihood's domain, both classes present where there are two.
  mutating func targets(_ likelihood: Likelihood, count: Int, outputs: Int = 1) -> Matrix<Rational?> {
    Matrix<Rational?>(rows: count, columns: outputs) { row, _ in
      switch likelihood {
      case .gaussian: number(bound: 2)
      case .bernoulli, .categorical: Rational(row < 2 ? row : integer(below: 2))
      case .poisson: Rational(integer(below: 4))
      }
    }
  }

  /// One-hot rows: the first samples are of classes 0, 1, ..., so that as many occur as can.
  mutating func classes(count: Int, of classCount: Int) -> Matrix<Rational?> {
    let classes = (0..<count).map { $0 < classCount ? $0 : integer(below: classCount) }
    return Matrix<Rational?>(rows: count, columns: classCount) { classes[$0] == $1 ? 1 : 0 }
  }

  /// A seed for what draws its own numbers.
  mutating func seed() -> UInt64 { generator.next() }

  /// Seeded parameters. For β = u^L - v^L they are made positive: with odd L and u < 0 < v the sign of β is
  /// conserved, so that a target of the other sign cannot be reached.
  mutating func parameters(_ model: any Model) throws -> [Matrix<Rational>] {
    let parameters = try InitialParameters.seeded(seed: generator.next(), scale: 1).matrices(for: model)
    guard let diagonal = model as? DiagonalModel, diagonal.form == .difference else { return parameters }
    return parameters.map { matrix in matrix.map(\.magnitude) }
  }
}
