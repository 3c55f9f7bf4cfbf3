import ComputationGraph
import Integrators
import Multiprecision
import Symbolics

extension EquationSystem {
  /// The system as a vector field. The state has one column for each family, and, where a right-hand side uses the
  /// time, the time itself as a last 1 × 1 matrix.
  ///
  /// Each family's formula is compiled once, for all its variables together: a family costs as many nodes as its
  /// formula has operations, however many variables it has.
  ///
  /// - Throws: `SystemError` for what has no power series here: π.
  public func vectorField() throws -> VectorField {
    let graph = Graph()
    let state = families.map { graph.variable(Shape($0.count, 1), name: $0.name) }
    let time = dependsOnTime ? graph.variable(.scalar, name: Self.time) : nil
    let velocity = try families.map { family in
      let algebra = FamilyAlgebra(system: self, family: family, state: state, time: time)
      return try algebra.column(family.derivative.value(in: algebra))
    }
    return try VectorField(
      graph: graph, state: state + (time.map { [$0] } ?? []),
      velocity: velocity + (time == nil ? [] : [graph.constant(1)]))
  }

  /// The start, in the shapes of the vector field's state: the middle where it is a range.
  public var initialState: [Matrix<Rational>] { initialBox.centre }

  /// All starts, in the shapes of the vector field's state.
  public var initialBox: InitialBox {
    func columns(_ values: [[Rational]]) -> [Matrix<Rational>] {
      values.map { Matrix(column: $0) } + (dependsOnTime ? [Matrix(column: [0])] : [])
    }
    return InitialBox(centre: columns(initial), radii: columns(initialRadii))
  }
}

/// A family's formula as nodes.
private struct FamilyAlgebra: ExpressionAlgebra {
  enum Value {
    case number(Rational)
    /// A column with one entry for each variable of the family, or a scalar where nothing depends on the indices.
    case node(Node)
  }

  let system: EquationSystem
  let family: EquationFamily
  let state: [Node]
  let time: Node?
  let assignments: [[String: Int]]

  init(system: EquationSystem, family: EquationFamily, state: [Node], time: Node?) {
    (self.system, self.family, self.state, self.time) = (system, family, state, time)
    assignments = family.assignments
  }

  private var graph: Graph { state[0].graph }

  /// The value as a column.
  func column(_ value: Value) throws -> Node {
    let shape = Shape(family.count, 1)
    switch value {
    case .number(let number): return graph.constant(number, shape: shape)
    case .node(let node): return node.shape == shape ? node : try node.broadcast(to: shape)
    }
  }

  private func node(_ value: Value) -> Node {
    switch value {
    case .number(let number): graph.constant(number)
    case .node(let node): node
    }
  }

  private func error(_ reason: String) -> SystemError {
    SystemError(field: "\(family.label).derivative", reason)
  }

  func literal(_ value: Rational) -> Value { .number(value) }

  func pi() throws -> Value { throw error("found pi, expected rational constants") }

  func variable(_ name: String) throws -> Value {
    if name == EquationSystem.time, let time { return .node(time) }
    if family.indices.contains(where: { $0.name == name }) {
      return .node(graph.constant(Matrix(column: assignments.map { Rational($0[name] ?? 0) })))
    }
    guard let reference = IndexedName(name), let (place, target) = system.family(named: reference.base) else {
      throw error("found '\(name)', which is not known")
    }
    let rows = assignments.compactMap { assignment in
      target.place(of: reference.indices.compactMap { $0.value(assignment) })
    }
    if rows == Array(0..<target.count) { return .node(state[place]) }
    if let first = rows.first, rows.allSatisfy({ $0 == first }) {
      return .node(try state[place].select(rows: [first]))
    }
    return .node(try state[place].select(rows: rows))
  }

  /// Scalars are broadcast where the other operand is a column.
  private func combine(
    _ left: Node, _ right: Node, _ operation: (Node, Node) throws -> Node
  ) throws -> Value {
    guard left.shape != right.shape else { return .node(try operation(left, right)) }
    return .node(try operation(column(.node(left)), column(.node(right))))
  }

  func sum(_ left: Value, _ right: Value) throws -> Value {
    switch (left, right) {
    case (.number(let a), .number(let b)): .number(a + b)
    case (.number(let number), .node(let node)), (.node(let node), .number(let number)):
      .node(try node + number)
    case (.node(let a), .node(let b)): try combine(a, b) { try $0 + $1 }
    }
  }

  func product(_ left: Value, _ right: Value) throws -> Value {
    switch (left, right) {
    case (.number(let a), .number(let b)): .number(a * b)
    case (.number(let number), .node(let node)), (.node(let node), .number(let number)):
      .node(try number * node)
    case (.node(let a), .node(let b)): try combine(a, b) { try $0 * $1 }
    }
  }

  func power(_ base: Value, _ exponent: Rational) throws -> Value {
    let node = node(base)
    return .node(exponent == Rational(1, 2) ? try node.sqrt() : try node.power(exponent))
  }

  /// Exponents made of indices are numbers for each variable: bases with the same one are raised together, and their powers
  /// put in order again.
  func power(_ base: Value, _ exponent: Expression) throws -> Value? {
    guard exponent.freeVariables.isSubset(of: family.indices.map(\.name)) else { return nil }
    let exponents = assignments.compactMap { assignment in
      exponent.substituting(assignment.mapValues { Expression(Rational($0)) }).rationalValue
    }
    guard exponents.count == family.count else { return nil }
    let column = try column(base)
    let groups = Dictionary(grouping: exponents.indices) { exponents[$0] }.sorted { $0.key < $1.key }
    let powers = try groups.map { number, rows in
      try node(power(.node(column.select(rows: rows)), number))
    }
    let order = groups.flatMap(\.value).enumerated().sorted { $0.element < $1.element }.map(\.offset)
    return .node(try Node.stacked(powers).select(rows: order))
  }

  func apply(_ function: Function, _ argument: Value) throws -> Value {
    let x = node(argument)
    let result: Node
    switch function {
    case .exp: result = try x.exp()
    case .log: result = try x.log()
    case .log1p: result = try (x + 1).log()
    case .expm1: result = try x.exp() + -1
    case .logistic: result = try x.logistic()
    case .softplus: result = try x.softplus()
    case .tanh: result = try x.tanh()
    case .sqrt: result = try x.sqrt()
    case .sinh, .cosh:
      let grown = try x.exp()
      let shrunk = try grown.reciprocal()
      result = try Rational(1, 2) * (function == .sinh ? grown - shrunk : grown + shrunk)
    }
    return .node(result)
  }
}
