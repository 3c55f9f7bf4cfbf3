import Learning
import Multiprecision

/// T1, logistic loss: margins have a closed form.
extension Claim {
  static let t1Bernoulli = Claim(
    id: "t1-bernoulli", title: "Margins have a closed form (logistic loss)",
    statement: "Every training margin is m(t) = log((1 + e^m(0)) e^t - 1), whatever the model.",
    hypotheses: OnSampleLawInstances.hypotheses, section: "T1", theorem: "LogisticFlow.ngf_margins",
    range: OnSampleLawInstances.range
  ) { settings in
    try (OnSampleLawInstances.models(.bernoulli, settings) + [OnSampleLawInstances.digits()]).map {
      name, problem, integrator in
      try .law(name, problem, OnSampleLaw.self, observable: .outputs, settings, by: integrator) { _, law in
        [
          // The limit of the margins' velocity taken for the velocity: what exponential loss would give.
          .init("margins grow as m(0) + t") {
            try law.measure(.outputs, at: problem.times.map { _ in 0 }, precision: settings.precision)
              .map { index, start in
                let perTime = problem.data.count
                let time = Ball(problem.times[index / perTime], precision: settings.precision)
                return problem.data.targets.elements[index % perTime] == 1 ? start + time : start - time
              }
          }
        ]
      }
    }
  }
}
