import Learning
import Multiprecision

/// T6: when ∂vec W/∂θ of a deep linear network is surjective, and its rank in general.
extension Claim {
  static let t6Surjectivity = Claim(
    id: "t6-surjectivity", title: "The rank of a deep linear network's Jacobian, exactly",
    statement:
      "∂vec W/∂θ has rank Σ_j (u_j - u_{j-1}) v_j with u_j = rank(W_L ⋯ W_{j+1}), v_j = rank(W_{j-1} ⋯ W_1), "
      + "u_0 = 0. It is surjective iff u_j = m and v_j = n for some j.",
    hypotheses: ["W = W_L ⋯ W_1 (m × n), any layers; empty products have full rank"],
    section: "T6", theorem: "DeepLinear.deep_linear_submersion",
    range: .init(
      claimed: "any depth, any widths, any layers",
      tested: "depths 1 to 4, widths 1 to 4, 400 networks whose layers have random ranks from 0 up")
  ) { settings in
    (1...4).map { depth in
      let networks = Lazy {
        var random = RandomInstances(settings, stream: UInt64(6100 + depth))
        return (0..<networkCount).map { _ in random.deepLinear(depth: depth, widthLimit: 4) }
      }
      return Instance(
        "depth \(depth), \(networkCount) networks of random widths and ranks",
        observed: {
          entries(try networks.value()) { network in
            let jacobian = network.jacobian(inputs: .identity(network.inputCount))
            let rank = jacobian.rank()
            return (rank, rank == jacobian.rows)
          }
        },
        predicted: {
          entries(try networks.value()) { network in
            let ranks = network.ranks(inputs: .identity(network.inputCount))
            var (rank, last) = (0, 0)
            for (above, below) in ranks {
              rank += (above - last) * below
              last = above
            }
            return (
              rank, ranks.contains { $0.above == network.outputCount && $0.below == network.inputCount }
            )
          }
        },
        controls: controls(networks, depth: depth))
    }
  }

  private static let networkCount = 100

  /// With one layer the Jacobian is the identity, and what is wrong in general is right for some layers only.
  private static func controls(_ networks: Lazy<[ExactDeepLinear]>, depth: Int) -> [Instance.Control] {
    func control(
      _ name: String, _ formula: @escaping @Sendable (ExactDeepLinear) -> (rank: Int?, isSurjective: Bool)
    ) -> Instance.Control {
      .init(name) { entries(try networks.value(), formula) }
    }
    return [
      control("surjective iff every layer has full rank and no width is below min(m, n)") { network in
        let (m, n) = (network.outputCount, network.inputCount)
        let isFull = network.layers.allSatisfy { $0.rank() == min($0.rows, $0.columns) }
        return (nil, isFull && network.layers.allSatisfy { $0.rows >= min(m, n) })
      },
      control("surjective iff rank W = min(m, n)") { network in
        let (m, n) = (network.outputCount, network.inputCount)
        return (nil, network.above(0).rank() == min(m, n))
      },
    ]
      + (depth == 1
        ? []
        : [
          control("rank min(mn, P), as for generic layers") { network in
            let size = network.outputCount * network.inputCount
            let rank = min(size, network.layers.reduce(0) { $0 + $1.elements.count })
            return (rank, rank == size)
          }
        ])
  }

  private static func entries(
    _ networks: [ExactDeepLinear], _ formula: (ExactDeepLinear) -> (rank: Int?, isSurjective: Bool)
  ) -> Measurement {
    func ball(_ value: Int) -> Ball { Ball(value, precision: Precision.minimum + 64) }
    return Measurement(
      networks.enumerated().flatMap { index, network in
        let (rank, isSurjective) = formula(network)
        let layers = network.layers.map { "\($0.rows)×\($0.columns)" }.joined(separator: ", ")
        return [
          Measurement.Entry("rank of network \(index + 1) (\(layers))", rank.map(ball)),
          Measurement.Entry(
            "network \(index + 1) (\(layers)) is surjective (1) or not (0)", ball(isSurjective ? 1 : 0)),
        ]
      }, isRigorous: true)
  }
}
