import ProblemFiles
import Testing

/// Words of other programs are answered with those of problem files.
@Suite struct SynonymTests {
  private func message(_ change: (inout FileText) -> Void) -> String {
    var file = FileText()
    change(&file)
    return file.error()?.message ?? ""
  }

  @Test(arguments: [
    ("mse", "gaussian"), ("MSE", "gaussian"), ("squared-error", "gaussian"), ("logistic", "bernoulli"),
    ("cross-entropy", "bernoulli"), ("cross_entropy", "bernoulli"), ("bce", "bernoulli"),
    ("softmax", "categorical"),
    ("counts", "poisson"), ("gausian", "gaussian"),
  ])
  func likelihood(word: String, meant: String) {
    #expect(message { $0.likelihood = word }.hasSuffix("did you mean \"\(meant)\"?"))
  }

  @Test(arguments: [
    ("sgd", "gradient"), ("gradient-flow", "gradient"), ("ngd", "natural-gradient"),
    ("natural", "natural-gradient"),
    ("natural_gradient", "natural-gradient"), ("NGF", "natural-gradient"),
  ])
  func flow(word: String, meant: String) {
    #expect(message { $0.flow = "{kind: \(word)}" }.hasSuffix("did you mean \"\(meant)\"?"))
  }

  @Test(arguments: [
    ("nn", "mlp"), ("multilayer-perceptron", "mlp"), ("matrix-completion", "matrix-factorization"),
    ("matrix-factorisation", "matrix-factorization"), ("dln", "deep-linear"), ("deep_linear", "deep-linear"),
  ])
  func model(word: String, meant: String) {
    #expect(message { $0.model = "{kind: \(word), widths: [2, 1]}" }.hasSuffix("did you mean \"\(meant)\"?"))
  }

  @Test(arguments: [("relu", "softplus"), ("sigmoid", "logistic"), ("Tanh", "tanh")])
  func activation(word: String, meant: String) {
    #expect(
      message { $0.model = "{kind: mlp, widths: [2, 1], activation: \(word)}" }
        .hasSuffix("did you mean \"\(meant)\"?"))
  }

  @Test(arguments: [
    ("loss", "likelihood"), ("optimizer", "flow"), ("init", "initial"), ("normalization", "normalisation"),
    ("dataset", "data"), ("Model", "model"), ("time", "times"), ("network", "model"),
  ])
  func key(word: String, meant: String) {
    #expect(message { $0.more = "\(word): 1" }.hasSuffix("did you mean \"\(meant)\"?"))
  }

  @Test func wordsWithoutAMeaningGetNone() {
    #expect(!message { $0.likelihood = "banana" }.contains("did you mean"))
    #expect(!message { $0.flow = "{kind: adam}" }.contains("did you mean"))
  }
}
