import Learning
import Multiprecision

/// Starts of deep linear networks with d = 4, N = 2 and one output for T3 (c): those whose unseen part moves as in the
/// linear model, and near misses. All are exact, and each carries its own inputs.
struct NullSpaceStarts: Sendable {
  struct Start: Sendable {
    let inputs: Matrix<Rational>
    let parameters: [Matrix<Rational>]
    /// What makes it one of the kinds, checked exactly.
    var condition = Condition("the start is generic", .certified, "drawn")
    var nearMiss: NearMiss?

    /// P_null = 1 - X⁺X.
    var projectionOutside: Matrix<Rational> {
      Matrix<Rational>.identity(inputs.columns) - inputs.moorePenroseInverse() * inputs
    }
  }

  /// A start that lacks one hypothesis.
  struct NearMiss: Sendable {
    let name: String
    let inputs: Matrix<Rational>
    let parameters: [Matrix<Rational>]
    /// Whether its velocity differs at t = 0 already; otherwise its derivative does.
    let differsAtOnce: Bool

    var start: Start { Start(inputs: inputs, parameters: parameters) }
  }

  private let settings: CheckSettings
  private let inputs: Matrix<Rational>
  private static let dimension = 4

  init(_ settings: CheckSettings) throws {
    self.settings = settings
    var random = RandomInstances(settings, stream: 390)
    inputs = random.fullRankMatrix(2, Self.dimension)
  }

  func targets(_ likelihood: Likelihood) -> Matrix<Rational?> {
    likelihood == .gaussian ? Matrix(column: [2, -1]) : Matrix(column: [1, 0])
  }

  private func random(_ stream: UInt64) -> RandomInstances { RandomInstances(settings, stream: 391 + stream) }

  /// Layers drawn at random.
  func anything(_ widths: [Int]) -> Start {
    var random = random(UInt64(widths.count))
    return Start(inputs: inputs, parameters: layers(widths, &random))
  }

  /// c1: W_1 P_null = 0. Near miss: whitened inputs, XXᵀ = 1, under any layers.
  func seenFirstLayer(_ widths: [Int]) throws -> Start {
    var random = random(10 + UInt64(widths.count))
    var layers = layers(widths, &random)
    let whitened = NearMiss(
      name: "whitened inputs are enough", inputs: try random.rotation(Self.dimension).rows(2),
      parameters: layers, differsAtOnce: true)
    var start = Start(inputs: inputs, parameters: layers)
    layers[0] = layers[0] - layers[0] * start.projectionOutside
    start = Start(inputs: inputs, parameters: layers)
    let left = layers[0] * start.projectionOutside
    return start.with(
      Condition("W_1(0) P_null = 0", left.isZero ? .certified : .violated, "exactly"),
      whitened)
  }

  /// c2: W_{l+1}ᵀ W_{l+1} = W_l W_lᵀ, with β(0) as the first input's direction. Near miss: other inputs.
  func balanced(_ widths: [Int]) throws -> Start {
    let model = try DeepLinearModel(widths: widths)
    let layers = try InitialParameters.balanced(scale: 1, seed: settings.seed &+ UInt64(widths.count))
      .matrices(for: model)
    var random = random(20 + UInt64(widths.count))
    let weights = model.exactEndToEndMatrix(layers)
    var rows = Matrix<Rational>(rows: 2, columns: Self.dimension, repeating: 0)
    while rows.rank() < 2 { rows = Matrix(rows: [weights.row(0), random.matrix(1, Self.dimension).row(0)]) }
    // A mixture of the rows, so that no input is β(0) itself.
    let mixed = random.fullRankMatrix(2, 2) * rows
    let start = Start(inputs: mixed, parameters: layers)
    let isBalanced = zip(layers, layers.dropFirst()).allSatisfy {
      ($1.transposed() * $1 - $0 * $0.transposed()).isZero
    }
    let isSeen = (weights * start.projectionOutside).isZero
    return start.with(
      Condition("balanced, β(0) in row(X)", isBalanced && isSeen ? .certified : .violated, "exactly"),
      NearMiss(name: "balanced layers are enough", inputs: inputs, parameters: layers, differsAtOnce: true))
  }

  /// c3: W_1 = ... = W_{L-1} = 1 and a head in row(X), or zero. Near miss: another head.
  func identity(depth: Int, zeroHead: Bool = false) throws -> Start {
    var random = random(30 + UInt64(depth))
    let identities = [Matrix<Rational>](repeating: .identity(Self.dimension), count: depth - 1)
    let other = random.fullRankMatrix(1, Self.dimension)
    let seen = random.fullRankMatrix(1, 2) * inputs
    let head = zeroHead ? Matrix<Rational>(rows: 1, columns: Self.dimension, repeating: 0) : seen
    let start = Start(inputs: inputs, parameters: identities + [head])
    return start.with(
      Condition(
        "the head is in row(X)", (head * start.projectionOutside).isZero ? .certified : .violated, "exactly"),
      NearMiss(
        name: "identity layers are enough", inputs: inputs, parameters: identities + [other],
        differsAtOnce: false))
  }

  /// c4: W = R₁ A X + R₂ B P_null with orthonormal columns R₁, R₂ of the hidden space, a = R₁ c. Near miss: a head
  /// that is not orthogonal to W P_null.
  func orthogonal() throws -> Start {
    var random = random(40)
    let rotation = try random.rotation(4)
    let left = rotation.transposed().columns(0..<2)
    let right = rotation.transposed().columns(2..<4)
    let outside = Start(inputs: inputs, parameters: []).projectionOutside
    let hidden =
      left * (random.fullRankMatrix(2, 2) * inputs) + right * (random.fullRankMatrix(2, 4) * outside)
    let head = (left * random.fullRankMatrix(2, 1)).transposed()
    let miss = head + (right * random.fullRankMatrix(2, 1)).transposed()
    let start = Start(inputs: inputs, parameters: [hidden, head])
    let unseen = hidden * outside
    let seen = hidden - unseen
    let holds =
      (unseen.transposed() * seen).isZero && (head * unseen).isZero && !unseen.isZero && !seen.isZero
    return start.with(
      Condition("W P_row ⊥ W P_null, β_null(0) = 0", holds ? .certified : .violated, "exactly"),
      NearMiss(
        name: "W P_row ⊥ W P_null is enough", inputs: inputs, parameters: [hidden, miss],
        differsAtOnce: false))
  }

  private func layers(_ widths: [Int], _ random: inout RandomInstances) -> [Matrix<Rational>] {
    zip(widths.dropFirst(), widths).map { random.fullRankMatrix($0, $1) }
  }
}

extension NullSpaceStarts.Start {
  fileprivate func with(
    _ condition: Condition, _ nearMiss: NullSpaceStarts.NearMiss
  ) -> Self {
    Self(inputs: inputs, parameters: parameters, condition: condition, nearMiss: nearMiss)
  }
}

extension RandomInstances {
  /// A rational orthogonal matrix, by the Cayley transform of a skew-symmetric one.
  mutating func rotation(_ size: Int) throws -> Matrix<Rational> {
    var sum = Matrix<Rational>.identity(size)
    for i in 0..<size {
      for j in (i + 1)..<size {
        sum[i, j] = number()
        sum[j, i] = -sum[i, j]
      }
    }
    return try sum.inverse().scaled(by: 2) - .identity(size)
  }
}

extension Matrix where Scalar == Rational {
  var isZero: Bool { elements.allSatisfy(\.isZero) }
  fileprivate func rows(_ count: Int) -> Matrix { Matrix(rows: (0..<count).map { row($0) }) }
  fileprivate func columns(_ range: Range<Int>) -> Matrix {
    Matrix(rows: rows, columns: range.count) { self[$0, range.lowerBound + $1] }
  }
}
