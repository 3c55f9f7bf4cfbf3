import Multiprecision

/// **Linear model, no more measured inputs than dimensions.** With inputs X of full row rank,
///
///     W(t) = W(0) + (F(t) - F(0))ᵀ (X⁺)ᵀ,
///
/// where the outputs F follow the on-sample law. For labels ±1 it grows as t·X⁺y: the direction tends to X⁺y,
/// the minimum-norm solution of X β = y, and from β(0) = 0 it is that direction from the first instant.
///
/// Categorical: the law of the probabilities fixes the logits up to a constant a sample, and the linear model
/// conserves 1ᵀW, so that constant too: with C = I - 11ᵀ/K, for a sample of (mean) target y,
///
///     F(t) - F(0) = C (log p(t) - log p(0)) = C log(1 + y (e^t - 1)/p(0)).
///
/// **Shapes**: W is K × d, F is N × K. **Source**: derived in docs/theory, T2 and T10.
public struct LinearModelLaw: ClosedForm {
  public let name = "linear model law"
  public let section: String
  public let conditions: [Condition]
  let onSample: OnSampleLaw

  /// Nil unless the model is linear with a constant Jacobian, the measure is the training inputs and every
  /// output of them is observed.
  init?(problem: Problem, gradient: NaturalGradient, onSample: OnSampleLaw) throws {
    let entries = onSample.rates.rows * problem.likelihood.freeOutputs(problem.model.outputCount)
    guard problem.model.hasConstantJacobian, problem.model.isLinearInInputs, problem.model is DeepLinearModel,
      let points = gradient.points?.outputs, points.count == entries,
      points.inputs == gradient.groups.points.inputs
    else { return nil }
    self.onSample = onSample
    section = problem.likelihood == .categorical ? "T10" : "T2"
    conditions = onSample.conditions
  }

  /// X⁺, exactly; d × N.
  public var pseudoInverse: Matrix<Rational> { onSample.groups.points.inputs.moorePenroseInverse() }

  public func values(at time: Rational, precision: Int) throws -> ClosedFormValues {
    let initial = try onSample.problem.initialOutputs(at: onSample.groups.points.inputs, precision: precision)
    let outputs =
      onSample.problem.likelihood == .categorical
      ? categoricalOutputs(initial, at: time, precision: precision)
      : try onSample.groupValues(initial, at: time, precision: precision).outputs
    let moved = Matrix<Ball>(rows: outputs.rows, columns: outputs.columns) { row, column in
      (outputs[row, column] ?? initial[row, column]) - initial[row, column]
    }
    let inverse = pseudoInverse.map { Ball($0, precision: precision) }
    let start = onSample.problem.initial[0].map { Ball($0, precision: precision) }
    var values = try onSample.values(at: time, precision: precision)
    values.outputs = Matrix(rows: onSample.groupOfSample.count, columns: outputs.columns) {
      outputs[onSample.groupOfSample[$0], $1]
    }
    values.endToEnd = start + (inverse * moved).transposed()
    return values
  }

  /// F(0) + C log(1 + y (e^(ρt) - 1)/p(0)), with 1/p_k = Σ_j e^(f_j - f_k): no term cancels.
  private func categoricalOutputs(
    _ initial: Matrix<Ball>, at time: Rational, precision: Int
  ) -> Matrix<Ball?> {
    let K = initial.columns
    let rows = (0..<initial.rows).map { row in
      let logits = initial.row(row)
      let growth = Ball.expMinusOne(Ball((onSample.rates[row, 0] ?? 0) * time, precision: precision))
      let pushes = (0..<K).map { k in
        let target = Ball(onSample.groups.targets[row, k], precision: precision)
        let inverse = logits.reduce(Ball(0, precision: precision)) { $0 + .exp($1 - logits[k]) }
        return Ball.log(onePlus: target * growth * inverse)
      }
      let mean = pushes.reduce(Ball(0, precision: precision), +) / Ball(K, precision: precision)
      return zip(logits, pushes).map { Optional($0 + ($1 - mean)) }
    }
    return Matrix(rows: rows)
  }
}
