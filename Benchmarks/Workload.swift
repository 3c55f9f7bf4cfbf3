import ComputationGraph
import Multiprecision

/// A problem that is integrated through the general graph and by hand-written loops.
protocol Workload {
  var name: String { get }
  var initial: [Matrix<Rational>] { get }
  var end: Rational { get }
  /// Below the radius of convergence at the start.
  var scale: Double { get }
  func field() throws -> VectorField
  var references: [Reference] { get }
  /// log10 of the error at the end, against a solution known otherwise.
  func log10Error(of state: [BigFloat]) throws -> Double
}

/// A hand-written loop for one workload.
struct Reference {
  let name: String
  let run: (_ digits: Int) -> ReferenceResult
}

struct ReferenceResult {
  let steps: Int
  let state: [BigFloat]
}
