import Multiprecision

/// **Linear model, no more measured inputs than dimensions.** With inputs X of full row rank,
///
///     W(t) = W(0) + (F(t) - F(0))ᵀ (X⁺)ᵀ,
///
/// where the outputs F follow the on-sample law. For labels ±1 it grows as t·X⁺y: the direction tends to X⁺y,
/// the minimum-norm solution of X β = y, and from β(0) = 0 it is that direction from the first instant.
///
/// **Shapes**: W is K × d, F is N × K. **Source**: derived in docs/theory, T2.
public struct LinearModelLaw: ClosedForm {
  public let name = "linear model law"
  public let section = "T2"
  public let conditions: [Condition]
  let onSample: OnSampleLaw

  /// Nil unless the model is linear with a constant Jacobian, the measure is the training inputs and every
  /// output of them is observed.
  init?(problem: Problem, gradient: NaturalGradient, onSample: OnSampleLaw) throws {
    guard problem.model.hasConstantJacobian, problem.model.isLinearInInputs, problem.model is DeepLinearModel,
      problem.likelihood != .categorical, let points = gradient.points?.outputs,
      points.count == onSample.rates.elements.count,
      points.inputs == gradient.groups.points.inputs
    else { return nil }
    self.onSample = onSample
    conditions = onSample.conditions
  }

  /// X⁺, exactly; d × N.
  public var pseudoInverse: Matrix<Rational> { onSample.groups.points.inputs.moorePenroseInverse() }

  public func values(at time: Rational, precision: Int) throws -> ClosedFormValues {
    let initial = try onSample.problem.initialOutputs(at: onSample.groups.points.inputs, precision: precision)
    let outputs = try onSample.groupValues(initial, at: time, precision: precision).outputs
    let moved = Matrix<Ball>(rows: outputs.rows, columns: outputs.columns) { row, column in
      (outputs[row, column] ?? initial[row, column]) - initial[row, column]
    }
    let inverse = pseudoInverse.map { Ball($0, precision: precision) }
    let start = onSample.problem.initial[0].map { Ball($0, precision: precision) }
    var values = try onSample.values(at: time, precision: precision)
    values.endToEnd = start + (inverse * moved).transposed()
    return values
  }
}
