import ComputationGraph
import Integrators
import Learning
import Multiprecision

extension Solution {
  /// A function of the parameters and their velocity along the trajectory; the velocity is that of the first stack,
  /// whichever integrated the trajectory.
  ///
  /// - Parameter function: given the flow as a vector field, in whose graph it makes a node.
  func measureFlow(_ name: String, _ function: (VectorField) throws -> Node) throws -> Measurement {
    let flow = try problem.vectorField()
    let node = try function(flow)
    let precision = try integrated.precision()
    let entries = try integrated.samples().flatMap { sample in
      let values = try flow.graph.evaluate(
        [node], variables: Array(zip(flow.state, sample.state)), precision: precision)
      return Measurement.entries(of: values[0].map { $0 }, name, at: sample.time)
    }
    return try integrated.measurement(entries)
  }
}
