import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Legendre coefficients of a step's slopes: how fast they fall tells the step's error, and their start
/// predicts the next step.
struct SlopeSpectrum {
  /// Coefficient k of component p at p·s + k.
  private let coefficients: BigFloatBuffer
  /// log10 of h·|coefficient|, in the same places.
  private let sizes: [Double]
  private let stages: Int
  private let componentCount: Int

  init(of step: CollocationStep) {
    let (rule, stages, count) = (step.rule, step.rule.stages, step.start.count)
    coefficients = BigFloatBuffer(count: count * stages, precision: rule.precision)
    var sizes: [Double] = []
    let log10Length = step.length.log10Magnitude
    for component in 0..<count {
      for k in 0..<stages {
        let value = rule.projection.dot(k * stages..<(k + 1) * stages, step.slopes, at: component * stages)
        coefficients[component * stages + k] = value
        sizes.append(value.log10Magnitude + log10Length)
      }
    }
    (self.sizes, self.stages, componentCount) = (sizes, stages, count)
  }

  /// log10 of the estimated error at the step's end, for each component.
  ///
  /// The defect u' - F(u) is orthogonal to polynomials of degree below s, so the error is the product of two
  /// tails, each as small, relatively, as the last coefficient a is to the largest one A: a²/A. Where a slow
  /// large motion hides a fast small one, A says too little; the fall from the middle coefficient m on says
  /// more: a (a/m)². The larger of both is the estimate. Coefficients are taken in pairs, as every other one
  /// of a symmetric motion is zero.
  ///
  /// - Parameter residues: log10 of the slopes' errors times h, from the unfinished iteration. Where a is no
  ///   larger than these make it, the fall from m to a says nothing, and the error is below them.
  func log10Errors(residues: [Double]) -> [Double] {
    (0..<componentCount).map { component in
      let residue = residues[component]
      let noise = residue + log10(Double(2 * stages + 1))
      func size(_ k: Int) -> Double {
        let place = component * stages + k
        return max(sizes[place], sizes[max(place - 1, component * stages)])
      }
      let (last, middle) = (size(stages - 1), size(stages / 2))
      let largest = sizes[component * stages..<(component + 1) * stages].max() ?? last
      if last == -.infinity { return last }
      return last <= noise ? min(2 * last - largest, residue) : max(2 * last - largest, 3 * last - 2 * middle)
    }
  }

  /// log10 of h·|the last coefficients| of a component: what slopes between the stages may be off by.
  func log10Tail(_ component: Int) -> Double {
    let last = component * stages + stages - 1
    return max(sizes[last], sizes[max(last - 1, component * stages)])
  }

  /// The state and the slope at the rule's places of control, by the Legendre series.
  func control(of step: CollocationStep, at place: Int) -> (state: [BigFloat], slope: [BigFloat]) {
    let rule = step.rule
    let row = place * stages..<(place + 1) * stages
    var (states, slopes): ([BigFloat], [BigFloat]) = ([], [])
    for component in 0..<componentCount {
      slopes.append(rule.controlValues.dot(row, coefficients, at: component * stages))
      states.append(
        step.start[component]
          + step.length * rule.controlIntegrals.dot(row, coefficients, at: component * stages))
    }
    return (states, slopes)
  }

  /// How many of a component's coefficients, up to the last one, are such that h times them exceeds 10^its bound; of all components the most.
  func degree(log10Bounds: [Double]) -> Int {
    (0..<componentCount).map { component in
      let own = sizes[component * stages..<(component + 1) * stages]
      return (own.lastIndex { $0 > log10Bounds[component] } ?? own.startIndex - 1) - own.startIndex + 1
    }.max() ?? 0
  }

  /// The slopes at the stages of a next step of the given length, by the Legendre series.
  ///
  /// Far from its own step the series' terms fall at first and then grow: it is cut at the smallest.
  func extrapolated(from step: CollocationStep, to rule: CollocationRule, length: BigFloat) -> BigFloatBuffer
  {
    let one = BigFloat(1, precision: rule.precision)
    let ratio = (length / step.length).scaled(byPowerOfTwo: 1)
    let growth = CollocationRule.legendre(one + ratio, upTo: stages).map(\.log10Magnitude)
    let terms = (0..<stages).map { k in
      growth[k] + ((0..<componentCount).map { sizes[$0 * stages + k] }.max() ?? -.infinity)
    }
    let last = terms.indices.min { terms[$0] < terms[$1] } ?? 0
    let slopes = BigFloatBuffer(count: componentCount * rule.stages, precision: rule.precision)
    for (stage, node) in rule.nodes.enumerated() {
      let values = BigFloatBuffer(
        CollocationRule.legendre(one + node * ratio, upTo: last), precision: coefficients.precision)
      for component in 0..<componentCount {
        slopes[component * rule.stages + stage] = values.dot(
          0..<last + 1, coefficients, at: component * stages)
      }
    }
    return slopes
  }
}
