import Integrators
import Multiprecision

/// Completion of a square matrix by W = W_L ⋯ W_1 with square layers, in double precision: for sizes at which
/// many digits would take too long. Loss ½ Σ_Ω (W - Y)².
///
/// Gradient flow is W_j' = -B_jᵀ G A_jᵀ, with G = W - Y on Ω and 0 elsewhere, A_j = W_{j-1} ⋯ W_1 and
/// B_j = W_L ⋯ W_{j+1}. Natural gradient flow with the Fisher matrix of the observed entries and Moore–Penrose
/// inverse has Λ in place of G, with K_Ω λ = (W - Y)_Ω and the kernel K[(i,k),(i',k')] =
/// Σ_j (B_j B_jᵀ)[i,i'] (A_jᵀ A_j)[k,k'].
///
/// **Accuracy**: double precision; the integrator's tolerance is per step, so compare runs with two tolerances.
/// **Assumptions**: K_Ω is positive definite along the path; where it is not, the integration stops.
/// **Source**: docs/theory, T7. **Complexity**: |Ω|³/3 operations an evaluation for the natural gradient.
public struct CompletionFlow: Sendable {
  public enum Metric: Sendable { case gradient, observedEntries }

  /// The number of rows and of columns.
  public let size: Int
  public let depth: Int
  public let metric: Metric
  /// Ω: places row · size + column, in increasing order.
  public let observed: [Int]
  /// Y, row by row; only entries of Ω are looked at.
  public let target: [Double]

  /// - Precondition: `target` is square, and the places are within it.
  public init(target: Matrix<Double>, observed: [Int], depth: Int, metric: Metric) {
    precondition(target.isSquare && depth >= 1, "a square matrix and at least one layer")
    precondition(observed.allSatisfy { target.elements.indices.contains($0) }, "places within the matrix")
    (size, self.depth, self.metric) = (target.rows, depth, metric)
    (self.observed, self.target) = (observed.sorted(), target.elements)
  }

  /// Every layer α times the identity.
  public func identity(_ scale: Double) -> [Double] {
    (0..<depth * size * size).map { entry in
      let place = entry % (size * size)
      return place / size == place % size ? scale : 0
    }
  }

  /// W, row by row.
  public func endToEnd(_ parameters: [Double]) -> [Double] {
    layers(parameters).dropFirst().reduce(layers(parameters)[0]) { $1 * $0 }.elements
  }

  public func loss(_ parameters: [Double]) -> Double {
    let matrix = endToEnd(parameters)
    return observed.reduce(0) { sum, place in
      let residual = matrix[place] - target[place]
      return sum + residual * residual / 2
    }
  }

  /// ‖W - Y‖ over ‖Y‖, both on the entries that are not observed.
  public func unobservedError(_ parameters: [Double]) -> Double {
    let matrix = endToEnd(parameters)
    let isObserved = Set(observed)
    var (error, norm) = (0.0, 0.0)
    for place in target.indices where !isObserved.contains(place) {
      let residual = matrix[place] - target[place]
      error += residual * residual
      norm += target[place] * target[place]
    }
    return (error / norm).squareRoot()
  }

  /// θ', the layers from W_1 on, each row by row.
  ///
  /// - Throws: `LinearAlgebraError` where the kernel is not positive definite.
  public func velocity(_ parameters: [Double]) throws -> [Double] {
    let products = Products(layers(parameters))
    let dual = try dual(products, observed.map { products.endToEnd[$0] - target[$0] })
    var velocity: [Double] = []
    velocity.reserveCapacity(parameters.count)
    for layer in 0..<depth {
      velocity += products.change(ofLayer: layer, by: dual).elements.map { -$0 }
    }
    return velocity
  }

  /// Λ with K_Ω λ = the given numbers on Ω; for gradient flow those numbers themselves. 0 outside Ω.
  public func dual(_ parameters: [Double], of values: [Double]) throws -> Matrix<Double> {
    try Matrix(dual(Products(layers(parameters)), values))
  }

  /// The solution from a start at times, or until the loss is `loss`.
  public func integrate(
    from start: [Double], at times: [Double], untilLoss loss: Double? = nil, tolerance: Double
  ) throws -> [DoubleRungeKutta.Sample] {
    try DoubleRungeKutta(relativeTolerance: tolerance, absoluteTolerance: tolerance / 100).integrate(
      { try velocity($1) }, from: start, at: times, until: loss.map { bound in { self.loss($0) - bound } })
  }

  private func dual(_ products: Products, _ values: [Double]) throws -> SquareMatrix {
    var dual = SquareMatrix(size: size)
    let multipliers: [Double]
    switch metric {
    case .gradient: multipliers = values
    case .observedEntries:
      var kernel = products.kernel(observed)
      multipliers = try kernel.solvePositiveDefinite(values)
    }
    for (place, value) in zip(observed, multipliers) { dual.elements[place] = value }
    return dual
  }

  private func layers(_ parameters: [Double]) -> [SquareMatrix] {
    (0..<depth).map { layer in
      let start = layer * size * size
      return SquareMatrix(size: size, elements: Array(parameters[start..<start + size * size]))
    }
  }
}

/// The partial products of a network's layers.
private struct Products {
  /// A_j and B_j for j = 1, ..., L.
  let below: [SquareMatrix]
  let above: [SquareMatrix]
  let endToEnd: [Double]

  init(_ layers: [SquareMatrix]) {
    let identity = SquareMatrix(identity: layers[0].size)
    var (below, above) = ([identity], [identity])
    below.append(layers[0])
    for layer in layers.dropFirst() { below.append(layer * below[below.count - 1]) }
    for (place, layer) in layers.dropFirst().reversed().enumerated() {
      above.append(place == 0 ? layer : above[above.count - 1] * layer)
    }
    endToEnd = below.removeLast().elements
    (self.below, self.above) = (below, above.reversed())
  }

  /// B_jᵀ Λ A_jᵀ; B_L and A_1 are 1.
  func change(ofLayer layer: Int, by dual: SquareMatrix) -> SquareMatrix {
    let left = layer == above.count - 1 ? dual : above[layer].transposed() * dual
    return layer == 0 ? left : left * below[layer].transposed()
  }

  /// K_Ω, its upper triangle.
  func kernel(_ observed: [Int]) -> SquareMatrix {
    let size = below[0].size
    let grams = zip(above, below).map { above, below in
      (outputs: above * above.transposed(), inputs: below.transposed() * below)
    }
    let (rows, columns) = (observed.map { $0 / size }, observed.map { $0 % size })
    let count = observed.count
    var kernel = SquareMatrix(size: count)
    kernel.elements.withUnsafeMutableBufferPointer { kernel in
      for gram in grams {
        gram.outputs.elements.withUnsafeBufferPointer { outputs in
          gram.inputs.elements.withUnsafeBufferPointer { inputs in
            for p in 0..<count {
              let (row, column) = (rows[p] * size, columns[p] * size)
              for q in p..<count {
                kernel[p * count + q] += outputs[row + rows[q]] * inputs[column + columns[q]]
              }
            }
          }
        }
      }
    }
    return kernel
  }
}
