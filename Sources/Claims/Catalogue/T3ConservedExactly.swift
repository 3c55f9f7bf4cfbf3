import Learning
import Multiprecision

/// The derivative of W_{l+1}ᵀW_{l+1} - W_l W_lᵀ along natural gradients at points, in exact arithmetic: weights,
/// residuals and damping are drawn as well, so that they stand for any loss and measure.
extension Claim {
  static func conservedExactly(_ settings: CheckSettings) throws -> Instance {
    let shapes = [[3, 2, 1], [3, 2, 2, 1], [2, 3, 2]]
    var random = RandomInstances(settings, stream: 430)
    var points: [(layers: [Matrix<Rational>], velocity: [Matrix<Rational>], blocks: [Matrix<Rational>])] = []
    for (index, widths) in (shapes + shapes + shapes + shapes).enumerated() {
      let model = try DeepLinearModel(widths: widths)
      let layers = zip(widths.dropFirst(), widths).map { random.fullRankMatrix($0, $1) }
      let training = random.fullRankMatrix(1 + index % 2, widths[0])
      let other = random.matrix(index % 3, widths[0])
      let all = Matrix(rows: (0..<training.rows).map(training.row) + (0..<other.rows).map(other.row))
      let jacobian = model.exactJacobian(layers, inputs: all)
      let onTraining = model.exactJacobian(layers, inputs: training)
      let gradient = onTraining.transposed() * random.matrix(onTraining.rows, 1, bound: 2)
      let weights = (0..<jacobian.rows).map { _ in random.factors(1)[0, 0] }
      let damping: Rational = index < 6 ? 0 : Rational(1, 3)
      let velocity = ExactNaturalGradient.velocity(
        measure: jacobian, weights: weights, gradient: gradient, damping: damping)
      // The same for each layer on its own.
      var (first, blocks) = (0, [Matrix<Rational>]())
      for layer in layers {
        let range = first..<(first + layer.elements.count)
        let part = Matrix<Rational>(rows: jacobian.rows, columns: range.count) {
          jacobian[$0, range.lowerBound + $1]
        }
        let own = Matrix(column: range.map { gradient[$0, 0] })
        let moved = ExactNaturalGradient.velocity(
          measure: part, weights: weights, gradient: own, damping: damping)
        blocks.append(Matrix(rows: layer.rows, columns: layer.columns, elements: moved.elements))
        first = range.upperBound
      }
      var rest = velocity.elements[...]
      let whole = layers.map { layer in
        defer { rest = rest.dropFirst(layer.elements.count) }
        return Matrix(
          rows: layer.rows, columns: layer.columns, elements: Array(rest.prefix(layer.elements.count)))
      }
      points.append((layers, whole, blocks))
    }
    let cases = points
    @Sendable func derivative(_ layers: [Matrix<Rational>], _ velocity: [Matrix<Rational>]) -> [Rational] {
      layers.indices.dropLast().flatMap { l -> [Rational] in
        let above = layers[l + 1].transposed() * velocity[l + 1]
        let below = velocity[l] * layers[l].transposed()
        return (above + above.transposed() - below - below.transposed()).elements
      }
    }
    @Sendable func measured(_ values: [Rational]) -> Measurement {
      .exact(Matrix(column: values), "derivative", precision: settings.precision)
    }
    return Instance(
      "exact velocities at 12 points",
      observed: { measured(cases.flatMap { derivative($0.layers, $0.velocity) }) },
      predicted: { measured(cases.flatMap { derivative($0.layers, $0.velocity).map { _ in 0 } }) },
      controls: [
        .init("the block-diagonal natural gradient conserves it") {
          measured(cases.flatMap { derivative($0.layers, $0.blocks) })
        } predicted: {
          measured(cases.flatMap { derivative($0.layers, $0.blocks).map { _ in 0 } })
        }
      ])
  }
}
