import Integrators
import Multiprecision
import Testing

@testable import Claims

/// The limit of Newton's flow from an active set, with a gradient that is known exactly.
@Suite struct VertexLimitTests {
  private static let margins = Matrix<Rational>(rows: [[0, 1], [1, 3], [1, 4]])

  private func ones(_ count: Int) -> [Ball] { (0..<count).map { _ in Ball(1, precision: 200) } }

  /// g = (2, 8): b* = (-2, 1), α = (2, 2), c = -Z_S⁻¹ log α.
  @Test func theSolutionIsKnown() throws {
    let limit = try VertexLimit(Self.margins, active: [0, 1], weights: ones(3))
    #expect(limit.solution == [-2, 1] && limit.slacks == [0, 0, 1])
    #expect(limit.conditions.allSatisfy { $0.status == .certified })
    let log = Ball.log(Ball(2, precision: 200))
    #expect(limit.offset[0].overlaps(2 * log) && limit.offset[1].overlaps(-log))
  }

  /// Another active set breaks a constraint, or has a dual that is not positive.
  @Test func otherActiveSetsAreNoSolutions() throws {
    let broken = try VertexLimit(Self.margins, active: [1, 2], weights: ones(3))
    #expect(broken.conditions[0].status == .violated)
    let square = Matrix<Rational>(rows: [[1, 0], [0, 1], [1, 1]])
    let negative = try VertexLimit(square, active: [0, 2], weights: ones(3))
    #expect(negative.conditions.contains { $0.status != .certified })
    #expect(throws: LinearAlgebraError.self) {
      try VertexLimit(Matrix(rows: [[1, 2], [2, 4], [0, 1]]), active: [0, 1], weights: ones(3))
    }
  }

  /// The field in the clock e^-t ends at c, from β(0) = 0 where g is exact.
  @Test func theFieldEndsAtTheOffset() throws {
    let limit = try VertexLimit(Self.margins, active: [0, 1], weights: ones(3))
    let end = try TaylorIntegrator(digits: 30).integrate(
      limit.fieldAtInfinity(), from: [Matrix(column: [0, 0]), Matrix(rows: [[1]])], at: [1]
    ).samples[0].state
    for (value, offset) in zip(end[0].elements, limit.offset) {
      #expect((Ball(value, precision: 200) - offset).log10UpperMagnitude < -28)
    }
    #expect(end[1][0, 0].log10Magnitude < -28)
  }
}
