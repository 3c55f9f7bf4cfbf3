import ComputationGraph
import Multiprecision

/// What one piece of a certified run takes up beside the candidate's series, in bytes: upper estimates.
///
/// **Source**: docs/certified-integration, "Memory".
struct CertifiedMemory {
  private let order: Int
  /// Entries of the nodes that do not depend on the direction, of those that do, and of the state.
  private let values: Int
  private let derivatives: Int
  private let directions: Int

  /// Bytes of a number in a model beside its digits, of a model and of a bundle beside their numbers.
  private static let numberBytes = 48
  private static let modelBytes = 256
  private static let bundleBytes = 128
  /// Doubles for each coefficient, by which rounding errors of a series are followed and its norms are taken.
  private static let boundsPerCoefficient = 4

  /// Of an entry of the matrices of models with which fast contractions are set apart.
  private var stiffBytes: Int {
    StiffStep.matrices
      * (StepVerifier.mostStiffOrders * (Self.numberBytes + StiffStep.precision / 8) + Self.modelBytes)
  }

  init(field: VectorField, jacobian: FieldJacobian, digits: Int) {
    order = StepPlan(digits: digits).order
    (values, derivatives) = (jacobian.valueCount, jacobian.derivativeCount)
    directions = jacobian.places.reduce(0) { MemoryAccount.sum($0, field.state[$1].shape.count) }
  }

  /// Of bounds of the series, short models, the bundles of the Jacobian, its matrices, the Cholesky factor and the frames.
  func bytes(jacobianLength length: Int) -> Int {
    MemoryAccount.sum(
      MemoryAccount.product(8 * Self.boundsPerCoefficient, values, order + 2),
      MemoryAccount.product(values, length * (Self.numberBytes + 8) + Self.modelBytes),
      MemoryAccount.product(derivatives, directions, 8 * (length + 1)),
      MemoryAccount.product(derivatives, Self.bundleBytes),
      MemoryAccount.product(directions, directions, 8 * (2 * length + 5)),
      StepVerifier.framedEntries.contains(directions)
        ? MemoryAccount.product(
          directions, directions, MemoryAccount.sum(8 * MovingFrame.mostMatrices, stiffBytes)) : 0)
  }

  /// Of models of all nodes, where the defect is evaluated in these.
  func modelBytes(orders: Int, precision: Int) -> Int {
    MemoryAccount.product(2 * orders, values, Self.numberBytes + precision / 8)
  }
}
