import ComputationGraph
import Multiprecision

extension GaussianLogisticFisher {
  /// a and c as nodes, from ρ² (1 × 1), for ρ within `norms`.
  ///
  /// By the trapezoidal rule in z or in u = ρz, whichever needs fewer points. In z the nearest pole of σ'(ρz) is at
  /// iπ/ρ; in u it is at iπ, and φ(u/ρ) grows as e^(y²/2ρ²) there.
  ///
  /// **Error**: about 10^-digits, an estimate: it is not part of the nodes.
  public static func eigenvalues(
    squaredNorm: Node, norms: ClosedRange<Double>, digits: Int
  ) throws -> (across: Node, along: Node) {
    let goal = Double(digits + 3) * 2.302_586
    func denominator(strip: Double, spread: Double) -> Int {
      max(
        1, Int(clamping: ((goal + strip * strip / (2 * spread * spread)) / (6.283_185 * strip)).rounded(.up)))
    }
    let inZ = denominator(strip: min(3 / norms.upperBound, (2 * goal).squareRoot()), spread: 1)
    let inU = denominator(strip: 3, spread: norms.lowerBound)
    let (reachInZ, reachInU) = ((2 * goal).squareRoot(), goal + 10)
    let least = min(reachInZ * Double(inZ), reachInU * Double(inU))
    try MemoryAccount.current.check(
      MemoryAccount.bytes(numbers: Int(clamping: 8 * least)),
      for: "an integral over \(norms) at \(digits) digits")
    if reachInZ * Double(inZ) < reachInU * Double(inU) {
      return try overNormal(squaredNorm, points: points(to: reachInZ, denominator: inZ))
    }
    return try overScore(squaredNorm, points: points(to: reachInU, denominator: inU), digits: digits)
  }

  /// k/denominator from 0 on.
  private static func points(to reach: Double, denominator: Int) -> Matrix<Rational> {
    let count = Int(clamping: reach * Double(denominator)) + 1
    return Matrix(column: (0...count).map { Rational($0, denominator) })
  }

  /// Σ w_k g(kh) with weights w_k ∝ e^(-(kh)²/2) that add up to 1.
  private static func overNormal(
    _ squaredNorm: Node, points: Matrix<Rational>
  ) throws -> (across: Node, along: Node) {
    let graph = squaredNorm.graph
    let (z, pairs) = (graph.constant(points), pairs(points, in: graph))
    let squares = try z * z
    let weights = try pairs * (Rational(-1, 2) * squares).exp()
    let score = try (z * squaredNorm.sqrt()).logistic()
    let variances = try weights * (score - score * score)
    let total = try weights.sum()
    return (try variances.sum() / total, try (variances * squares).sum() / total)
  }

  /// (h/ρ) Σ φ(kh/ρ) σ'(kh).
  private static func overScore(
    _ squaredNorm: Node, points: Matrix<Rational>, digits: Int
  ) throws -> (across: Node, along: Node) {
    let graph = squaredNorm.graph
    let (u, pairs) = (graph.constant(points), pairs(points, in: graph))
    let squares = try u * u
    let score = try u.logistic()
    let weights = try pairs * (score - score * score)
    let densities = try (Rational(-1, 2) * squares / squaredNorm).exp()
    let terms = try weights * densities
    let precision = Precision.bits(forDigits: digits) + 64
    let peak =
      Ball(1, precision: precision) / .sqrt(Ball(2, precision: precision) * .pi(precision: precision))
    let scale = try (points[1, 0] * Rational(exactly: peak.midpoint)) * squaredNorm.power(Rational(-1, 2))
    return (try scale * terms.sum(), try scale * (terms * squares).sum() / squaredNorm)
  }

  /// The points k and -k together: 1 for k = 0, else 2.
  private static func pairs(_ points: Matrix<Rational>, in graph: Graph) -> Node {
    graph.constant(points.map { $0.isZero ? 1 : 2 })
  }
}
