import Multiprecision

/// The stage equations of a step, linearised: with the changes z_i of the stages' states and what is missing r_i in the slopes,
/// (A⁻¹ ⊗ I - h diag J_i) z = h r, in triangular factors of doubles.
///
/// The Jacobians J_i = F'(Y_i) are difference quotients over distances so small that, at the precision of the states, they are
/// right to all bits of a double. A⁻¹ stands in front so that the Jacobians are in blocks on the diagonal, and a fast direction of one
/// stage is nothing to the others.
///
/// **Complexity**: n evaluations of F for each stage and 2/3 (n s)³ operations. **Memory**: 2 (n s)² doubles.
struct StageFactors {
  private let rule: CollocationRule
  private let count: Int
  private let factors: LUFactors
  /// Exponents of the components' sizes on the step.
  let units: [Int]
  /// h J in these units, row by row, at each stage.
  private let jacobians: [[Double]]

  /// Bits of solutions.
  static let precision = 64
  /// Bits of a difference quotient.
  private static let quotientBits = 64
  /// A component that is smaller than its scale by more bits may have errors that are not, and pass them on: it has a unit of its scale.
  private static let bitsBelowScale = 10

  /// Numbers at the stages: that of component e at stage i is values[i n + e]·2^exponents[e].
  struct Stages {
    var values: [Double]
    let exponents: [Int]

    func number(_ stage: Int, _ component: Int) -> BigFloat {
      BigFloat(values[stage * exponents.count + component], precision: StageFactors.precision)
        .scaled(byPowerOfTwo: exponents[component])
    }

    /// Those at the last stage.
    var last: [BigFloat] {
      let stages = values.count / exponents.count
      return exponents.indices.map { number(stages - 1, $0) }
    }
  }

  /// Nil where the Jacobians are not finite, or the equations singular in doubles.
  ///
  /// - Parameters:
  ///   - states: Y_i, with their velocities F(Y_i).
  ///   - log2Scales: what the components' errors are relative to.
  ///   - check: called on the way; what it throws is passed on.
  /// - Throws: what `field` and `check` throw.
  init?(
    of step: CollocationStep, at states: [[BigFloat]], velocities: [[BigFloat]], log2Scales: [Int],
    _ field: CollocationStep.Field, check: () throws -> Void
  ) throws {
    let (rule, count, h) = (step.rule, step.start.count, step.length.doubleValue)
    let bits = rule.precision - Self.quotientBits
    let units = zip(Self.units(of: step, states), log2Scales).map { max($0, $1 - Self.bitsBelowScale) }
    var jacobians: [[Double]] = []
    for (state, velocity) in zip(states, velocities) {
      try check()
      var jacobian = [Double](repeating: 0, count: count * count)
      for column in 0..<count {
        var moved = state
        let distance = BigFloat(1, precision: rule.precision).scaled(byPowerOfTwo: units[column] - bits)
        moved[column] = state[column] + distance
        for (row, value) in try field(moved).enumerated() {
          let quotient = (value - velocity[row]).scaled(byPowerOfTwo: bits - units[row]).doubleValue
          jacobian[row * count + column] = h * quotient
        }
      }
      jacobians.append(jacobian)
    }
    let size = rule.stages * count
    var matrix = [Double](repeating: 0, count: size * size)
    for i in 0..<rule.stages {
      for e in 0..<count {
        let row = (i * count + e) * size
        for j in 0..<rule.stages { matrix[row + j * count + e] = rule.inverse[i * rule.stages + j] }
        for f in 0..<count { matrix[row + i * count + f] -= jacobians[i][e * count + f] }
      }
    }
    guard let factors = LUFactors(matrix, size: size) else { return nil }
    (self.rule, self.count, self.factors) = (rule, count, factors)
    (self.units, self.jacobians) = (units, jacobians)
  }

  private static func units(of step: CollocationStep, _ states: [[BigFloat]]) -> [Int] {
    let sizes = step.start.indices.map { component -> Int? in
      let values = states.map { $0[component] } + [step.start[component]]
      let slopes = (0..<step.rule.stages).map { step.slopes[component * step.rule.stages + $0] * step.length }
      return (values + slopes).filter { !$0.isZero && $0.isFinite }.map(\.exponent).max()
    }
    let largest = sizes.compactMap(\.self).max() ?? 0
    return sizes.map { $0 ?? largest }
  }

  /// The z with A⁻¹ z - h J z = right, both stage by stage.
  func solution(of right: [BigFloat]) -> Stages {
    let scaled = right.enumerated().map { $1.scaled(byPowerOfTwo: -units[$0 % count]) }
    let shift = scaled.lazy.filter { !$0.isZero }.map(\.exponent).max() ?? 0
    return Stages(
      values: factors.solution(of: scaled.map { $0.scaled(byPowerOfTwo: -shift).doubleValue }),
      exponents: units.map { $0 + shift })
  }

  /// What differences at the step's start become at its stages, to first order.
  func transported(_ differences: [BigFloat]) -> Stages {
    solution(
      of: rule.inverseSums.flatMap { sum in
        differences.map { BigFloat(sum, precision: Self.precision) * $0 }
      })
  }

  /// h times the slopes of the polynomials through 0 at the start and numbers at the stages, stage by stage.
  func slopes(through stages: Stages) -> Stages {
    let s = rule.stages
    var slopes = Stages(values: stages.values.map { _ in 0 }, exponents: stages.exponents)
    for i in 0..<s {
      for j in 0..<s {
        let factor = rule.inverse[i * s + j]
        for e in 0..<count { slopes.values[i * count + e] += factor * stages.values[j * count + e] }
      }
    }
    return slopes
  }

  /// About the greatest real part of an eigenvalue of h J at every other stage, the last among them; nil where none is found.
  func fastestGrowth() -> Double? {
    var greatest = -Double.infinity
    for stage in stride(from: rule.stages - 1, through: 0, by: -2) {
      let matrix = Matrix(rows: count, columns: count, elements: jacobians[stage])
      guard let abscissa = Eigensystem.abscissa(of: matrix) else { return nil }
      greatest = max(greatest, abscissa)
    }
    return greatest
  }
}
