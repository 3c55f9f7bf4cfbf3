import Multiprecision

extension Node {
  func apply(_ operation: any Operation, _ others: Node...) throws(ShapeError) -> Node {
    try graph.apply(operation, [self] + others)
  }

  public static func + (left: Node, right: Node) throws(ShapeError) -> Node {
    try left.apply(Addition(), right)
  }
  public static func - (left: Node, right: Node) throws(ShapeError) -> Node {
    try left.apply(Subtraction(), right)
  }
  public static prefix func - (node: Node) throws(ShapeError) -> Node { try node.apply(Scale(factor: -1)) }

  /// The entrywise (Hadamard) product. A 1 × 1 operand is broadcast.
  public static func * (left: Node, right: Node) throws(ShapeError) -> Node {
    if left.shape == .scalar, right.shape != .scalar { return try left.broadcast(to: right.shape) * right }
    if right.shape == .scalar, left.shape != .scalar { return try left * right.broadcast(to: left.shape) }
    return try left.apply(HadamardProduct(), right)
  }

  /// The entrywise quotient. A 1 × 1 operand is broadcast.
  public static func / (left: Node, right: Node) throws(ShapeError) -> Node { try left * right.reciprocal() }

  public static func * (factor: Rational, node: Node) throws(ShapeError) -> Node {
    factor == 1 ? node : try node.apply(Scale(factor: factor))
  }

  public static func + (left: Node, right: Rational) throws(ShapeError) -> Node {
    try left + left.graph.constant(right, shape: left.shape)
  }

  public static func - (left: Rational, right: Node) throws(ShapeError) -> Node {
    try right.graph.constant(left, shape: right.shape) - right
  }

  /// The matrix product. Transposes of the operands cost nothing: they become flags of the product.
  public func times(_ other: Node) throws(ShapeError) -> Node {
    let (left, leftIsTransposed) = withoutTranspose
    let (right, rightIsTransposed) = other.withoutTranspose
    return try left.apply(
      MatrixProduct(leftIsTransposed: leftIsTransposed, rightIsTransposed: rightIsTransposed), right)
  }

  private var withoutTranspose: (Node, Bool) {
    operation is Transpose ? (operands[0], true) : (self, false)
  }

  public func transposed() throws(ShapeError) -> Node {
    operation is Transpose ? operands[0] : try apply(Transpose())
  }

  /// The solution x of `self` x = right-hand side; `self` is square.
  public func solving(_ rightHandSide: Node) throws(ShapeError) -> Node { try apply(Solve(), rightHandSide) }

  public func reshaped(to shape: Shape) throws(ShapeError) -> Node {
    self.shape == shape ? self : try apply(Reshape(target: shape))
  }

  /// A 1 × 1 matrix, a row or a column repeated to fill `shape`.
  public func broadcast(to shape: Shape) throws(ShapeError) -> Node {
    self.shape == shape ? self : try apply(Broadcast(target: shape))
  }

  public func slice(rows: Range<Int>, columns: Range<Int>) throws(ShapeError) -> Node {
    if rows == 0..<shape.rows, columns == 0..<shape.columns { return self }
    return try apply(Slice(rows: Array(rows), columns: Array(columns)))
  }

  /// The given rows and columns, in the given order.
  public func select(rows: [Int], columns: [Int]) throws(ShapeError) -> Node {
    if rows == Array(0..<shape.rows), columns == Array(0..<shape.columns) { return self }
    return try apply(Slice(rows: rows, columns: columns))
  }

  public func select(rows: [Int]) throws(ShapeError) -> Node {
    try select(rows: rows, columns: Array(0..<shape.columns))
  }

  /// The matrix with these entries added into a zero matrix of the given shape, at `rows` and `columns`.
  public func embedded(rows: [Int], columns: [Int]? = nil, in target: Shape) throws(ShapeError) -> Node {
    let columns = columns ?? Array(0..<target.columns)
    if rows == Array(0..<target.rows), columns == Array(0..<target.columns) { return self }
    return try apply(Embed(slice: Slice(rows: rows, columns: columns), target: target))
  }

  public static func stacked(_ nodes: [Node]) throws(ShapeError) -> Node {
    try concatenated(nodes, Concatenate(axis: .rows))
  }

  public static func joined(_ nodes: [Node]) throws(ShapeError) -> Node {
    try concatenated(nodes, Concatenate(axis: .columns))
  }

  private static func concatenated(_ nodes: [Node], _ operation: Concatenate) throws(ShapeError) -> Node {
    guard let first = nodes.first else {
      throw ShapeError("concatenation by \(operation.axis)", [], expected: "at least one matrix")
    }
    return nodes.count == 1 ? first : try first.graph.apply(operation, nodes)
  }

  /// The sum of all entries, 1 × 1.
  public func sum() throws(ShapeError) -> Node { try apply(Total(axis: .all)) }
  /// The sum over the rows: one row.
  public func sumOfRows() throws(ShapeError) -> Node { try apply(Total(axis: .rows)) }
  /// The sum over the columns: one column.
  public func sumOfColumns() throws(ShapeError) -> Node { try apply(Total(axis: .columns)) }

  public func exp() throws(ShapeError) -> Node { try apply(Exponential()) }
  public func log() throws(ShapeError) -> Node { try apply(Logarithm()) }
  public func logistic() throws(ShapeError) -> Node { try apply(Logistic()) }
  public func softplus() throws(ShapeError) -> Node { try apply(Softplus(), logistic()) }
  public func tanh() throws(ShapeError) -> Node { try apply(HyperbolicTangent()) }
  public func sqrt() throws(ShapeError) -> Node { try apply(SquareRoot()) }
  public func reciprocal() throws(ShapeError) -> Node { try apply(Reciprocal()) }

  /// The entrywise power with a non-negative integer exponent, by repeated squaring: zero is no exception.
  public func power(_ exponent: Int) throws(ShapeError) -> Node {
    if exponent < 0 { return try power(-exponent).reciprocal() }
    if exponent == 0 { return graph.constant(1, shape: shape) }
    if exponent == 1 { return self }
    let half = try power(exponent / 2)
    let square = try half * half
    return exponent.isMultiple(of: 2) ? square : try square * self
  }

  /// The entrywise power with a rational exponent, of positive entries.
  public func power(_ exponent: Rational) throws(ShapeError) -> Node {
    if exponent.isInteger, let integer = Int(exactly: exponent.numerator), integer != .min {
      return try power(integer)
    }
    return try apply(Power(exponent: exponent))
  }
}
