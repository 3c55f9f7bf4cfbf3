import Multiprecision

/// A Fisher measure as a list of inputs, each with a weight and the outputs that count.
struct DirectMeasure {
  struct Point {
    let input: [BigFloat]
    let weight: BigFloat
    /// The outputs that count.
    let outputs: [Int]
  }

  let points: [Point]
  /// Whether the points' inputs are the training inputs in order, so that one evaluation serves both.
  let isTraining: Bool

  /// A second moment E[x xᵀ] = C Cᵀ is the measure of the columns of C: with a constant variance and a model
  /// linear in x nothing else of the inputs counts.
  init(_ measure: FisherMeasure, problem: Problem, precision: Int) throws {
    let data = problem.data
    let all = Array(0..<problem.model.outputCount)
    func observed(_ sample: Int) -> [Int] { all.filter { data.targets[sample, $0] != nil } }
    let inputs: [[BigFloat]]
    let outputs: [[Int]]
    let weights: [Rational]
    /// What the mean normalisation divides by.
    let total: Rational
    switch measure {
    case .trainingInputs, .observedEntries, .allEntries:
      inputs = (0..<data.count).map { data.inputs.row($0).map { BigFloat($0, precision: precision) } }
      outputs = (0..<data.count).map { measure == .allEntries ? all : observed($0) }
      weights = outputs.map { _ in 1 }
      total = Rational(
        measure == .allEntries && data.isMatrix ? data.targets.elements.count : data.sampleCount)
    case .inputs(let given, let givenWeights):
      inputs = (0..<given.rows).map { given.row($0).map { BigFloat($0, precision: precision) } }
      outputs = inputs.map { _ in all }
      weights = givenWeights
      total = givenWeights.reduce(0, +)
    case .secondMoment(let moment):
      let root = try Self.choleskyFactor(Matrix(moment, precision: precision))
      inputs = (0..<root.columns).map { root.column($0) }
      outputs = inputs.map { _ in all }
      weights = outputs.map { _ in 1 }
      total = 1
    }
    let scale = problem.normalisation == .mean ? total : 1
    isTraining =
      switch measure {
      case .trainingInputs, .observedEntries, .allEntries: true
      case .inputs, .secondMoment: false
      }
    points = inputs.indices.map {
      Point(
        input: inputs[$0], weight: BigFloat(weights[$0] / scale, precision: precision), outputs: outputs[$0])
    }
  }

  /// The lower triangular C with C Cᵀ = A.
  ///
  /// - Throws: `notPositiveDefinite`.
  private static func choleskyFactor(_ a: Matrix<BigFloat>) throws(LinearAlgebraError) -> Matrix<BigFloat> {
    var c = a.map { BigFloat(zeroWithPrecision: $0.precision) }
    for j in 0..<a.columns {
      for i in j..<a.rows {
        var rest = a[i, j]
        for k in 0..<j { rest.subtractProduct(c[i, k], c[j, k]) }
        if i == j {
          guard rest.signum() > 0 else { throw .notPositiveDefinite }
          c[j, j] = BigFloat.sqrt(rest)
        } else {
          c[i, j] = rest / c[j, j]
        }
      }
    }
    return c
  }
}
