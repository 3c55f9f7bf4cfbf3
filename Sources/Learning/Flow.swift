import Multiprecision

/// Which inputs the Fisher matrix averages over. It decides what is invariant, so it is always explicit.
public enum FisherMeasure: Sendable, Equatable {
  /// The training inputs, each with weight 1 for every sample that has it; observed targets only.
  case trainingInputs
  /// Given inputs (M × d) with positive weights.
  case inputs(Matrix<Rational>, weights: [Rational])
  /// The second-moment matrix E[x xᵀ] (d × d) of a population, for likelihoods of constant variance.
  case secondMoment(Matrix<Rational>)
  /// Every entry of the matrix that is factorised or completed, observed or not.
  case allEntries
  /// The observed entries of the matrix.
  case observedEntries
}

/// The dynamics of the parameters: θ' = -∇L (gradient), or θ' = -(F + λ)⁺ ∇L (natural gradient).
public enum Flow: Sendable, Equatable {
  case gradient
  /// F is the Fisher matrix of the measure, ⁺ the Moore–Penrose inverse, `damping` λ ≥ 0 (0: no damping).
  case naturalGradient(FisherMeasure, damping: Rational = 0)
}

/// How loss and Fisher matrix add up their samples.
public enum Normalisation: String, Sendable, CaseIterable {
  /// Both are sums.
  case sum
  /// Both are means: the loss over the samples, the Fisher matrix over the weights of its measure.
  case mean
}
