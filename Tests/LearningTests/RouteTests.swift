import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// The routes to a natural gradient where several of them are open.
@Suite struct RouteTests {
  private static let precision = 640
  typealias Route = NaturalGradientRoute

  /// The velocity of all parameters as one column.
  private func velocity(_ problem: Problem, _ route: Route) throws -> Matrix<BigFloat> {
    let field = try problem.vectorField(route: route)
    let values = problem.initial.map { Matrix<BigFloat>($0, precision: Self.precision) }
    let velocity = try field.graph.evaluate(
      field.velocity, variables: Array(zip(field.state, values)), precision: Self.precision)
    return Matrix(column: velocity.flatMap(\.elements))
  }

  private static let linearModels: [[Int]] = [[3, 1], [3, 2, 1], [3, 4, 2], [3, 3, 2, 2]]

  /// N samples at distinct inputs; with N = 3 = d all three routes are open, with N < d not `endToEnd`, with
  /// N > d not `outputs`.
  @Test(
    arguments: [
      (2, [Route.outputs, .rankFactor]), (3, [.outputs, .endToEnd, .rankFactor]),
      (5, [.endToEnd, .rankFactor]),
    ], Likelihood.allCases)
  func openRoutesAgree(_ setting: (count: Int, routes: [Route]), likelihood: Likelihood) throws {
    var compared = 0
    for (index, widths) in Self.linearModels.enumerated() {
      let model = try DeepLinearModel(widths: widths)
      if likelihood == .categorical, model.outputCount == 1 { continue }
      for normalisation in Normalisation.allCases {
        let kind = ProblemKind(
          model: model, likelihood: likelihood, measure: .trainingInputs, normalisation: normalisation,
          sampleCount: setting.count, hasDuplicate: index.isMultiple(of: 2), seed: 17 * index + setting.count)
        let problem = try kind.problem()
        let first = try velocity(problem, setting.routes[0])
        #expect(first.elements.contains { !$0.isZero })
        for route in setting.routes.dropFirst() {
          let difference = log10Difference(try velocity(problem, route), first)
          #expect(difference < -100, "\(kind), \(route): 10^\(difference)")
          compared += 1
        }
      }
    }
    #expect(compared >= 4)
  }

  /// The training inputs and others with weights in one measure; 2 + 1 inputs in three dimensions.
  @Test(arguments: Likelihood.allCases) func openRoutesAgreeUnderGivenInputs(likelihood: Likelihood) throws {
    for normalisation in Normalisation.allCases {
      var random = SeededRationals(seed: 5)
      let model = try DeepLinearModel(widths: [3, 3, 2])
      let training = random.matrix(2, 3)
      let targets = Matrix<Rational?>(rows: [[1, 0], [0, 1]])
      let rows = [training.row(0), training.row(1), training.row(0), random.matrix(1, 3).elements]
      let problem = try Problem(
        model: model, data: Dataset(inputs: training, targets: targets), likelihood: likelihood,
        flow: .naturalGradient(.inputs(Matrix(rows: rows), weights: [1, Rational(2, 3), 3, Rational(5, 7)])),
        initial: model.parameterShapes.map { random.matrix($0.rows, $0.columns) }, times: [1],
        normalisation: normalisation)
      let first = try velocity(problem, .outputs)
      for route in [Route.endToEnd, .rankFactor] {
        #expect(log10Difference(try velocity(problem, route), first) < -100, "\(likelihood), \(route)")
      }
    }
  }

  /// (F + λ)⁻¹ ∇L → F⁺ ∇L with the error λ (F⁺)² ∇L: of first order in λ, from both sides.
  @Test(arguments: ProblemKind.Measure.allCases) func dampingIsOfFirstOrder(measure: ProblemKind.Measure)
    throws
  {
    if measure == .secondMoment { return }
    for (index, likelihood) in [Likelihood.gaussian, .bernoulli, .poisson, .categorical].enumerated() {
      var kind = ProblemKind(
        model: try DeepLinearModel(widths: [3, 3, 2]), likelihood: likelihood, measure: measure,
        sampleCount: 2, seed: 40 + index)
      kind.hasDuplicate = index.isMultiple(of: 2)
      func velocity(damping: Rational) throws -> Matrix<BigFloat> {
        kind.damping = damping
        return try self.velocity(kind.problem(), damping.isZero ? .rankFactor : .damped)
      }
      let limit = try velocity(damping: 0)
      let errors = try [20, 30, 40].map { exponent in
        log10Difference(try velocity(damping: Rational(10).power(-exponent)), limit)
      }
      // The gradient may have a part outside the range of F: then (F + λ)⁻¹ diverges, as it must.
      let isOutside = measure == .otherInputs
      let order = isOutside ? -1.0 : 1.0
      for (coarse, fine) in zip(errors, errors.dropFirst()) {
        #expect(abs((coarse - fine) / 10 - order) < 1e-3, "\(kind): \(errors)")
      }
    }
  }

  @Test func closedRoutesAreErrors() throws {
    let model = try DeepLinearModel(widths: [2, 2, 1])
    func problem(_ measure: FisherMeasure, damping: Rational = 0, zero: Bool = false) throws -> Problem {
      try Problem(
        model: model, data: Dataset(inputs: Matrix(rows: [[1, 2]]), targets: Matrix(rows: [[1]])),
        likelihood: .gaussian, flow: .naturalGradient(measure, damping: damping),
        initial: model.parameterShapes.map { shape in
          Matrix(rows: shape.rows, columns: shape.columns) { zero ? 0 : Rational(1 + $0 + 2 * $1) }
        }, times: [1])
    }
    func field(_ problem: Problem, _ route: Route?) -> String? {
      do { _ = try problem.vectorField(route: route) } catch { return (error as? ProblemError)?.field }
      return nil
    }
    let other = FisherMeasure.inputs(Matrix(rows: [[1, 0]]), weights: [1])
    let moment = FisherMeasure.secondMoment(.identity(2))
    #expect(field(try problem(other), .outputs) == "flow.fisher")
    #expect(field(try problem(moment), .outputs) == "flow.fisher")
    #expect(field(try problem(moment), .rankFactor) == "flow.fisher")
    #expect(field(try problem(moment, damping: 1), nil) == "flow.damping")
    #expect(field(try problem(moment, zero: true), nil) == "flow.fisher.secondMoment")
    #expect(field(try problem(moment), nil) == nil)
  }
}
