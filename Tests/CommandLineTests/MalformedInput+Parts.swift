extension MalformedInput {
  static let data = [
    MalformedInput("0.5", "half", line: 3, "data.inputs[0][1]", "found \"half\", expected a decimal"),
    MalformedInput("0.5", "null", line: 3, "data.inputs[0][1]", "found nothing, expected a number"),
    MalformedInput("0.5", "1/0", line: 3, "data.inputs[0][1]", "denominator other than zero"),
    MalformedInput("0.5", ".nan", line: 3, "data.inputs[0][1]", "expected a decimal"),
    MalformedInput("0.5", "1e999999999", line: 3, "data.inputs[0][1]", "exponent between"),
    MalformedInput("[1, 0.5]", "[1]", line: 3, "data.inputs[1]", "found 2 entries, expected 1"),
    MalformedInput("[1, 0.5]", "1", line: 3, "data.inputs[0]", "found \"1\", expected a list of numbers"),
    MalformedInput("[[1, 0.5], [\"1/3\", 2]]", "[]", line: 3, "data.inputs", "found a list of 0"),
    MalformedInput("  inputs:   [[1, 0.5], [\"1/3\", 2]]\n", "", line: 3, "data.inputs", "missing"),
    MalformedInput("[1, -1]", "[1]", line: 4, "data.targets", "found 1, expected one for each of 2 inputs"),
    MalformedInput(
      "[1, -1]", "[1, 2]", line: 4, "data.targets[1]", "found \"2\", expected -1 or +1, or 0 or 1"),
    MalformedInput("[1, -1]", "[0, -1]", line: 4, "data.targets[0]", "as other targets are -1"),
    MalformedInput("[1, -1]", "[1, yes]", line: 4, "data.targets[1]", "found \"yes\""),
    MalformedInput("[1, -1]", "[[1], [1, 1]]", line: 4, "data.targets[1]", "found 2 targets, expected 1"),
    MalformedInput(
      "targets:  [1, -1]", "target: [1, -1]", line: 4, "data.target", "did you mean \"targets\"?"),
    MalformedInput(
      "[1, -1]", "[a, c]\n  classes: {a: 1, b: -1}", line: 4, "data.targets[1]", "expected a class: a, b"),
    MalformedInput(
      "[1, -1]\nlikelihood: bernoulli", "[1, -1]\nlikelihood: poisson", line: 4, "data.targets[1]", "count"),
    MalformedInput(
      "[1, -1]\nlikelihood: bernoulli", "[1, 1.5]\nlikelihood: categorical", line: 4, "data.targets[1]",
      "class number"),
    MalformedInput(
      "[1, -1]\nlikelihood: bernoulli", "[0, 1]\nlikelihood: categorical", line: 4, "data.targets[1]",
      "expected one of 1 classes"),
    MalformedInput("targets:  [1, -1]", "matrix: [[1]]", line: 3, "data.inputs", "does not go with matrix"),
    MalformedInput(
      "inputs:   [[1, 0.5], [\"1/3\", 2]]\n  targets:  [1, -1]", "matrix: [[1, 0], [null, 1]]", line: 3,
      "data.matrix", "found 2×2, expected 1×2 by the widths"),
    MalformedInput(
      "inputs:   [[1, 0.5], [\"1/3\", 2]]\n  targets:  [1, -1]", "matrix: [[null, null]]", line: 3,
      "data.matrix",
      "found no observed entry"),
    MalformedInput(
      "inputs: ", "file: samples.csv\n  inputs: ", line: 3, "data.file", "samples.csv: found no such file"),
  ]

  static let flows = [
    MalformedInput(
      "natural-gradient", "natural", line: 7, "flow.kind", "expected one of natural-gradient, gradient"),
    MalformedInput("  fisher:   training-inputs\n", "", line: 7, "flow.fisher", "missing, expected one of"),
    MalformedInput("training-inputs", "training", line: 8, "flow.fisher", "expected one of training-inputs"),
    MalformedInput("natural-gradient", "gradient", line: 8, "flow.fisher", "does not go with kind: gradient"),
    MalformedInput("training-inputs", "{inputs: [[1]]}", line: 8, "flow.fisher.inputs", "expected rows of 2"),
    MalformedInput(
      "training-inputs", "{inputs: [[1, 2]], weights: [0]}", line: 8, "flow.fisher.weights[0]",
      "expected a positive number"),
    MalformedInput(
      "training-inputs", "{inputs: [[1, 2]], weights: [1, 2]}", line: 8, "flow.fisher.weights",
      "expected a list of 1 number"),
    MalformedInput(
      "training-inputs", "{secondMoment: [[1, 0], [1, 1]]}", line: 8, "flow.fisher.secondMoment",
      "symmetric 2×2"),
    MalformedInput(
      "training-inputs", "{secondmoment: [[1, 0], [0, 1]]}", line: 8, "flow.fisher.secondmoment",
      "did you mean \"secondMoment\"?"),
    MalformedInput(
      "training-inputs", "training-inputs\n  damping: -1", line: 9, "flow.damping",
      "expected 0 or a positive number"),
  ]

  static let starts = [
    MalformedInput("seed: 7", "seed: -7", line: 9, "initial.seed", "expected an integer from 0 to"),
    MalformedInput("seed: 7, ", "", line: 9, "initial.seed", "missing"),
    MalformedInput("{seed: 7, scale: 1/10}", "{}", line: 9, "initial", "expected {seed, scale}"),
    MalformedInput("scale: 1/10", "identity: 1", line: 9, "initial.seed", "does not go with identity"),
    MalformedInput("scale: 1/10", "scal: 1/10", line: 9, "initial.scal", "did you mean \"scale\"?"),
    MalformedInput(
      "{seed: 7, scale: 1/10}", "{parameters: [[[1, 2], [3, 4], [5, 6]]]}", line: 9, "initial.parameters",
      "found 1, expected 2: W_1, W_2"),
    MalformedInput(
      "{seed: 7, scale: 1/10}", "{parameters: [[[1, 2], [3, 4]], [[1, 2, 3]]]}", line: 9,
      "initial.parameters[0]",
      "found a 2×2 matrix, expected W_1 of 3×2"),
    MalformedInput(
      "[0, 1, 2, 5]", "[0, 2, 1]", line: 10, "times[2]", "found 1 after 2, expected increasing times"),
    MalformedInput("[0, 1, 2, 5]", "[0, 0]", line: 10, "times[1]", "found 0 after 0"),
    MalformedInput("[0, 1, 2, 5]", "[-1, 1]", line: 10, "times[0]", "expected a time from 0 on"),
    MalformedInput("[0, 1, 2, 5]", "[]", line: 10, "times", "expected a list of increasing numbers"),
    MalformedInput("[0, 1, 2, 5]", "5", line: 10, "times", "found \"5\", expected a list"),
  ]
}
