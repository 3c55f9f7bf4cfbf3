import Integrators
import Multiprecision
import Symbolics

extension EquationSystem {
  /// The solution at the system's times by collocation, as far as it goes (`Trajectory.stop`), the formulas evaluated as
  /// they stand: no graph, no series.
  /// The samples' states have the matrices of `initialState`.
  ///
  /// - Parameter progress: called after each step with the time reached.
  /// - Throws: `IntegrationError`, `singular` where a formula is not defined; `CancellationError`.
  public func integrateByCollocationToStop(
    digits: Int, budget: IntegrationBudget = .init(), progress: ((Double) -> Void)? = nil
  ) throws -> Trajectory {
    let bits = 4 * Precision.bits(forDigits: max(digits, 1)) + 1_024
    let equations = scalarEquations()
    let names = scalarNames
    let initial = initialState.flatMap(\.elements).map { BigFloat($0, precision: bits) }
    let shapes = initialState.map(\.shape)
    func velocity(_ state: [BigFloat]) throws -> [BigFloat] {
      let precision = state.first?.precision ?? Precision.minimum
      let variables = Dictionary(uniqueKeysWithValues: zip(names, state))
      let values = try equations.map { try $0.evaluate(variables: variables, precision: precision) }
      guard values.allSatisfy(\.isFinite) else { throw LinearAlgebraError.singular }
      return values
    }
    /// The radii of the values in balls.
    func rounding(_ state: [BigFloat]) -> [BigFloat]? {
      let precision = state.first?.precision ?? Precision.minimum
      let balls = state.map { Ball($0, precision: precision) }
      let variables = Dictionary(uniqueKeysWithValues: zip(names, balls))
      let values = equations.map { try? $0.evaluate(variables: variables, precision: precision) }
      let radii = values.compactMap { $0.flatMap { $0.isFinite ? $0.radius : nil } }
      return radii.count == values.count ? radii : nil
    }
    return try CollocationIntegrator(digits: digits, budget: budget)
      .integrateToStop(velocity, from: initial, at: times, rounding: rounding, progress: progress)
      .mapStates { columns in
        var rest = columns.flatMap(\.elements)[...]
        return shapes.map { shape in
          defer { rest = rest.dropFirst(shape.count) }
          return Matrix(rows: shape.rows, columns: shape.columns, elements: Array(rest.prefix(shape.count)))
        }
      }
  }

  /// The same, to the last time.
  public func integrateByCollocation(
    digits: Int, budget: IntegrationBudget = .init(), progress: ((Double) -> Void)? = nil
  ) throws -> Trajectory {
    try integrateByCollocationToStop(digits: digits, budget: budget, progress: progress).orThrow()
  }

  /// The names of all variables in the order of the state, the time last where it is used.
  private var scalarNames: [String] {
    families.flatMap { family in (0..<family.count).map { family.label(of: $0) } }
      + (dependsOnTime ? [Self.time] : [])
  }

  /// One right-hand side for each variable, with numbers for indices.
  private func scalarEquations() -> [Expression] {
    let equations = families.flatMap { family in
      family.assignments.map { assignment in
        var values = assignment.mapValues { Expression(Rational($0)) }
        for name in family.derivative.freeVariables {
          guard let reference = IndexedName(name), !reference.indices.isEmpty else { continue }
          let numbers = reference.indices.compactMap { $0.value(assignment) }
          values[name] = .variable("\(reference.base)[\(numbers.map(String.init).joined(separator: ","))]")
        }
        return family.derivative.substituting(values)
      }
    }
    return equations + (dependsOnTime ? [1] : [])
  }
}
