import Learning
import Multiprecision

/// A seeded generator of small rationals (SplitMix64).
struct SeededRationals {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return range.lowerBound + Int((z ^ (z >> 31)) % UInt64(range.count))
  }

  /// A fraction in [-2, 2], not zero.
  mutating func next() -> Rational {
    let numerator = integer(1...13) * (integer(0...1) == 0 ? 1 : -1)
    return Rational(numerator, integer(7...11))
  }

  mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
    Matrix(rows: rows, columns: columns) { _, _ in next() }
  }
}

/// What a random problem is made of; described by its fields, so that a failing one can be made again.
struct ProblemKind: CustomStringConvertible {
  enum Measure: String, CaseIterable {
    case trainingInputs, otherInputs, trainingAndOtherInputs, secondMoment, allEntries, observedEntries
  }

  var model: any Model
  var likelihood: Likelihood
  /// Nil for gradient flow.
  var measure: Measure?
  var damping: Rational = 0
  var normalisation: Normalisation = .sum
  var sampleCount = 3
  var hasDuplicate = false
  var hasUnobserved = false
  var seed = 1

  var description: String {
    "\(model) \(likelihood) \(measure?.rawValue ?? "gradient") damping \(damping) \(normalisation) "
      + "\(sampleCount) samples, duplicate \(hasDuplicate), unobserved \(hasUnobserved), seed \(seed)"
  }

  func problem(times: [Rational] = [1]) throws -> Problem {
    var random = SeededRationals(seed: seed)
    let (d, K) = (model.inputCount, model.outputCount)
    var inputs = (0..<sampleCount).map { _ in random.matrix(1, d).elements }
    if hasDuplicate { inputs.append(inputs[0]) }
    let targets = Matrix<Rational?>(rows: inputs.map { _ in self.targets(K, &random) })
    let data = try Dataset(inputs: Matrix(rows: inputs), targets: targets)
    let others = (0..<2).map { _ in random.matrix(1, d).elements }
    let flow: Flow
    switch measure {
    case nil: flow = .gradient
    case .trainingInputs: flow = .naturalGradient(.trainingInputs, damping: damping)
    case .allEntries: flow = .naturalGradient(.allEntries, damping: damping)
    case .observedEntries: flow = .naturalGradient(.observedEntries, damping: damping)
    case .otherInputs:
      flow = .naturalGradient(.inputs(Matrix(rows: others), weights: [2, Rational(1, 3)]), damping: damping)
    case .trainingAndOtherInputs:
      let weights = (1...inputs.count + 2).map { Rational($0, 2) }
      flow = .naturalGradient(.inputs(Matrix(rows: inputs + others), weights: weights), damping: damping)
    case .secondMoment:
      let root = random.matrix(d, d)
      let moment = root * root.transposed() + Matrix<Rational>.identity(d)
      flow = .naturalGradient(.secondMoment(moment), damping: damping)
    }
    return try Problem(
      model: model, data: data, likelihood: likelihood, flow: flow,
      initial: model.parameterShapes.map { random.matrix($0.rows, $0.columns) }, times: times,
      normalisation: normalisation)
  }

  private func targets(_ K: Int, _ random: inout SeededRationals) -> [Rational?] {
    if likelihood == .categorical {
      let label = random.integer(0...K - 1)
      return (0..<K).map { $0 == label ? 1 : 0 }
    }
    var targets: [Rational?] = (0..<K).map { _ in
      switch likelihood {
      case .bernoulli, .categorical: Rational(random.integer(0...1))
      case .poisson: Rational(random.integer(0...3))
      case .gaussian: random.next()
      }
    }
    if hasUnobserved, K > 1 { targets[random.integer(0...K - 1)] = nil }
    return targets
  }
}
