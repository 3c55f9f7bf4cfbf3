import ComputationGraph
import Multiprecision

/// All solutions that start in a box, as narrow as it can be had: by polynomials of a higher degree in the start where those of a
/// lower one do not follow the solutions, and in halves of the box where the highest one does not.
///
/// **Source**: docs/certified-integration, "Boxes".
struct Flowpipe {
  private let field: VectorField
  private let times: [Rational]
  private let budget: IntegrationBudget
  private let progress: ((Double) -> Void)?
  private var steps = 0

  /// How many monomials the polynomials in the start may have, from one try to the next.
  private static let monomials = [60, 400, 2000]
  /// log10 of what may be bounded apart beside the range that polynomials follow.
  private static let mostLooseness = -2.0
  private static let mostHalvings = 16

  init(
    of field: VectorField, at times: [Rational], budget: IntegrationBudget, progress: ((Double) -> Void)?
  ) {
    (self.field, self.times, self.budget, self.progress) = (field, times, budget, progress)
  }

  private typealias Reach = (samples: [CertifiedTrajectory.Sample], stop: IntegrationError?)

  /// - Throws: `CancellationError`; what an evaluation of the field throws.
  mutating func enclose(_ box: InitialBox) throws -> CertifiedTrajectory {
    let reach = try enclose(box, Self.monomials, halvings: 0)
    return CertifiedTrajectory(samples: reach.samples, steps: steps, stop: reach.stop)
  }

  private mutating func enclose(_ box: InitialBox, _ monomials: [Int], halvings: Int) throws -> Reach {
    let variables = box.variableCount
    var (best, widest, degree) = (Reach([], nil), 0, 0)
    for most in monomials {
      let next = BoxRun.degree(variables: variables, mostMonomials: most)
      guard next > degree else { continue }
      degree = next
      var made: BoxRun?
      let stop = try Self.stop {
        made = try BoxRun(of: field, from: box, at: times, mostMonomials: most, budget: budget)
        try made?.run(progress: progress)
      }
      guard let run = made else { return best.samples.isEmpty ? ([], stop) : best }
      steps += run.steps
      let isLonger = run.samples.count > best.samples.count || best.samples.isEmpty
      // The later one is of a higher degree.
      if isLonger || run.samples.count == best.samples.count { best = (run.samples, stop) }
      widest = run.widestVariable
      switch stop {
      case nil where run.looseness < Self.mostLooseness: return best
      case nil, .tubeOpen: continue
      default: return best
      }
    }
    guard best.stop != nil, halvings < Self.mostHalvings else { return best }
    var reach: Reach?
    for half in box.halves(variable: widest) {
      let own = try enclose(half, monomials.suffix(1), halvings: halvings + 1)
      reach = reach.map { Self.union($0, own) } ?? own
      // What one half does not reach is not reached.
      if own.stop != nil, own.samples.count <= best.samples.count { break }
    }
    guard let reach, reach.samples.count > best.samples.count else { return best }
    return reach
  }

  private static func stop(_ body: () throws -> Void) throws -> IntegrationError? {
    do {
      try body()
      return nil
    } catch let error as IntegrationError {
      return error
    } catch let error as MemoryLimitError {
      return .memoryBudget(bytes: error.bytes, limit: error.limit)
    }
  }

  /// What contains both, as far as both go.
  private static func union(_ left: Reach, _ right: Reach) -> Reach {
    let samples = zip(left.samples, right.samples).map { left, right in
      let state = zip(left.state, right.state).map { left, right in
        Matrix(
          rows: left.rows, columns: left.columns,
          elements: zip(left.elements, right.elements).map { $0.union($1) })
      }
      return CertifiedTrajectory.Sample(
        time: left.time, state: state,
        radius: state.lazy.flatMap(\.elements).reduce(TaylorModel.noError) { .greater($0, Ball($1.radius)) })
    }
    return (samples, left.samples.count <= right.samples.count ? left.stop : right.stop)
  }
}
