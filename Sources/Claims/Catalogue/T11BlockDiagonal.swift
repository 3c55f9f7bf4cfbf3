import Learning
import Multiprecision

/// T11: block-diagonal natural gradient is faster by the number of blocks without bottlenecks, and by integers
/// that differ from component to component with them.
extension Claim {
  static let t11BlockDiagonal = Claim(
    id: "t11-block-diagonal", title: "Block-diagonal natural gradient: faster by integers from 1 to L",
    statement:
      "For deep linear networks with squared loss the end-to-end velocity is -Σ_j P_{col B_j} R P_{row A_j X}, which "
      + "is v_exact times an integer between 1 and L in each component that can move, and L v_exact iff every B_j "
      + "and A_j X has full rank. If each of B blocks of any model has a Jacobian of full row rank, f' = -B D⁻¹ r.",
    hypotheses: [
      "the Fisher measure is the training inputs",
      "for the law at rate B: the Jacobian of each block has full row rank along the path",
    ],
    section: "T11", theorem: "BlockDiagonal.block_diagonal_velocity",
    range: .init(
      claimed:
        "velocities: deep linear, any depth, widths and layers; the law: any model, any number of blocks",
      tested:
        "velocities: depths 2 to 4, named widths and 48 networks of random ranks; flows: deep linear depths 2 and 3, "
        + "a tanh network with two blocks, Gaussian and Bernoulli, t ≤ 1")
  ) { settings in
    let widths = [[3, 1, 1], [3, 3, 2, 1], [2, 2, 2], [3, 1, 3], [2, 3, 2, 2], [2, 2, 1, 2, 2]]
    return try widths.enumerated().map { .velocity($1, stream: 11_200 + $0, settings) }
      + [.whereRateIsDepth(settings)] + BlockFlowInstances.instances(settings)
  }
}

extension Instance {
  /// The operation on residuals and its eigenvalues, at layers of full rank.
  fileprivate static func velocity(_ widths: [Int], stream: Int, _ settings: CheckSettings) -> Instance {
    let depth = widths.count - 1
    let block = Lazy {
      var random = RandomInstances(settings, stream: UInt64(stream))
      while true {
        let network = ExactDeepLinear(
          layers: (1...depth).map { random.fullRankMatrix(widths[$0], widths[$0 - 1], bound: 2) })
        // Products of layers as large as their widths allow; square inputs that are not orthogonal.
        let inputs = random.fullRankMatrix(widths[0], widths[0], bound: 2)
        let isGeneric = (1...depth).allSatisfy {
          network.above($0).rank() == (widths[$0...].min() ?? 0)
            && network.below($0).rank() == (widths[..<$0].min() ?? 0)
        }
        if isGeneric { return BlockVelocity(network: network, inputs: inputs) }
      }
    }
    @Sendable func sides(_ operation: Matrix<Rational>, _ multiplicities: [Int]?) -> Measurement {
      let entries = operation.map { Optional(Ball($0, precision: settings.precision)) }
      return Measurement(
        Measurement.entries(of: entries, "T", at: nil)
          + (0...depth).map { value in
            Measurement.Entry(
              "multiplicity of \(value)",
              multiplicities.map { Ball($0[value], precision: settings.precision) })
          }, isRigorous: true)
    }
    let hasBottleneck = widths.dropFirst().dropLast().contains { $0 < max(widths[0], widths[depth]) }
    return Instance(
      "velocity, widths \(widths.map(String.init).joined(separator: "-"))",
      observed: {
        let block = try block.value()
        return sides(block.operation(), block.multiplicities())
      },
      predicted: {
        let block = try block.value()
        return sides(block.projectors(), block.multiplicitiesFromRanks())
      },
      controls: [
        .init("the exact natural gradient's velocity") { sides(try block.value().exactOperation(), nil) }
      ]
        + (hasBottleneck
          ? [
            .init("L times the exact velocity, in spite of the bottleneck") {
              sides(try block.value().exactOperation().scaled(by: Rational(depth)), nil)
            }
          ] : []))
  }

  /// For which of many networks the velocity is L times the exact one.
  fileprivate static func whereRateIsDepth(_ settings: CheckSettings) -> Instance {
    let blocks = Lazy {
      var random = RandomInstances(settings, stream: 11_300)
      return (0..<48).map { index in
        let network = random.deepLinear(depth: 2 + index % 3, widthLimit: 3)
        return BlockVelocity(
          network: network, inputs: random.fullRankMatrix(network.inputCount, network.inputCount))
      }
    }
    @Sendable func entries(_ isDepthTimes: (BlockVelocity) -> Bool) throws -> Measurement {
      Measurement(
        try blocks.value().enumerated().map { index, block in
          let layers = block.network.layers.map { "\($0.rows)×\($0.columns)" }.joined(separator: ", ")
          return .init(
            "network \(index + 1) (\(layers)) moves L times as fast (1) or not (0)",
            Ball(isDepthTimes(block) ? 1 : 0, precision: settings.precision))
        }, isRigorous: true)
    }
    return Instance(
      "L times the exact velocity, or not: 48 networks of random widths and ranks",
      observed: {
        try entries { block in
          let exact = block.exactOperation().scaled(by: Rational(block.network.depth))
          return block.operation() == exact
        }
      },
      predicted: {
        try entries { block in
          let ranks = block.network.ranks(inputs: block.inputs)
          let (m, n) = (block.network.outputCount, block.inputs.columns)
          // Where nothing can move, every multiple of the velocity is the same.
          return ranks.allSatisfy { $0.above == m && $0.below == n }
            || ranks.allSatisfy { $0.above * $0.below == 0 }
        }
      },
      controls: [
        .init("iff the exact natural gradient follows the law") {
          try entries { block in
            let ranks = block.network.ranks(inputs: block.inputs)
            return ranks.contains {
              $0.above == block.network.outputCount && $0.below == block.inputs.columns
            }
          }
        }
      ])
  }
}
