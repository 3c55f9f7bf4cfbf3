import Multiprecision

extension MultilayerPerceptron {
  /// Two neurons of a hidden layer with equal weights and biases, in and out, can be exchanged: that leaves the
  /// parameters and every output as they are, so the weights of one are tied to the other's.
  public func tiedParameters(_ parameters: [Matrix<Rational>]) -> [Int] {
    let perLayer = hasBias ? 2 : 1
    var offsets = [0]
    for shape in parameterShapes { offsets.append(offsets[offsets.count - 1] + shape.count) }
    func weight(_ layer: Int, _ row: Int, _ column: Int) -> Int {
      offsets[perLayer * (layer - 1)] + row * widths[layer - 1] + column
    }
    /// The places of a neuron's weights, in and out, and of its bias: in the same order for every neuron.
    func places(_ layer: Int, _ neuron: Int) -> [Int] {
      (0..<widths[layer - 1]).map { weight(layer, neuron, $0) }
        + (0..<widths[layer + 1]).map { weight(layer + 1, $0, neuron) }
        + (hasBias ? [offsets[perLayer * (layer - 1) + 1] + neuron] : [])
    }
    let entries = parameters.flatMap(\.elements)
    var ties = TiedPlaces(count: entries.count)
    for layer in 1..<depth {
      var first: [[Rational]: [Int]] = [:]
      for neuron in 0..<widths[layer] {
        let own = places(layer, neuron)
        let values = own.map { entries[$0] }
        if let equal = first[values] {
          for (kept, dropped) in zip(equal, own) { ties.tie(kept, dropped) }
        } else {
          first[values] = own
        }
      }
    }
    return entries.indices.map { ties.representative(of: $0) }
  }
}

/// Disjoint sets of places, each known by one of them (union by tree, with halved paths).
private struct TiedPlaces {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func representative(of place: Int) -> Int {
    var place = place
    while parents[place] != place {
      parents[place] = parents[parents[place]]
      place = parents[place]
    }
    return place
  }

  mutating func tie(_ kept: Int, _ dropped: Int) {
    parents[representative(of: dropped)] = representative(of: kept)
  }
}
