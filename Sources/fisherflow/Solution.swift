import Learning
import Multiprecision

/// A problem's solution at its times. Numbers are balls: around them the radius that is proved or estimated.
struct Solution {
  struct Sample {
    let time: Rational
    /// N × K; nil where the method does not determine the number.
    var outputs: Matrix<Ball?>
    /// N × K.
    var means: Matrix<Ball?>
    /// K × d; nil for models that are not linear in x.
    var endToEnd: Matrix<Ball>?
    var parameters: [Matrix<Ball>]?
    var loss: Ball?

    /// Every number that is known.
    var numbers: [Ball] {
      let known = outputs.elements.compactMap { $0 } + means.elements.compactMap { $0 }
      return known + (endToEnd?.elements ?? []) + (parameters ?? []).flatMap(\.elements)
        + [loss].compactMap { $0 }
    }

    /// Whether nothing is left out that a model of this kind has.
    func isComplete(for model: any Model) -> Bool {
      (outputs.elements + means.elements).allSatisfy { $0 != nil } && parameters != nil && loss != nil
        && (endToEnd != nil || !model.isLinearInInputs)
    }
  }

  /// The one used: `closed-form`, `taylor` or `collocation`.
  let method: SolveMethod
  let digits: Int
  let isCertified: Bool
  let model: any Model
  let samples: [Sample]
  /// Nil for a closed form.
  var work: IntegrationWork?
  /// What a reader of the numbers should know: a hypothesis that is not proved for all times.
  var caveat: String?
}
