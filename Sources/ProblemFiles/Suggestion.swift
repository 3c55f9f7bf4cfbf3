import Symbolics

/// The word of some known ones that another may stand for, as messages end with it.
enum Suggestion {
  /// `; did you mean "widths"?`, or nothing where no word is near and none is a known synonym.
  static func hint(for word: String, among known: [String]) -> String {
    let meant = synonym(of: word, among: known) ?? NameSuggestion.nearest(to: word, among: known)
    return meant.map { "; did you mean \"\(VisibleText.shortened($0))\"?" } ?? ""
  }

  /// The first word of the known ones that the word is used for elsewhere.
  private static func synonym(of word: String, among known: [String]) -> String? {
    let word = word.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
    return synonyms.first { $0.words.contains(word) && known.contains($0.meant) }?.meant
  }

  /// Words of other programs and of the literature, in lower case without hyphens.
  private static let synonyms: [(meant: String, words: Set<String>)] = [
    // Likelihoods, by their losses.
    (
      "gaussian",
      [
        "mse", "l2", "square", "squared", "squarederror", "squaredloss", "squareloss", "meansquarederror",
        "leastsquares", "quadratic", "normal", "gauss", "regression", "linear",
      ]
    ),
    (
      "bernoulli",
      [
        "logistic", "logisticloss", "logisticregression", "logit", "sigmoid", "crossentropy", "ce", "bce",
        "binarycrossentropy", "logloss", "binary", "binomial", "nll",
      ]
    ),
    (
      "categorical",
      [
        "softmax", "multinomial", "multiclass", "cce", "categoricalcrossentropy", "softmaxcrossentropy",
        "classification",
      ]
    ),
    ("poisson", ["count", "counts", "poissonregression", "poissonnll", "exponential"]),
    // Flows.
    (
      "gradient",
      [
        "sgd", "gd", "gf", "gradientdescent", "gradientflow", "stochasticgradientdescent", "euclidean",
        "vanilla",
      ]
    ),
    (
      "natural-gradient",
      [
        "ngd", "ngf", "ng", "natural", "naturalgradientdescent", "naturalgradientflow", "kfac", "fisher",
        "gaussnewton",
      ]
    ),
    ("training-inputs", ["training", "train", "data", "empirical", "inputs", "samples", "trainingdata"]),
    ("all-entries", ["all", "full", "uniform"]), ("observed-entries", ["observed", "mask", "masked"]),
    // Models.
    ("linear", ["regression", "linearregression", "logisticregression", "linearmodel"]),
    ("deep-linear", ["dln", "linearnetwork", "deeplinearnetwork", "linearnet", "linearmlp"]),
    ("diagonal", ["hadamard", "diagonallinear", "diagonalnetwork", "diagonallinearnetwork", "sparse"]),
    (
      "matrix-factorization",
      ["mf", "matrixcompletion", "completion", "factorization", "factorisation", "matrixsensing", "lowrank"]
    ),
    (
      "mlp",
      [
        "nn", "dnn", "ffn", "neuralnetwork", "neuralnet", "network", "multilayerperceptron", "perceptron",
        "dense",
        "fullyconnected", "feedforward",
      ]
    ),
    // Activations: the smooth ones that there are.
    ("logistic", ["sigmoid", "sigma", "expit"]), ("tanh", ["hyperbolictangent"]),
    ("softplus", ["relu", "leakyrelu", "elu", "gelu", "silu", "swish"]),
    // Keys.
    ("likelihood", ["loss", "lossfunction", "objective", "family", "criterion"]),
    ("flow", ["optimizer", "optimiser", "optim", "algorithm", "method", "dynamics"]),
    ("model", ["network", "architecture", "net"]), ("data", ["dataset", "samples", "training"]),
    ("initial", ["init", "initialization", "initialisation", "start", "x0", "y0", "value"]),
    ("times", ["t", "time", "ts", "timepoints", "steps", "at"]),
    ("normalisation", ["normalization", "reduction", "scaling"]),
    ("prediction", ["predict", "expected", "solution", "formula", "claim"]),
    ("system", ["equations", "odes", "ode"]), ("derivative", ["rhs", "equation", "d", "dt", "f", "diff"]),
    ("fisher", ["measure", "metric"]), ("damping", ["lambda", "ridge", "regularization"]),
    ("widths", ["layers", "sizes", "dims", "width", "hidden", "units"]), ("depth", ["layers", "factors"]),
    ("form", ["type"]), ("kind", ["type", "name"]), ("activation", ["nonlinearity", "act"]),
    ("targets", ["y", "labels", "outputs", "ys"]), ("target", ["label"]),
    ("inputs", ["x", "xs", "features"]),
    ("classes", ["labels", "names"]), ("file", ["path", "csv", "filename"]),
    ("matrix", ["entries", "observations"]),
    ("seed", ["random", "rng"]), ("scale", ["std", "sigma", "variance"]),
    ("parameters", ["weights", "theta"]),
    ("for", ["range", "ranges", "indices", "index"]), ("secondMoment", ["covariance", "population"]),
    ("mean", ["average"]), ("sum", ["total"]),
  ]
}
