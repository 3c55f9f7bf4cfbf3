import ComputationGraph

/// What one piece of a certified run takes up, in bytes: upper estimates, infinite in place of an overflow.
///
/// **Source**: docs/certified-integration, "Memory".
struct CertifiedMemory {
  /// The candidate's series, with the bounds of their errors.
  private let series: Double
  /// Entries of the nodes that do not depend on the direction, of those that do, and of the state.
  private let values: Double
  private let derivatives: Double
  private let directions: Double

  /// Bytes of a number beside its digits, of a model and of a bundle beside their numbers.
  private static let numberBytes = 48.0
  private static let modelBytes = 256.0
  private static let bundleBytes = 128.0
  /// Doubles for each coefficient, by which rounding errors of a series are followed and its norms are taken.
  private static let boundsPerCoefficient = 4.0

  init(field: VectorField, jacobian: FieldJacobian, digits: Int) {
    let plan = StepPlan(digits: digits)
    values = Double(jacobian.valueCount)
    derivatives = Double(jacobian.derivativeCount)
    directions = jacobian.places.reduce(0) { $0 + Double(field.state[$1].shape.count) }
    series =
      Double(field.seriesBytes(order: plan.order, precision: plan.precision))
      + 8 * Self.boundsPerCoefficient * values * Double(plan.order + 2)
  }

  /// - Parameters:
  ///   - jacobianLength: orders kept of the Jacobian.
  ///   - modelOrders: orders of the models of the field's nodes, where the defect is evaluated in these.
  ///   - precision: their bits.
  func bytes(jacobianLength: Int, modelOrders: Int = 0, precision: Int = 0) -> Int {
    let length = Double(jacobianLength)
    let short = values * (length * (Self.numberBytes + 8) + Self.modelBytes)
    let bundles = derivatives * (directions * 8 * (length + 1) + Self.bundleBytes)
    let models = 2 * Double(modelOrders) * values * (Self.numberBytes + Double(precision) / 8)
    // Two orders' matrices at a time, their symmetric parts, and the factor.
    let matrices = directions * directions * 8 * (2 * length + 4)
    return Int(exactly: (series + short + bundles + models + matrices).rounded(.up)) ?? .max
  }
}
