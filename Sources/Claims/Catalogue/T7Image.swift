import Learning
import Multiprecision

/// T7 on real images: a handwritten digit factorised and completed by the law, and sixteen of them completed.
extension Claim {
  static let t7Image = Claim(
    id: "t7-image",
    title: "Handwritten digits: hidden pixels never move under the Fisher matrix of all pixels",
    statement:
      "A digit, averaged to 4×4: fully observed it relaxes as Y + (W(0) - Y)e^-t; with some of it hidden and the Fisher "
      + "matrix of all pixels, hidden pixels never move. Sixteen digits as the rows of a matrix: gradient flow and "
      + "the Fisher matrix of the observed pixels come nearer to the hidden pixels than that, in the geometric mean of "
      + "5 patterns (upper end of its 95 % interval).",
    hypotheses: [
      "squared loss; for the laws ∂W/∂θ has full row rank along the path",
      "for the errors: small multiples of the identity at first, runs end at loss 10^-4",
    ],
    section: "T7", theorem: "MatrixCompletion.completion_unobserved",
    range: .init(
      claimed:
        "the laws: any image, any depth without bottleneck; the errors: an experiment, seen, not proved",
      tested:
        "grey values over 16, averaged over 2×2 pixels: the first digit, 4×4, two layers, t ≤ 1; the first 16 digits, "
        + "16×16, 40 % hidden, depths 2 and 3, 5 patterns, in double precision whatever the digits")
  ) { settings in
    let digits = try averagedDigits(count: 16)
    let first = Matrix(rows: 4, columns: 4, elements: digits.row(0))
    return try [
      law("first digit, every pixel observed", first, settings) { _, _ in true },
      law("first digit, five pixels hidden", first, settings) { !($0 + 2 * $1).isMultiple(of: 3) },
    ]
      + [2, 3].map { depth in
        CompletionExperiment(
          name: "16 digits, 40 % hidden, depth \(depth)", depth: depth,
          scale: depth == 2 ? Rational(1, 1000) : Rational(1, 20)
        ) { index in
          var generator = SplitMix64(seed: settings.seed &* 0x1_0000 &+ UInt64(7510 + index))
          return CompletionSample(
            target: digits.map(\.doubleValue),
            observed: Array((0..<256).shuffled(using: &generator).prefix(154)))
        }.instance()
      }
  }

  /// The first images of the data, a row each: grey values over 16, averaged over 2×2 pixels.
  private static func averagedDigits(count: Int) throws -> Matrix<Rational> {
    let pixels = try Datasets.digits01().inputs
    return Matrix(rows: count, columns: 16) { image, place in
      let corner = 16 * (place / 4) + 2 * (place % 4)
      return [0, 1, 8, 9].reduce(0) { $0 + pixels[image, corner + $1] } / 64
    }
  }

  private static func law(
    _ name: String, _ image: Matrix<Rational>, _ settings: CheckSettings, isObserved: (Int, Int) -> Bool
  ) throws -> Instance {
    let observed = Matrix<Rational?>(rows: 4, columns: 4) { isObserved($0, $1) ? image[$0, $1] : nil }
    let model = try DeepLinearModel(widths: [4, 4, 4])
    var random = RandomInstances(settings, stream: 7500)
    let problem = try FactorizationInstances.factorize(
      model, observed, .allEntries, random.parameters(model), times: [0, Rational(1, 4), 1])
    return try .law(name, problem, OnSampleLaw.self, observable: .endToEnd, settings) { _, law in
      let gradient = Solution(try problem.with(flow: .gradient), settings)
      return [
        .init("so it is under gradient flow") {
          try gradient.measure(.endToEnd)
        } predicted: {
          try law.measure(.endToEnd, at: problem.times, precision: settings.precision)
        }
      ]
    }
  }
}
