import Learning
import Multiprecision

/// T1, squared loss: residuals decay exponentially.
extension Claim {
  static let t1Gaussian = Claim(
    id: "t1-gaussian", title: "Residuals decay as e^-t (squared loss)",
    statement: "Every training output is f(t) = y + (f(0) - y) e^-t, whatever the model.",
    hypotheses: OnSampleLawInstances.hypotheses, section: "T1", theorem: "OneParameterFamily.ngf_gaussian",
    range: OnSampleLawInstances.range
  ) { settings in
    try OnSampleLawInstances.models(.gaussian, settings).map { name, problem, integrator in
      try .law(name, problem, OnSampleLaw.self, observable: .means, settings, by: integrator) { _, law in
        // A summed loss against an averaged Fisher matrix: the time factor that is easily lost.
        [
          OnSampleLawInstances.wrongRate(
            "the rate is N (loss summed, Fisher matrix averaged)", law, problem, settings)
        ]
      }
    }
  }
}
