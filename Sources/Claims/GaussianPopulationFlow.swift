import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// Natural gradient flow of logistic regression with the Fisher matrix of a standard normal population,
/// β' = M(β)⁻¹ Σ s_n z_n, s_n = σ(-z_n·β), on N < d margins' rows z_n.
struct GaussianPopulationFlow: Sendable {
  /// Rows z_n = y_n x_n.
  let margins: Matrix<Rational>
  /// The norms that ‖β‖ takes along the flow: the quadrature is made for them.
  let norms: ClosedRange<Double>
  let digits: Int

  /// Σ s_n z_n split into its parts along and across β, and ‖β‖².
  private func parts(_ beta: Node, errors: Node) throws -> (along: Node, across: Node, square: Node) {
    let force = try beta.graph.constant(margins).transposed().times(errors)
    let square = try (beta * beta).sum()
    let along = try beta * ((beta * force).sum() / square)
    return (along, try force - along, square)
  }

  /// β' in flow time, d × 1: M⁻¹ = (1 - β̂β̂ᵀ)/a + β̂β̂ᵀ/c.
  func linear() throws -> VectorField {
    let graph = Graph()
    let beta = graph.variable(Shape(margins.columns, 1), name: "β")
    let errors = try (-graph.constant(margins).times(beta)).logistic()
    let (along, across, square) = try parts(beta, errors: errors)
    let (a, c) = try GaussianLogisticFisher.eigenvalues(squaredNorm: square, norms: norms, digits: digits)
    return try VectorField(graph: graph, state: [beta], velocity: [across / a + along / c])
  }

  /// The same path in the clock dτ = (Σ s_n/c) dt, in which it does not slow down: dβ/dτ is Σ s_n z_n/Σ s_n with its part
  /// across β times c/a.
  func rescaled() throws -> VectorField {
    let graph = Graph()
    let beta = graph.variable(Shape(margins.columns, 1), name: "β")
    let errors = try (-graph.constant(margins).times(beta)).logistic()
    let (along, across, square) = try parts(beta, errors: errors / errors.sum())
    let (a, c) = try GaussianLogisticFisher.eigenvalues(squaredNorm: square, norms: norms, digits: digits)
    return try VectorField(graph: graph, state: [beta], velocity: [across * (c / a) + along])
  }

  /// A deep linear network under the same measure: with J = ∂β/∂θ and K = JJᵀ, F = JᵀMJ, and F⁺∇L =
  /// Jᵀ(KMK)⁻¹K∇_βL with the matrix M formed.
  func deep(widths: [Int]) throws -> VectorField {
    let graph = Graph()
    let weights = zip(widths.dropFirst(), widths).enumerated().map { index, shape in
      graph.variable(Shape(shape.0, shape.1), name: "W_\(index + 1)")
    }
    let row = try weights.dropFirst().reduce(weights[0]) { try $1.times($0) }
    let beta = try row.transposed()
    let rows = graph.constant(margins)
    let force = try rows.transposed().times((-rows.times(beta)).logistic())
    let square = try (beta * beta).sum()
    let (a, c) = try GaussianLogisticFisher.eigenvalues(squaredNorm: square, norms: norms, digits: digits)
    let fisher = try a * graph.identity(margins.columns) + ((c - a) / square) * beta.times(beta.transposed())
    let jacobian = try graph.jacobian(of: beta, by: weights)
    let kernel = try jacobian.times(jacobian.transposed())
    let solved = try kernel.times(fisher).times(kernel).solving(kernel.times(force))
    let velocity = try jacobian.transposed().times(solved)
    var first = 0
    let parts = try weights.map { layer in
      defer { first += layer.shape.count }
      return try velocity.select(rows: Array(first..<first + layer.shape.count)).reshaped(to: layer.shape)
    }
    return try VectorField(graph: graph, state: weights, velocity: parts)
  }
}

extension GaussianPopulationFlow {
  /// The rescaled velocity coded directly, in floating point and from the Fourier transforms of a and c:
  /// a = ½∫ k/sinh(πk) e^(-k²ρ²/2) dk with k = x/ρ, c with the factor 1 - x².
  ///
  /// - Parameter isotropic: takes M for a multiple of the identity.
  func directVelocity(_ beta: [BigFloat], isotropic: Bool = false) -> [BigFloat] {
    let precision = beta[0].precision
    func number(_ value: Rational) -> BigFloat { BigFloat(value, precision: precision) }
    func dot(_ a: [BigFloat], _ b: [BigFloat]) -> BigFloat {
      zip(a, b).reduce(number(0)) { $0 + $1.0 * $1.1 }
    }
    let rows = (0..<margins.rows).map { margins.row($0).map(number) }
    let errors = rows.map { BigFloat.logistic(-dot($0, beta)) }
    let total = errors.reduce(number(0), +)
    let force = beta.indices.map { i in
      zip(errors, rows).reduce(number(0)) { $0 + $1.0 * $1.1[i] } / total
    }
    let square = dot(beta, beta)
    let factor = dot(beta, force) / square
    let ratio = isotropic ? number(1) : eigenvalueRatio(norm: .sqrt(square))
    return zip(beta, force).map { b, g in
      let along = b * factor
      return along + ratio * (g - along)
    }
  }

  /// c/a.
  private func eigenvalueRatio(norm: BigFloat) -> BigFloat {
    let precision = norm.precision
    func number(_ value: Rational) -> BigFloat { BigFloat(value, precision: precision) }
    let pi = BigFloat.pi(precision: precision)
    let goal = Double(digits + 3) * 2.302_586
    // The nearest pole is at x = iρ.
    let strip = min(0.95 * norms.lowerBound, (2 * goal).squareRoot())
    let denominator = Int(((goal + strip * strip / 2) / (6.283_185 * strip)).rounded(.up))
    let count = Int((2 * goal).squareRoot() * Double(denominator)) + 1
    var (across, along) = (number(Rational(1, 2)) / pi, number(Rational(1, 2)) / pi)
    for index in 1...count {
      let x = number(Rational(index, denominator))
      let (k, square) = (x / norm, x * x)
      let growth = BigFloat.exp(pi * k)
      let term = number(2) * k / (growth - number(1) / growth) * BigFloat.exp(-(square / number(2)))
      across = across + term
      along = along + (number(1) - square) * term
    }
    return along / across
  }
}
