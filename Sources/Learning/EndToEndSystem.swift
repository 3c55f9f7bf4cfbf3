import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// M⁻¹ ∇_β L for a model linear in its input, as a weighted least-squares problem in the coordinates of measured rows.
///
/// M = Σ_n w_n V_n r_n r_nᵀ and ∇_β L = Σ_n v_n V_n z_n r_n over rows r_n = x ⊗ a: an input and a direction in which its
/// outputs are measured, with the variance V_n, the Fisher weight w_n, the sample count v_n and z_n, the residual over the
/// variance. In a basis of these rows (`WeightedBasis`), r_n = Σ_i c_ni r_i, the velocities u_i along it solve
///
///     Σ_j (Σ_n w_n V_n c_ni c_nj) u_j = Σ_n v_n V_n z_n c_ni,
///
/// and each row i is divided by a variance near V_i. Only ratios of variances occur, none of them large.
///
/// **Shapes**: β has q·free entries, q the rank of the inputs. **Source**: docs/design, "Three routes to the natural gradient".
struct EndToEndSystem {
  private let problem: Problem
  private let groups: Problem.TrainingGroups
  /// A basis of the inputs' row space (the unit vectors if they span), with all free outputs.
  let units: OutputPoints
  /// The training inputs, then the measure's others; and a target row for each, zero for those.
  private let inputs: Matrix<Rational>, targets: Matrix<Rational>
  private var blocks: [MeasuredRows] = []

  /// Nil where the measured rows do not determine β, or the training inputs are not in the measured ones' span.
  ///
  /// - Throws: `MemoryLimitError` where the rows are too many.
  init?(problem: Problem, gradient: NaturalGradient) throws(MemoryLimitError) {
    guard problem.model.isLinearInInputs, let (points, weights) = gradient.points else { return nil }
    (self.problem, groups) = (problem, gradient.groups)
    let training = groups.points.inputs
    let known = Set((0..<training.rows).map(training.row))
    let others = (0..<points.inputs.rows).map(points.inputs.row).filter { !known.contains($0) }
    inputs = Matrix(rows: (0..<training.rows).map(training.row) + others)
    let (K, trainingCount) = (problem.model.outputCount, training.rows)
    let groupTargets = groups.targets
    targets = Matrix(rows: inputs.rows, columns: K) { $0 < trainingCount ? groupTargets[$0, $1] : 0 }
    let (reduced, rank) = inputs.rowReduced()
    guard rank > 0 else { return nil }
    let basis = Matrix<Rational>(rows: rank, columns: reduced.columns) { reduced[$0, $1] }
    units = OutputPoints(inputs: basis, model: problem.model, likelihood: problem.likelihood)
    // The reduced rows have ones at the pivots: an input's coordinates are its entries there.
    let pivots = (0..<rank).compactMap { row in basis.row(row).firstIndex { !$0.isZero } }
    let coordinates = inputs.rowsSelected(columns: pivots)

    var fisher = [Rational](repeating: 0, count: inputs.rows * K)
    let places = Dictionary(uniqueKeysWithValues: (0..<inputs.rows).map { (inputs.row($0), $0) })
    for (entry, weight) in zip(points.entries, weights) {
      guard let place = places[points.inputs.row(entry / K)] else { return nil }
      fisher[place * K + entry % K] = weight
    }
    let counts = (0..<inputs.rows * K).map {
      $0 / K < trainingCount ? gradient.groups.counts.elements[$0] : 0
    }
    let free = problem.likelihood.freeOutputs(K)
    let isJoint = problem.likelihood == .categorical
    // The rows, and their coordinates in a basis.
    try MemoryAccount.current.check(
      MemoryAccount.bytes(
        numbers: MemoryAccount.product(3, inputs.rows, isJoint ? MemoryAccount.product(K, K, free) : K, rank)),
      for: "the coordinates of \(inputs.rows) inputs with \(K) outputs")
    let directions = problem.likelihood.measuredDirections(K)
    // Outputs are independent of each other but for the categorical, whose directions join them.
    let parts = isJoint ? [Array(directions.indices)] : directions.indices.map { [$0] }
    for part in parts {
      let members = (0..<inputs.rows).flatMap { n in part.map { (input: n, direction: $0) } }
      let columns = part.count == 1 ? [part[0]] : Array(0..<free)
      let rows = members.map { member -> [Rational] in
        let direction = directions[member.direction]
        return coordinates.row(member.input).flatMap { x in
          columns.map { k in direction.plus == k ? x : direction.minus == k ? -x : 0 }
        }
      }
      let entries = members.map { $0.input * K + directions[$0.direction].plus }
      guard
        let block = MeasuredRows(
          rows: Matrix(rows: rows), places: members.map { $0.input * directions.count + $0.direction },
          weights: entries.map { fisher[$0] }, counts: entries.map { counts[$0] },
          unknowns: (0..<rank).flatMap { i in columns.map { i * free + $0 } })
      else { return nil }
      blocks.append(block)
    }
  }

  /// M⁻¹ ∇_β L at the unit points, q·free × 1.
  func naturalGradient(_ parameters: [Node]) throws -> Node {
    let graph = parameters[0].graph
    let outputs = try problem.model.outputs(parameters, inputs: graph.constant(groups.points.inputs))
    let residual = try problem.likelihood.measuredResidual(outputs, targets: groups.targets)
    let residuals = try residual.reshaped(to: Shape(residual.shape.count, 1))
    let logVariances = try logVariances(parameters)
    var sum: Node?
    for block in blocks {
      let part = try block.solution(logVariances: logVariances, residuals: residuals)
        .embedded(rows: block.unknowns, in: Shape(units.count, 1))
      sum = try sum.map { try $0 + part } ?? part
    }
    return sum ?? graph.zero(Shape(units.count, 1))
  }

  /// log V of all measured directions, one column.
  private func logVariances(_ parameters: [Node]) throws -> Node {
    let outputs = try problem.model.outputs(parameters, inputs: parameters[0].graph.constant(inputs))
    let values = try problem.likelihood.logVariances(outputs, targets: targets)
    return try values.reshaped(to: Shape(values.shape.count, 1))
  }

  /// Chooses the bases for a state: the one that is best, or the present one where it is good enough.
  ///
  /// - Returns: whether anything was changed.
  mutating func adapt(to state: [Matrix<BigFloat>], limit: Double) throws -> Bool {
    let precision = min(state.flatMap(\.elements).map(\.precision).max() ?? 64, Self.mostPrecision)
    let graph = Graph()
    let parameters = problem.model.parameterVariables(in: graph)
    let values = state.map { $0.map { $0.rounded(toPrecision: precision) } }
    let logarithms = try graph.evaluate(
      [logVariances(parameters)], variables: Array(zip(parameters, values)), precision: precision)[0]
    let log2Variances = logarithms.elements.map { $0.doubleValue / log(2) }
    // Where a variance is not a number of doubles, the present basis stays.
    guard log2Variances.allSatisfy(\.isFinite) else { return false }
    var isChanged = false
    for index in blocks.indices where blocks[index].adapt(to: log2Variances, limit: limit) {
      isChanged = true
    }
    return isChanged
  }

  /// Bits that are enough to choose a basis.
  private static let mostPrecision = 256
}

extension Matrix where Scalar == Rational {
  fileprivate func rowsSelected(columns: [Int]) -> Matrix<Rational> {
    Matrix(rows: rows, columns: columns.count) { self[$0, columns[$1]] }
  }
}
