import Learning

/// The test errors of several learners on the same draws of T9's experiment.
struct SparseTeacherErrors: Sendable {
  enum Method: Hashable, Sendable {
    /// Natural gradient in the linear model: X⁺y.
    case minimumNorm
    /// Gradient flow in the linear model, in the limit.
    case maximumMargin
    /// Gradient flow on u² - v², by the index of its α.
    case gradient(Int)
    /// Natural gradient on u² - v² with the population's Fisher matrix.
    case population
    /// Natural gradient on u² - v² with that of the training inputs, Moore–Penrose inverse.
    case training
  }

  /// α of gradient flow; natural gradient on the training inputs has the second one.
  static let scales = [0.1, 0.01, 0.001]
  private static let logarithmicTime = 20.0
  private static let margin = 1000.0

  private let errors: [Method: [Double]]
  /// The largest change of a test error of the first draw with tolerances a hundred times smaller.
  let accuracy: Double

  init(samples: Int, dimension: Int, sparsity: Int, seeds: [UInt64]) throws {
    var errors: [Method: [Double]] = [:]
    var accuracy = 0.0
    for (draw, seed) in seeds.enumerated() {
      let problem = SparseTeacher(samples: samples, dimension: dimension, sparsity: sparsity, seed: seed)
      let found = try Self.errors(problem, relativeTolerance: 1e-6)
      for (method, error) in found { errors[method, default: []].append(error) }
      guard draw == 0 else { continue }
      for (method, error) in try Self.errors(problem, relativeTolerance: 1e-8) {
        accuracy = max(accuracy, abs(error - (found[method] ?? .infinity)))
      }
    }
    (self.errors, self.accuracy) = (errors, accuracy)
  }

  private static func errors(
    _ problem: SparseTeacher, relativeTolerance: Double
  ) throws -> [Method: Double] {
    var weights: [Method: [Double]] = [
      .minimumNorm: try problem.minimumNorm(),
      .maximumMargin: try MaximumMargin(problem.margins).weights,
      .population: try problem.populationFlow(
        logarithmicTime: logarithmicTime, relativeTolerance: relativeTolerance),
      .training: try problem.trainingFlow(scale: scales[1], margin: margin),
    ]
    for (index, scale) in scales.enumerated() {
      weights[.gradient(index)] = try problem.diagonalGradientFlow(
        scale: scale, logarithmicTime: logarithmicTime, relativeTolerance: relativeTolerance)
    }
    return weights.mapValues { problem.testError(of: $0) }
  }

  func values(_ method: Method) -> [Double] { errors[method] ?? [] }
  func mean(_ method: Method) -> Double { SampleStatistics(values: values(method)).mean }
}
