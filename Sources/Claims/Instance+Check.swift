import Integrators
import Learning

extension Instance {
  /// Checks the hypotheses, compares the two sides, and holds every control against the same comparison.
  ///
  /// - Throws: `CancellationError` only; any other error becomes a verdict with its reason.
  public func check(_ settings: CheckSettings) throws -> InstanceResult {
    let start = ContinuousClock.now
    var conditions: [Condition] = []
    var controlResults: [InstanceResult.ControlResult] = []
    var (compared, entries) = (0, 0)
    var why: String?
    func result(_ verdict: Verdict) -> InstanceResult {
      InstanceResult(
        name: name, verdict: verdict, isSecondOpinion: isSecondOpinion, conditions: conditions,
        controls: controlResults, compared: compared,
        entries: entries, why: why, seconds: (ContinuousClock.now - start) / .seconds(1))
    }
    do {
      conditions = try self.conditions()
      if let violated = conditions.first(where: { $0.status == .violated }) {
        return result(.notApplicable(hypothesis: "\(violated.name) (\(violated.detail))"))
      }
      if let open = conditions.first(where: { $0.status == .undecided }) {
        return result(.inconclusive(why: "undecided: \(open.name) (\(open.detail))"))
      }
      conditions = try IntegratedTrajectory.conditions(conditions, along: trajectories)
      let observed = try self.observed()
      let predicted = try self.predicted()
      (compared, entries) = (Measurement.pairs(observed, predicted).count, observed.entries.count)
      var verdict = Measurement.compare(observed, predicted, digits: settings.digits)
      why = Self.whyEstimated(conditions, observed, predicted)
      if why != nil { verdict = verdict.withoutRigour }
      if settings.rigour == .required, case .confirmed = verdict, let why {
        verdict = .inconclusive(why: "\(verdict.detail), but \(why)")
      }
      for control in controls {
        controlResults.append(.init(name: control.name, verdict: try check(control, observed, settings)))
      }
      return result(verdict)
    } catch let error as CancellationError {
      throw error
    } catch let error as IntegrationError {
      return result(Self.verdict(on: error, under: conditions))
    } catch {
      return result(.inconclusive(why: "\(error)"))
    }
  }

  /// Why a comparison is no proof; nil where it is one.
  private static func whyEstimated(
    _ conditions: [Condition], _ observed: Measurement, _ predicted: Measurement
  ) -> String? {
    if let side = [observed, predicted].first(where: { !$0.isRigorous }) {
      return side.whyEstimated ?? "an error is estimated, not certified"
    }
    return conditions.first { $0.status != .certified }.map {
      "not proved, only \($0.status.rawValue): \($0.name)"
    }
  }

  private func check(_ control: Control, _ observed: Measurement, _ settings: CheckSettings) throws -> Verdict
  {
    do {
      return Measurement.compare(
        try control.observed?() ?? observed, try control.predicted(), digits: settings.digits)
    } catch let error as CancellationError {
      throw error
    } catch {
      return .inconclusive(why: "\(error)")
    }
  }

  /// A flow that stops where a hypothesis is not proved for all times has left the statement's hypotheses; where
  /// all are proved it is the integration that failed.
  private static func verdict(on error: IntegrationError, under conditions: [Condition]) -> Verdict {
    let allProved = !conditions.isEmpty && conditions.allSatisfy { $0.status == .certified }
    switch error {
    case .singular(let time, _) where !allProved, .stepUnderflow(let time, _) where !allProved:
      return .notApplicable(hypothesis: "the flow exists with constant rank (it stops at t = \(time))")
    default: return .inconclusive(why: error.description)
    }
  }
}

extension Verdict {
  /// The same verdict where a hypothesis is not proved: numbers that were enclosed do not prove the statement.
  fileprivate var withoutRigour: Verdict {
    switch self {
    case .certified(let digits): .confirmed(digits: digits)
    case .refuted(let witness):
      .refuted(
        .init(
          label: witness.label, observed: witness.observed, predicted: witness.predicted,
          difference: witness.difference, agreeing: witness.agreeing, isRigorous: false))
    default: self
    }
  }
}
