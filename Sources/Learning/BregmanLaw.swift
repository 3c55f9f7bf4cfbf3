import Multiprecision

/// **Bregman law.** Under natural gradient flow on N ≤ d training inputs a diagonal model whose K = ∂β/∂θ ∂β/∂θᵀ is
/// the inverse Hessian of a potential Φ moves its β(t) along Bregman projections of β(0),
///
///     β(t) = argmin { D_Φ(β, β(0)) : X β = f(t) },
///
/// where the outputs f follow the on-sample law. The loss and the path do not matter, f(t) does.
///
/// **Shapes**: β is 1 × d. **Assumptions**: Moore–Penrose inverse; X of full row rank on the coordinates that move.
/// **Error bound**: rigorous balls: the zero of the dual equation is proved by an interval Newton step.
/// **Throws**: `LinearAlgebraError.undecided` where no zero is certified, as where coordinates that keep their sign
/// cannot give f(t).
/// **Source**: derived in docs/theory, T3 (b′).
public struct BregmanLaw: ClosedForm {
  public let name = "Bregman law"
  public let section = "T3"
  public let conditions: [Condition]
  public let projection: BregmanProjection
  let onSample: OnSampleLaw

  /// Nil unless the model is diagonal with a known potential, the measure the training inputs and all targets are
  /// observed.
  init?(problem: Problem, gradient: NaturalGradient, onSample: OnSampleLaw) throws {
    guard gradient.measure == .trainingInputs, let model = problem.model as? DiagonalModel,
      gradient.groups.points.count == gradient.groups.points.inputs.rows
    else { return nil }
    // A mirror map may have a metric, d × d.
    let d = model.inputCount
    try MemoryAccount.current.check(
      MemoryAccount.bytes(numbers: MemoryAccount.product(2, d, d)), for: "the metric of \(d) coordinates")
    guard let map = model.mirrorMap(at: problem.initial) else { return nil }
    self.onSample = onSample
    let inputs = gradient.groups.points.inputs
    projection = try BregmanProjection(constraints: inputs, map: map)
    let moving = (0..<map.count).filter(map.moves)
    let rank = Matrix<Rational>(rows: inputs.rows, columns: moving.count) { inputs[$0, moving[$1]] }.rank()
    let isOnto = moving.allSatisfy(map.isOnto)
    conditions = [
      Condition(
        "the inputs have full row rank on the coordinates that move",
        rank == inputs.rows ? .certified : .violated, "rank \(rank) of \(inputs.rows) rows, exactly"),
      Condition(
        "the projection exists along the path", isOnto ? .certified : .monitored,
        isOnto
          ? "every coordinate that moves takes all real values"
          : "some coordinates keep their sign; it exists at a time where it is found"),
    ]
  }

  public func values(at time: Rational, precision: Int) throws -> ClosedFormValues {
    var values = try onSample.values(at: time, precision: precision)
    let initial = try onSample.problem.initialOutputs(
      at: onSample.groups.points.inputs, precision: precision)
    let outputs = try onSample.groupValues(initial, at: time, precision: precision).outputs
    let known = outputs.elements.compactMap { $0 }
    values.endToEnd = try projection.point(at: known, precision: precision).point.transposed()
    return values
  }
}
