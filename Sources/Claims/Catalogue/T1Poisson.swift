import Learning
import Multiprecision

/// T1, Poisson regression: mean counts relax exponentially.
extension Claim {
  static let t1Poisson = Claim(
    id: "t1-poisson", title: "Mean counts relax as e^-t (Poisson)",
    statement: "Every training mean is μ(t) = y + (μ(0) - y) e^-t, whatever the model.",
    hypotheses: OnSampleLawInstances.hypotheses, section: "T1", theorem: "OneParameterFamily.ngf_poisson",
    range: OnSampleLawInstances.range
  ) { settings in
    try OnSampleLawInstances.models(.poisson, settings).map { name, problem, integrator in
      try .law(name, problem, OnSampleLaw.self, observable: .means, settings, by: integrator) { _, law in
        [
          OnSampleLawInstances.wrongRate(
            "the rate is N (loss summed, Fisher matrix averaged)", law, problem, settings)
        ]
      }
    }
  }
}
