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
    let entries = parameters.flatMap(\.elements)
    var ties = Array(entries.indices)
    for layer in 1..<depth {
      for (first, second) in pairs(widths[layer]) {
        var exchanged = (0..<widths[layer - 1]).map { (weight(layer, first, $0), weight(layer, second, $0)) }
        exchanged += (0..<widths[layer + 1]).map {
          (weight(layer + 1, $0, first), weight(layer + 1, $0, second))
        }
        if hasBias {
          let bias = offsets[perLayer * (layer - 1) + 1]
          exchanged.append((bias + first, bias + second))
        }
        guard exchanged.allSatisfy({ entries[$0] == entries[$1] }) else { continue }
        for (a, b) in exchanged {
          let (kept, dropped) = (ties[a], ties[b])
          ties = ties.map { $0 == dropped ? kept : $0 }
        }
      }
    }
    return ties
  }

  /// All pairs of indices below `count`, the smaller first.
  private func pairs(_ count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { first in (first + 1..<max(first + 1, count)).map { (first, $0) } }
  }
}
