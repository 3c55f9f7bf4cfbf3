import Learning
import Multiprecision

/// T3: when ∂β/∂θ is surjective, the hypothesis of invariance and of T4 and T6: ranks in exact arithmetic.
extension Claim {
  static let t3WhenSurjective = Claim(
    id: "t3-when-surjective", title: "When ∂W/∂θ has full row rank, and what rank it has otherwise",
    statement:
      "For W = W_L ⋯ W_1 the rank of ∂vec W/∂θ is Σ_j (u_j - u_{j-1}) v_j, u_j = rank(W_L ⋯ W_{j+1}), u_0 = 0, v_j = "
      + "rank(W_{j-1} ⋯ W_1); it is full iff some u_j and v_j are. For u_1∘⋯∘u_L it is the number of coordinates with "
      + "at most one zero factor, for u^L - v^L (L ≥ 2) of those where u_i and v_i are not both zero.",
    hypotheses: ["deep linear or diagonal model"],
    section: "T3", theorem: "DeepLinear.deep_linear_submersion",
    range: .init(
      claimed: "any depth, widths and parameters",
      tested:
        "eight shapes of depth 1 to 4, widths 1 to 3; diagonal, depths 2 to 4; 40 exact draws each, with zeros, and two fixed points"
    )
  ) { settings in
    let scalar = [[3, 2, 1], [2, 3, 1], [3, 1, 1, 1], [2, 2, 2, 2, 1]]
    let several = [[3, 2], [2, 3, 2], [3, 1, 2], [2, 2, 2, 2]]
    return try scalar.enumerated().map { index, widths in
      try deepLinear(widths, stream: UInt64(450 + index), settings)
    }
      + several.enumerated().map { index, widths in
        try deepLinear(widths, stream: UInt64(460 + index), settings)
      } + [
        diagonal(.product, depth: 2, stream: 470, settings),
        diagonal(.product, depth: 4, stream: 471, settings),
        diagonal(.difference, depth: 2, stream: 472, settings),
        diagonal(.difference, depth: 3, stream: 473, settings),
      ]
  }

  private static let draws = 40

  private static func deepLinear(
    _ widths: [Int], stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DeepLinearModel(widths: widths)
    var points = (0..<draws).map { _ in random.layers(widths) }
    let (inputs, outputs) = (widths[0], model.outputCount)
    let last = widths.count - 2
    // Two that each naive condition gets wrong: a zero layer with full ones around it, and generic layers that
    // a projection makes singular.
    points.append(random.layers(widths, zero: last, elsewhereFull: true))
    points.append(random.layers(widths, zero: 0, elsewhereFull: true))
    let layers = points
    let full = Rational(inputs * outputs)
    var controls: [Instance.Control] = []
    func control(_ name: String, _ condition: @escaping @Sendable ([Matrix<Rational>]) -> Bool) {
      controls.append(.init(name) { surjectivity(layers.map(condition), settings) })
    }
    if last > 0 {
      control("full rank iff no layer is zero") { layers in layers.allSatisfy { !$0.isZero } }
      control("full rank iff W is not zero") { layers in
        !layers.dropFirst().reduce(layers[0]) { $1 * $0 }.isZero
      }
      // True where a hidden width is below min(m, n): the rank is never full there.
      let isWide = widths.dropFirst().dropLast().allSatisfy { $0 >= max(inputs, outputs) }
      if isWide || outputs == 1 {
        control("full rank iff all hidden widths are m and n or more") { _ in isWide }
      }
    } else {
      control("full rank iff no layer is zero") { layers in layers.allSatisfy { !$0.isZero } }
    }
    if outputs == 1, widths[last] >= inputs {
      control("one output: full rank iff W_L ⋯ W_2 is not zero") { layers in
        !layers.dropFirst(2).reduce(layers[1]) { $1 * $0 }.isZero
      }
    }
    return Instance(
      "deep linear \(widths.map(String.init).joined(separator: "-")), \(layers.count) points",
      observed: {
        ranks(
          layers.map { model.exactJacobian($0, inputs: .identity(inputs)).rank() }, full: full, settings)
      },
      predicted: {
        ranks(layers.map { nestedRank($0, inputs: inputs, outputs: outputs) }, full: full, settings)
      }, controls: controls)
  }

  /// Σ_j (u_j - u_{j-1}) v_j: the dimension of Σ U_j ⊗ V_j, U_j growing and V_j shrinking.
  private static func nestedRank(_ layers: [Matrix<Rational>], inputs: Int, outputs: Int) -> Int {
    var (sum, previous) = (0, 0)
    for j in layers.indices {
      let above = layers[(j + 1)...].reduce(.identity(layers[j].rows)) { $1 * $0 }
      let below = layers[..<j].reduce(.identity(inputs)) { $1 * $0 }
      let rank = above.rank()
      sum += (rank - previous) * below.rank()
      previous = rank
    }
    return sum
  }

  private static func diagonal(
    _ form: DiagonalModel.Form, depth: Int, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DiagonalModel(inputCount: 3, form: form, depth: depth)
    func constant(_ value: Rational) -> Matrix<Rational> { Matrix(rows: 3, columns: 1, repeating: value) }
    // After two that each naive condition gets wrong: one zero factor, and u = v.
    let others = model.parameterShapes.dropFirst().map { _ in constant(1) }
    let points =
      [[constant(0)] + others, [constant(1)] + others]
      + (0..<draws).map { _ in
        model.parameterShapes.map { _ in
          Matrix<Rational>(rows: 3, columns: 1) { _, _ in
            random.integer(below: 4) == 0 ? 0 : random.factors(1)[0, 0]
          }
        }
      }
    /// The coordinates for which a condition on the factors' zeros holds.
    @Sendable func count(_ factors: [Matrix<Rational>], _ condition: (Int) -> Bool) -> Int {
      (0..<3).count { i in condition(factors.count { $0[i, 0].isZero }) }
    }
    let most = form == .product ? 1 : model.parameterShapes.count - 1
    return Instance(
      "diagonal \(form.rawValue) of depth \(depth), \(points.count) points",
      observed: {
        ranks(points.map { model.exactJacobian($0, inputs: .identity(3)).rank() }, full: 3, settings)
      },
      predicted: { ranks(points.map { count($0) { $0 <= most } }, full: 3, settings) },
      controls: [
        .init("full rank iff no factor is zero") {
          surjectivity(points.map { count($0) { $0 == 0 } == 3 }, settings)
        },
        .init("full rank iff no coordinate of β is zero") {
          surjectivity(
            points.map { model.exactEndToEndMatrix($0).elements.allSatisfy { !$0.isZero } }, settings)
        },
      ])
  }

  /// For each point its rank, and whether it is full.
  private static func ranks(_ ranks: [Int], full: Rational, _ settings: CheckSettings) -> Measurement {
    let precision = settings.precision
    return Measurement(
      ranks.enumerated().flatMap { index, rank -> [Measurement.Entry] in
        [
          .init("rank at point \(index)", Ball(Rational(rank), precision: precision)),
          .init("full rank at point \(index)", Ball(Rational(rank) == full ? 1 : 0, precision: precision)),
        ]
      }, isRigorous: true)
  }

  /// Whether each point has full rank, nothing said of the rank.
  private static func surjectivity(_ full: [Bool], _ settings: CheckSettings) -> Measurement {
    Measurement(
      full.enumerated().flatMap { index, isFull -> [Measurement.Entry] in
        [
          .init("rank at point \(index)", nil as Ball?),
          .init("full rank at point \(index)", Ball(isFull ? 1 : 0, precision: settings.precision)),
        ]
      }, isRigorous: true)
  }
}

extension RandomInstances {
  /// Layers each of which is full, of rank at most one, sparse or zero.
  ///
  /// - Parameter zero: this layer is zero.
  fileprivate mutating func layers(
    _ widths: [Int], zero: Int? = nil, elsewhereFull: Bool = false
  ) -> [Matrix<Rational>] {
    zip(widths.dropFirst(), widths).enumerated().map { index, shape in
      let (rows, columns) = shape
      if index == zero { return Matrix(rows: rows, columns: columns, repeating: 0) }
      switch elsewhereFull ? 0 : integer(below: 6) {
      case 0...2: return fullRankMatrix(rows, columns)
      case 3: return matrix(rows, 1) * matrix(1, columns)
      case 4: return Matrix(rows: rows, columns: columns) { _, _ in integer(below: 2) == 0 ? 0 : number() }
      default: return Matrix(rows: rows, columns: columns, repeating: 0)
      }
    }
  }
}
