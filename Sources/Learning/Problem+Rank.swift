extension Problem {
  /// The hypothesis that the Jacobian on the Fisher measure has the given rank along the path.
  ///
  /// - Throws: `ProblemError` for gradient flow and for a second moment, which have no such points.
  public func rankCondition(_ rank: Int) throws -> Condition {
    guard let points = try NaturalGradient(problem: self).points?.outputs else {
      throw ProblemError(field: "flow.fisher", "a second moment has no points at which to take a Jacobian")
    }
    let found = try RankCertificate(model: model, parameters: initial, points: points)
    let name = "the Jacobian on the Fisher measure has rank \(rank)"
    guard found.isCertified else {
      return Condition(name, .undecided, "between \(found.rows.count) and \(found.upperBound) at t = 0")
    }
    let holds: Condition.Status = model.hasConstantJacobian ? .certified : .monitored
    return Condition(
      name, found.upperBound == rank ? holds : .violated,
      "rank \(found.upperBound) of \(points.count) rows at t = 0, certified")
  }
}
