import ComputationGraph
import Multiprecision

extension Problem {
  /// The loss as a function of the outputs at the training inputs (N × K, in input order), for outputs that
  /// come from elsewhere than from parameters. Outputs at unobserved targets do not count.
  public func loss(ofOutputs outputs: Node) throws -> Node {
    let firstSamples = data.groups().map { $0.samples[0] }
    return try lossScale * loss(outputs.select(rows: firstSamples), groups: trainingGroups())
  }
}
