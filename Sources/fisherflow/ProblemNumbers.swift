import Learning
import Multiprecision
import ProblemFiles

/// The observables of a learning problem at one time, as far as a method determines them.
struct ProblemNumbers {
  /// N × K; nil where the method does not determine the number.
  var outputs: Matrix<Ball?>
  /// N × K.
  var means: Matrix<Ball?>
  /// K × d; nil for models that are not linear in x.
  var endToEnd: Matrix<Ball>?
  var parameters: [Matrix<Ball>]?
  var loss: Ball?

  /// Whether nothing is left out that a model of this kind has.
  func isComplete(for model: any Model) -> Bool {
    (outputs.elements + means.elements).allSatisfy { $0 != nil } && parameters != nil && loss != nil
      && (endToEnd != nil || !model.isLinearInInputs)
  }

  /// A number for each input, or a list where there are several outputs; parameters in the shape that
  /// `initial: parameters:` takes.
  ///
  /// Columns: output[n], mean[n], endToEnd[k][i], the parameters by name (`W_1[i][j]`, `u[i]`), loss; with several
  /// outputs output[n][k] and mean[n][k].
  func tree(_ model: any Model, layout: ParameterLayout) -> NumberTree {
    func perInput(_ name: String, _ matrix: Matrix<Ball?>) -> NumberTree {
      model.outputCount == 1 ? .vector(name, matrix.elements) : .rows(name, matrix)
    }
    let matrices = parameters.map { matrices in
      zip(matrices, model.parameterNames).map { matrix, name in
        ParameterLayout.isVector(name)
          ? NumberTree.vector(name, matrix.elements) : .rows(name, matrix.map { $0 })
      }
    }
    return .members([
      .init("outputs", perInput("output", outputs)),
      .init("means", perInput("mean", means)),
      .init("endToEnd", endToEnd.map { .rows("endToEnd", $0.map { $0 }) } ?? .absent),
      .init("parameters", matrices.map { layout == .matrix ? $0[0] : .list($0) } ?? .absent),
      .init("loss", .number(loss, column: "loss")),
    ])
  }
}
