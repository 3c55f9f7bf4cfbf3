import Learning
import Multiprecision

/// T4: the limit depends on the start: b* in steps, c smoothly.
extension Claim {
  static let t4StartDependence = Claim(
    id: "t4-start-dependence", title: "b* is piecewise constant in the start, c varies smoothly",
    statement:
      "The start enters the limit through g = Σ s_n(0) z_n: b* takes finitely many values, vertices of {z_n·b ≥ 1}; "
      + "inside a piece ∂c/∂β(0) = Z_S⁻¹ diag(1/α) Z_S⁻ᵀ Σ s_n (1 - s_n) z_n z_nᵀ.",
    hypotheses: [
      "logistic loss; the inputs span; the data are strictly separable",
      "the programme's solution is unique, with d active constraints",
    ],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "strictly separable data that span; starts where the programme's solution is unique",
      tested:
        "N = 4, d = 2 from a grid of 36 starts in [-2.5, 2.5]², two vertices; derivatives for N = 4 and 9, d = 2 and 3"
    )
  ) { settings in
    let rows: [[Rational]] = [[1, 0], [3, 1], [4, 1], [5, -2]]
    let data = try Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: rows.map { _ in 1 }))
    var instances = [try grid("Z = (1,0), (3,1), (4,1), (5,-2), 36 starts", data, settings)]
    instances.append(
      try derivative("∂c/∂β(0), the same Z, from (1, 3/2)", data, [1, Rational(3, 2)], settings))
    var random = RandomInstances(settings, stream: 520)
    instances.append(
      try derivative(
        "∂c/∂β(0), random, N = 9, d = 3", random.separable(count: 9, dimension: 3),
        (0..<3).map { _ in random.number() }, settings))
    return instances
  }

  /// β(t) at a late time from each start of a grid, against the vertex and c of its own programme. The grid
  /// avoids (0, 0), where the solution is a face.
  private static func grid(_ name: String, _ data: Dataset, _ settings: CheckSettings) throws -> Instance {
    let places = [-5, -3, -1, 1, 3, 5].map { Rational($0, 2) }
    let limits = try places.flatMap { a in
      try places.map { b in
        LimitSolution(try .logistic(data, from: [a, b]), settings, id: "t4-start-dependence")
      }
    }
    @Sendable func gather(_ side: (LimitSolution) throws -> Measurement) throws -> Measurement {
      Measurement(try limits.flatMap { try side($0).entries }, isRigorous: true)
    }
    return Instance(
      name,
      conditions: {
        var conditions = try limits.flatMap { limit in
          try limit.conditions { [$0.uniqueness(active: ==, "d active constraints")] }
        }
        // One line for all: the conditions that fail, or that all hold.
        conditions.removeAll { $0.status == .certified }
        let vertices = try Set(limits.map { try $0.expansion().solution })
        return conditions + [
          Condition(
            "at least two vertices are reached", vertices.count > 1 ? .certified : .violated,
            "\(vertices.count): "
              + vertices.map { "(\($0.map { "\($0)" }.joined(separator: ", ")))" }.sorted().joined(
                separator: ", "))
        ]
      },
      observed: { try gather { try $0.observed() } },
      predicted: { try gather { try $0.predicted() } },
      controls: [
        .init("b* is the same from every start") {
          let first = try limits[0].expansion().solution
          return try gather { try $0.predicted(direction: first) }
        },
        .init("c is the same from every start of a piece") {
          var offsets: [[Rational]: [Ball]] = [:]
          return try gather { limit in
            let expansion = try limit.expansion()
            let offset = offsets[expansion.solution] ?? expansion.offset.elements
            offsets[expansion.solution] = offset
            return try limit.predicted(offset: offset)
          }
        },
      ])
  }

  /// (β(t) from β(0) + h e_j, less β(t) from β(0))/h for each j at a late time, against the derivative on the box
  /// between both starts, widened by the two remainders: the mean value theorem, so both sides are proved.
  private static func derivative(
    _ name: String, _ data: Dataset, _ start: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let d = start.count
    let h = try Rational(10).power(-(settings.workingDigits + 6))
    var working = settings
    working.digits = 2 * settings.digits + 24
    let starts = [start] + (0..<d).map { j in start.enumerated().map { $0 == j ? $1 + h : $1 } }
    let limits = try starts.map {
      LimitSolution(try .logistic(data, from: $0), working, id: "t4-start-dependence")
    }
    let precision = working.precision
    let inverseStep = Ball(1 / h, precision: precision)
    let one = settings.constant("t4-start-dependence: 1 in 1/α", 1)
    @Sendable func prediction(_ errors: ([Ball]) -> [Ball], dual: (Ball) -> Ball) throws -> Measurement {
      let expansion = try limits[0].expansion()
      let rows = expansion.programme.data.rows.map { Ball($0, precision: precision) }
      let active = expansion.programme.levels.flatMap(\.rows)
      let box = Matrix(
        column: start.map { Ball($0, precision: precision).union(Ball($0 + h, precision: precision)) })
      let s = (rows * box).elements.map { Ball.logistic(-$0) }
      let slopes = errors(s)
      let weighted = Matrix<Ball>(rows: rows.rows, columns: d) { slopes[$0] * rows[$0, $1] }
      let change = rows.transposed() * weighted
      let gradient = rows.transposed() * Matrix(column: s)
      let basis = Matrix(rows: active.map { rows.row($0) })
      let alpha = try Ball.solve(basis.transposed(), gradient).elements
      let alphaChange = try Ball.solve(basis.transposed(), change)
      let scaled = Matrix<Ball>(rows: d, columns: d) { dual(alpha[$0]) * alphaChange[$0, $1] }
      let derivative = try Ball.solve(basis, scaled)
      let remainders = try limits.map { try $0.remainder().elements }
      return Measurement(
        (0..<d).flatMap { j in
          (0..<d).map { i in
            let error = inverseStep * (remainders[0][i].magnitude + remainders[j + 1][i].magnitude)
            return .init("∂c[\(i)]/∂β(0)[\(j)]", derivative[i, j].addingError(error))
          }
        }, isRigorous: true)
    }
    @Sendable func variance(_ s: [Ball]) -> [Ball] { s.map { $0 * (1 - $0) } }
    return Instance(
      name,
      conditions: {
        let vertices = try Set(limits.map { try $0.expansion().solution })
        return try limits[0].conditions { [$0.uniqueness(active: ==, "d active constraints")] } + [
          Condition(
            "the starts are in one piece", vertices.count == 1 ? .certified : .violated,
            "\(vertices.count) vertices")
        ]
      },
      observed: {
        let ends = try limits.map { try $0.weights().elements }
        return Measurement(
          (0..<d).flatMap { j in
            (0..<d).map { i in
              .init("∂c[\(i)]/∂β(0)[\(j)]", inverseStep * (ends[j + 1][i] - ends[0][i]))
            }
          }, isRigorous: true)
      },
      predicted: { try prediction(variance) { one * (1 / $0) } },
      controls: [
        .init("without 1/α") { try prediction(variance) { $0 / $0 } },
        .init("with s_n in place of s_n (1 - s_n)") { try prediction({ $0 }) { 1 / $0 } },
      ])
  }
}
