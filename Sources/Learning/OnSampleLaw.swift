import Multiprecision

/// **On-sample law.** Under natural gradient flow whose Fisher measure contains the training inputs, with a
/// Jacobian of full row rank on the measure, every mean parameter relaxes to its target,
///
///     μ(t) = y + (μ(0) - y) e^(-ρt),
///
/// whatever the model; and outputs that the measure contains without a label do not move.
///
/// **Units**: ρ is the sample count over the Fisher weight of the input: 1 for sums over the training inputs.
/// **Assumptions**: canonical link; the Jacobian's rank along the whole path. Samples that share an input
/// follow the law of their mean target.
/// **Edge cases**: t = 0 gives the initial value exactly. Nothing overflows or cancels, at large t or at large
/// logits of either sign: with q = 1 - e^(-ρt) the mean is μ(0) e^(-ρt) + y q, and the logit is
/// ρt + log(e^m + q) for a label 1.
/// **Source**: derived in docs/theory, T1.
public struct OnSampleLaw: ClosedForm {
  public let name = "on-sample law"
  public let section = "T1"
  public let conditions: [Condition]

  let problem: Problem
  let groups: Problem.TrainingGroups
  /// Group of each sample.
  let groupOfSample: [Int]
  /// Groups × K: the rate ρ of each observed entry; nil where the law says nothing.
  let rates: Matrix<Rational?>

  /// Nil if the flow's measure does not contain the training inputs.
  init?(problem: Problem, gradient: NaturalGradient) throws {
    guard let (points, weights) = gradient.points, let places = gradient.trainingPlaces else { return nil }
    let groups = gradient.groups
    self.problem = problem
    self.groups = groups
    let K = problem.model.outputCount
    var groupOfSample = [Int](repeating: 0, count: problem.data.count)
    for (place, group) in problem.data.groups().enumerated() {
      for sample in group.samples { groupOfSample[sample] = place }
    }
    self.groupOfSample = groupOfSample
    // Entries of the measure at training inputs stay where they are unless they are observed.
    var measured = Set<[Rational]>()
    for entry in points.entries { measured.insert(points.inputs.row(entry / K) + [Rational(entry % K)]) }
    var rates = Matrix<Rational?>(rows: groups.counts.rows, columns: K) { row, column in
      measured.contains(groups.points.inputs.row(row) + [Rational(column)]) ? 0 : nil
    }
    for (place, entry) in zip(places, groups.points.entries) {
      let rate = gradient.rate * groups.counts.elements[entry] / weights[place]
      rates[entry / K, entry % K] = rate
      if problem.likelihood == .categorical { rates[entry / K, K - 1] = rate }
    }
    self.rates = rates
    conditions = [
      try RankCertificate.condition(
        "the Jacobian has full row rank on the Fisher measure", model: problem.model,
        parameters: problem.initial,
        points: points)
    ]
  }

  /// Means and outputs at the training inputs; nil where the entry is outside the measure, or the family does
  /// not determine the logits (the categorical).
  public func values(at time: Rational, precision: Int) throws -> ClosedFormValues {
    let initial = try problem.initialOutputs(at: groups.points.inputs, precision: precision)
    let group = try groupValues(initial, at: time, precision: precision)
    let K = problem.model.outputCount
    func bySample(_ matrix: Matrix<Ball?>) -> Matrix<Ball?> {
      Matrix(rows: groupOfSample.count, columns: K) { matrix[groupOfSample[$0], $1] }
    }
    var values = ClosedFormValues(outputs: bySample(group.outputs), means: bySample(group.means))
    if problem.model.isLinearInInputs, groups.points.inputs.isIdentity {
      let known = group.outputs.elements.compactMap { $0 }
      if known.count == group.outputs.elements.count {
        values.endToEnd = Matrix(rows: group.outputs.rows, columns: K, elements: known).transposed()
      }
    }
    return values
  }

  /// Outputs and means of the distinct inputs.
  func groupValues(
    _ initial: Matrix<Ball>, at time: Rational, precision: Int
  ) throws -> (outputs: Matrix<Ball?>, means: Matrix<Ball?>) {
    let K = problem.model.outputCount
    var outputs = Matrix<Ball?>(rows: initial.rows, columns: K, repeating: nil)
    var means = outputs
    for row in 0..<initial.rows {
      for column in 0..<K {
        guard let rate = rates[row, column] else { continue }
        let target = groups.targets[row, column]
        if problem.likelihood == .categorical {
          let probability = softmax(initial, row: row, column: column)
          means[row, column] = relax(probability, to: target, by: rate * time, precision: precision)
        } else if rate.isZero || time.isZero {
          outputs[row, column] = initial[row, column]
          means[row, column] = problem.likelihood.mean(initial[row, column])
        } else {
          let mean = relax(
            problem.likelihood.mean(initial[row, column]), to: target, by: rate * time, precision: precision)
          means[row, column] = mean
          outputs[row, column] = output(
            initial[row, column], target: target, by: rate * time, mean: mean, precision: precision)
        }
      }
    }
    return (outputs, means)
  }

  private func softmax(_ outputs: Matrix<Ball>, row: Int, column: Int) -> Ball {
    var sum = Ball(0, precision: outputs[row, column].precision)
    for other in 0..<outputs.columns { sum = sum + Ball.exp(outputs[row, other] - outputs[row, column]) }
    return Ball(1, precision: sum.precision) / sum
  }

  /// μ e^-age + y (1 - e^-age).
  private func relax(_ mean: Ball, to target: Rational, by age: Rational, precision: Int) -> Ball {
    let age = Ball(-age, precision: precision)
    return mean * .exp(age) - Ball(target, precision: precision) * .expMinusOne(age)
  }

  /// The natural parameter whose mean has relaxed for `age`.
  private func output(
    _ initial: Ball, target: Rational, by age: Rational, mean: Ball, precision: Int
  ) -> Ball {
    let elapsed = Ball(age, precision: precision)
    let gone = -Ball.expMinusOne(-elapsed)
    switch problem.likelihood {
    case .gaussian, .categorical: return mean
    case .poisson:
      // target 0: log μ = f(0) - t, without cancellation.
      return target.isZero ? initial - elapsed : Ball.log(mean)
    case .bernoulli:
      // Label 1: m(t) = t + log(e^m(0) + 1 - e^-t); label 0 by symmetry; between them the logit of the mean.
      if target == 1 { return elapsed + Ball.log(Ball.exp(initial) + gone) }
      if target.isZero { return -(elapsed + Ball.log(Ball.exp(-initial) + gone)) }
      let rest = relax(Ball.logistic(-initial), to: 1 - target, by: age, precision: precision)
      return Ball.log(mean / rest)
    }
  }
}

extension Likelihood {
  /// The mean parameter of one natural parameter; for the categorical, see the softmax of a row.
  func mean(_ output: Ball) -> Ball {
    switch self {
    case .gaussian, .categorical: output
    case .bernoulli: .logistic(output)
    case .poisson: .exp(output)
    }
  }
}
