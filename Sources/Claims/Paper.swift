/// What the abstract of arXiv 2111.11542 says, sentence by sentence in other words, and what became of it here.
///
/// The paper is known by its abstract only; every statement is derived anew in docs/theory.
public enum Paper {
  public static let title = "Depth Without the Magic: Inductive Bias of Natural Gradient Descent"
  public static let identifier = "arXiv:2111.11542"

  /// A part of the abstract that can be true or false.
  public struct Sentence: Sendable {
    /// `3`, or `1b` for a part of a sentence.
    public let number: String
    /// What it says, in our words.
    public let says: String
    /// Where that holds, which condition it needs, where it is wrong.
    public let finding: String
    /// The ids of the claims that show it, the most telling first.
    public let claims: [String]
  }

  public static let abstract: [Sentence] = [
    Sentence(
      number: "1a",
      says:
        "With gradient descent another parametrisation of the same model can mean another trajectory and another "
        + "solution; some parametrisations find sparse classifiers without being asked to.",
      finding:
        "Holds for gradient flow. β = u² - v² tends to an ℓ1 solution where the linear model tends to an ℓ2 one; "
        + "the approach is slow in the start's size (α^(2(1-κ)), not α²) and in time ((log t)^-(1-κ)), and from depth 3 "
        + "on the limit depends on the start.",
      claims: [
        "t5-four-limits", "t5-parametrisation", "t5-hypentropy", "t5-depth-path", "t5-small-start",
        "t5-maximum-margin", "t5-margin-rate", "t5-l1-margin", "t5-depth-three", "t5-degenerate-support",
      ]),
    Sentence(
      number: "1b", says: "And some reconstruct low-rank matrices.",
      finding:
        "Holds for gradient flow from small starts, at depths 2 and 3: singular modes escape one after another, "
        + "and unobserved entries are recovered.",
      claims: [
        "t7-low-rank", "t7-nuclear-norm", "t6-singular-modes", "t5-balancedness",
      ]),
    Sentence(
      number: "2", says: "This implicit regularisation may be part of why deep learning generalises.",
      finding:
        "A hypothesis about practice. In the families here the regularisation is what decides the test error.",
      claims: [
        "t9-sparse-teacher", "t7-low-rank",
      ]),
    Sentence(
      number: "3",
      says:
        "Natural gradient descent is approximately invariant to the parametrisation: it takes the same trajectory to "
        + "the same optimum.",
      finding:
        "Holds for the flow under a Fisher measure whose inputs span. With the Fisher matrix of N < d training "
        + "inputs the outputs are invariant, but what the data do not see is not: there the parametrisation's bias "
        + "survives in full, and for squared loss the flow even ends where gradient flow ends. Discrete steps and damping "
        + "break invariance, at known orders.",
      claims: [
        "t3-spanning-invariance", "t3-when-surjective", "t3-null-space", "t3-bregman", "t3-same-end-point",
        "t3-equality-sparsity", "t3-null-space-kept", "t3-singular-limit", "t3-population-gaussian",
        "t3-population-flow", "t4-affine-covariance", "t8-orders", "t8-linear-reparametrisation",
        "t8-discrete-squared", "t8-discrete-logistic", "t8-damping", "t8-damping-takeover",
      ]),
    Sentence(
      number: "4",
      says: "What happens without the parametrisation's role: which solution is found, and what else is new?",
      finding:
        "On the sample everything relaxes exponentially, whatever the model; some things are conserved as under "
        + "gradient flow; the flow can end in finite time; points with a Fisher weight and no label never move.",
      claims: [
        "t1-bernoulli", "t1-gaussian", "t1-poisson", "t1-projected-law", "t1-normalisation",
        "t1-frozen-outputs", "t1-stop", "t3-conserved", "t12-loss", "t12-straight-line", "t12-convexity",
        "t12-exponential-loss", "t12-zero-network",
      ]),
    Sentence(
      number: "5a",
      says: "Natural gradient flow in deep linear networks, separable classification, logistic loss.",
      finding:
        "N ≤ d: under the training inputs' Fisher matrix all margins become equal; the linear model's direction tends to "
        + "X⁺y, in general not the maximum margin; under a spanning measure with N < d it freezes elsewhere. N > d: "
        + "Newton's flow for any depth, whose limit solves a linear programme that depends on the start.",
      claims: [
        "t2-limit-direction", "t2-maximum-margin", "t2-margin-gaps", "t2-duplicates", "t4-gradient-law",
        "t4-canonical-link", "t4-limit", "t4-intercept", "t4-degenerate", "t4-not-unique",
        "t4-not-separable", "t4-quasi-separable", "t4-start-dependence", "t4-maximum-margin",
        "t4-breast-cancer", "t10-probabilities", "t10-linear-weights", "t10-programme",
      ]),
    Sentence(
      number: "5b", says: "And deep matrix factorisation.",
      finding:
        "W relaxes to Y whatever the depth, if no layer is a bottleneck. In completion it depends on the Fisher "
        + "measure: over all entries the unobserved ones never move; over the observed ones they do, and low rank can be "
        + "recovered.",
      claims: [
        "t6-factorization", "t6-surjectivity", "t6-bottleneck", "t6-balanced-stop", "t7-all-entries",
        "t7-observed-entries", "t7-bottleneck", "t7-image", "t11-kfac", "t11-block-diagonal",
      ]),
    Sentence(
      number: "6",
      says: "Some findings extend to nonlinear networks with enough, but finitely many, parameters.",
      finding:
        "The on-sample law does, for every model whose Jacobian on the training inputs keeps full row rank. More "
        + "parameters than samples are not enough for that, and not even generically.",
      claims: [
        "t1-bernoulli", "t1-duplicates", "t1-any-link", "t1-frozen-outputs", "t1-off-sample",
        "t1-rank-wall", "t10-probabilities", "t11-block-diagonal",
      ]),
    Sentence(
      number: "7",
      says:
        "There are problems where natural gradient descent fails to generalise while gradient descent with the right "
        + "architecture does well.",
      finding:
        "Holds: sparse teachers with a spanning measure; in completion the Fisher matrix over all entries never moves the "
        + "hidden ones, while the flow exists. With the training inputs' Fisher "
        + "matrix natural gradient keeps part of the advantage; and in the linear model gradient flow is just as bad, so "
        + "it is the architecture's bias that is lost.",
      claims: [
        "t9-sparse-teacher", "t9-linear-error", "t9-regression", "t9-sparse-regression", "t7-low-rank",
        "t7-all-entries",
      ]),
  ]
}
