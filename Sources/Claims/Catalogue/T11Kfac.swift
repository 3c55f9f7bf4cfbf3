import Learning
import Multiprecision

/// T11: for deep linear networks with squared loss K-FAC's blocks are the blocks of the Fisher matrix, exactly.
extension Claim {
  static let t11Kfac = Claim(
    id: "t11-kfac", title: "Deep linear, squared loss: each Fisher block is a Kronecker product, exactly",
    statement:
      "The Fisher block of W_j is F[(a,b),(c,d)] = (BᵀB)[a,c] (A Σ Aᵀ)[b,d] with B = W_L ⋯ W_{j+1}, "
      + "A = W_{j-1} ⋯ W_1, Σ = Σ_n x_n x_nᵀ: K-FAC is no approximation of a block there.",
    hypotheses: ["deep linear network, squared loss; the Fisher measure is the training inputs, as a sum"],
    section: "T11", theorem: nil,
    range: .init(
      claimed: "any depth, widths, inputs and layers",
      tested: "depths 1 to 4, widths 1 to 4, N = 3 and 4, exact rationals, two seeds")
  ) { settings in
    let shapes = [[3, 2], [3, 2, 3], [2, 3, 4, 2], [3, 2, 1, 2], [2, 2, 3, 2, 3]]
    return (shapes + shapes.prefix(3)).enumerated().map { stream, widths in
      let (seed, count) = (1 + stream / shapes.count, 3 + stream % 2)
      let data = Lazy {
        var random = RandomInstances(settings, stream: UInt64(11_100 + stream))
        let layers = (1..<widths.count).map { random.fullRankMatrix(widths[$0], widths[$0 - 1], bound: 2) }
        return KroneckerBlocks(
          network: ExactDeepLinear(layers: layers),
          inputs: random.fullRankMatrix(widths[0], count, bound: 2), precision: settings.precision)
      }
      return Instance(
        "widths \(widths.map(String.init).joined(separator: "-")), N = \(count), seed \(seed)",
        observed: { try data.value().fisherBlocks() }, predicted: { try data.value().products() },
        controls: [
          .init("without the inputs' second moment Σ") { try data.value().products(hasSecondMoment: false) },
          .init("with both factors exchanged") { try data.value().products(isExchanged: true) },
        ])
    }
  }
}

/// The Fisher blocks of a deep linear network's layers, from its Jacobian and as Kronecker products.
private struct KroneckerBlocks {
  let network: ExactDeepLinear
  /// n × N, a column for each input.
  let inputs: Matrix<Rational>
  let precision: Int

  /// J_jᵀ J_j, with J_j the Jacobian of all outputs by the entries of W_j, row by row.
  func fisherBlocks() -> Measurement {
    entries { layer in
      let jacobian = network.jacobian(layer, inputs: inputs)
      return jacobian.transposed() * jacobian
    }
  }

  /// (BᵀB) ⊗ (A Σ Aᵀ). Exchanged, it is (A Σ Aᵀ) ⊗ (BᵀB): the block for entries taken column by column.
  func products(hasSecondMoment: Bool = true, isExchanged: Bool = false) -> Measurement {
    entries { layer in
      let (above, below) = (network.above(layer), network.below(layer))
      let features = hasSecondMoment ? below * inputs : below
      let (outer, inner) = (above.transposed() * above, features * features.transposed())
      let (left, right) = isExchanged ? (inner, outer) : (outer, inner)
      let size = right.rows
      return Matrix(rows: left.rows * size, columns: left.rows * size) { p, q in
        left[p / size, q / size] * right[p % size, q % size]
      }
    }
  }

  private func entries(_ block: (_ layer: Int) -> Matrix<Rational>) -> Measurement {
    Measurement(
      (1...network.depth).flatMap { layer in
        Measurement.entries(
          of: block(layer).map { Ball($0, precision: precision) }, "F\(layer)", at: nil)
      }, isRigorous: true)
  }
}
