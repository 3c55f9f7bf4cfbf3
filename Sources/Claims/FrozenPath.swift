import Learning
import Multiprecision

/// The path of β under the Gaussian population's Fisher matrix from one start, at three moments, and how far its direction
/// can still move from each.
///
/// With g = Σ s_n z_n, dβ̂/dρ = (c/aρ) g_⊥/(β̂·g), ‖g_⊥‖ ≤ R Σ s_n and β̂·g ≥ γ Σ s_n for margins z_n·β̂ ≥ γ. With
/// c/a ≤ (π²/3ρ²)/(1 - π²/6ρ²) the rest of the path has at most the length (π²/6ρ²)(R/γ')/(1 - π²/6ρ²), where γ' is the
/// least margin on it; and γ' ≥ γ/2 as long as β̂ has moved by at most γ/2R. So it never moves by more than
/// δ = (π²/3ρ²)(R/γ)/(1 - π²/6ρ²) if Rδ ≤ γ/2.
struct FrozenPath: Sendable {
  static let margins: Matrix<Rational> = Matrix(rows: [[4, 1, 0], [1, 1, 0]])
  /// R².
  private static let squaredSize: Rational = 17

  let name: String
  private let path: IntegratedTrajectory
  /// To a short time only, where the second method follows.
  let short: IntegratedTrajectory

  init(_ start: [Rational]) {
    name = "start (\(start.map(\.description).joined(separator: ", ")))"
    // The error of the integrals for a and c is an estimate, so there is nothing to certify.
    let settings = CheckSettings(digits: 20, rigour: .estimated)
    let initial = [Matrix(column: start)]
    path = IntegratedTrajectory(from: initial, at: [0, 20, 40], settings) {
      try GaussianPopulationFlow(margins: Self.margins, norms: 1...60, digits: 26).rescaled()
    }
    short = IntegratedTrajectory(from: initial, at: [2], settings) {
      try GaussianPopulationFlow(margins: Self.margins, norms: 1...6, digits: 26).rescaled()
    }
  }

  private func state(at index: Int) throws -> BallVector {
    BallVector(try path.samples()[index].state[0].elements)
  }

  func direction(at index: Int) throws -> BallVector { try state(at: index).unit }

  /// γ.
  private func leastMargin(at index: Int) throws -> Ball {
    let direction = try direction(at: index)
    let margins = (0..<Self.margins.rows).map { row in
      direction.dot(BallVector(Self.margins.row(row), precision: 128))
    }
    return margins.dropFirst().reduce(margins[0]) { Ball.certainlyLess($0, $1) ? $0 : $1 }
  }

  /// δ.
  func reach(at index: Int) throws -> Ball {
    let square = try state(at: index).norm.squared()
    let pi = Ball.pi(precision: 128).squared()
    let size = Ball.sqrt(Ball(Self.squaredSize, precision: 128))
    let correction = Ball(1, precision: 128) - Rational(1, 6) * pi / square
    return try Rational(1, 3) * pi / square * size / leastMargin(at: index) / correction
  }

  /// 2Rδ/γ, which must be at most 1.
  func condition(at index: Int) throws -> Ball {
    try 2 * Ball.sqrt(Ball(Self.squaredSize, precision: 128)) * reach(at: index) / leastMargin(at: index)
  }
}
