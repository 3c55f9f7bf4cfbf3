import Learning
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A random matrix of low rank to complete, in double precision, and how well flows complete it.
struct CompletionSample: Sendable {
  /// Y = A B with Gaussian A (n × r) and B (r × n), scaled to ‖Y‖ = n (Frobenius).
  let target: Matrix<Double>
  /// Ω: places row · n + column, a random subset.
  let observed: [Int]

  init(size: Int, rank: Int, observedCount: Int, seed: UInt64) {
    var numbers = StandardNormals(seed: seed)
    let left = Matrix(rows: size, columns: rank) { _, _ in numbers.next() }
    let right = Matrix(rows: rank, columns: size) { _, _ in numbers.next() }
    let product = left * right
    let norm = product.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
    target = product.scaled(by: Double(size) / norm)
    observed = Array((0..<size * size).shuffled(using: &numbers.generator).prefix(observedCount)).sorted()
  }

  init(target: Matrix<Double>, observed: [Int]) { (self.target, self.observed) = (target, observed) }

  /// The relative error on unobserved entries from layers α·1, where the loss has fallen to `loss`.
  ///
  /// A run with a tolerance ten times as large tells the error of the integration; the ball's radius is the
  /// difference, an estimate.
  func error(
    depth: Int, scale: Double, metric: CompletionFlow.Metric, loss: Double, tolerance: Double = 1e-5
  ) throws -> Ball {
    let flow = CompletionFlow(target: target, observed: observed, depth: depth, metric: metric)
    let start = flow.identity(scale)
    func run(_ tolerance: Double) throws -> Double {
      // Observed entries relax as e^-t under natural gradient flow, so the loss as e^-2t.
      let end = metric == .gradient ? Self.longest : 0.5 * log(flow.loss(start) / loss)
      let samples = try flow.integrate(
        from: start, at: [end], untilLoss: metric == .gradient ? loss : nil, tolerance: tolerance)
      return samples.last.map { flow.unobservedError($0.state) } ?? .nan
    }
    let (value, rough) = (try run(tolerance), try run(10 * tolerance))
    return Ball(
      midpoint: try Rational(exactly: value), radius: try Rational(exactly: abs(value - rough)),
      precision: Self.precision)
  }

  static let precision = 64
  /// Flow time within which gradient flow must reach its loss.
  private static let longest = 1e4
}
