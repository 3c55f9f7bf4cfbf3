import Multiprecision

/// Gaussian inputs with labels from a sparse linear teacher, in double precision: one draw of T9's experiment.
///
/// X is N × d from `GaussianGenerator(seed:)`, row by row; the teacher is w* = (1, ..., 1, 0, ..., 0)/√k. For
/// Gaussian inputs the test error of sign(x·β) is the angle between β and w* over π, so no test set is needed.
public struct SparseTeacher: Sendable {
  public let inputs: DoubleRows
  public let sparsity: Int

  public init(samples: Int, dimension: Int, sparsity: Int, seed: UInt64) {
    var generator = GaussianGenerator(seed: seed)
    inputs = DoubleRows(count: samples, dimension: dimension) { _, _ in generator.next() }
    self.sparsity = sparsity
  }

  /// w*, of norm 1.
  public var teacher: [Double] {
    let weight = 1 / Double(sparsity).squareRoot()
    return (0..<inputs.dimension).map { $0 < sparsity ? weight : 0 }
  }

  /// ±1.
  public var labels: [Double] { inputs.times(teacher).map { $0 < 0 ? -1 : 1 } }

  /// Z: rows y_n x_n.
  public var margins: DoubleRows { inputs.scaled(by: labels) }

  /// The angle between β and w* over π.
  public func testError(of weights: [Double]) -> Double {
    var (along, square) = (0.0, 0.0)
    for (a, b) in zip(weights, teacher) {
      along += a * b
      square += a * a
    }
    return Double.arccos(along / square.squareRoot()) / .pi
  }

  /// X⁺y.
  ///
  /// - Throws: `LinearAlgebraError.singular` for dependent inputs.
  public func minimumNorm() throws(LinearAlgebraError) -> [Double] {
    try inputs.transposedTimes(inputs.gram().solve(labels))
  }

  /// The test errors of X⁺y of independent draws with teachers of one entry, with the seeds from `seed` on.
  public static func signErrors(samples: Int, dimension: Int, draws: Int, seed: UInt64) throws -> [Double] {
    try (0..<draws).map { draw in
      try Task.checkCancellation()
      let problem = SparseTeacher(
        samples: samples, dimension: dimension, sparsity: 1, seed: seed &+ UInt64(draw))
      return try problem.testError(of: problem.minimumNorm())
    }
  }

  /// |X⁺Xw* - w*|² of independent draws with teachers of one entry, with the seeds from `seed` on.
  public static func regressionErrors(
    samples: Int, dimension: Int, draws: Int, seed: UInt64
  ) throws -> [Double] {
    try (0..<draws).map { draw in
      try Task.checkCancellation()
      let problem = SparseTeacher(
        samples: samples, dimension: dimension, sparsity: 1, seed: seed &+ UInt64(draw))
      let inputs = problem.inputs
      let multipliers = try inputs.gram().solve(inputs.times(problem.teacher))
      return zip(inputs.transposedTimes(multipliers), problem.teacher).reduce(0) { sum, pair in
        sum + (pair.0 - pair.1) * (pair.0 - pair.1)
      }
    }
  }
}
