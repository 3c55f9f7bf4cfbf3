import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Steps of Radau IIA within a pass.
extension TaylorSteps {
  /// Log10 of the part of the errors that the field's curvature may make of them.
  private static let mostCurvature = -2.0

  /// Takes an implicit step; false where Taylor steps serve better.
  ///
  /// - Throws: `LostAccuracy`; what `receive` throws; what the budget throws.
  mutating func takeImplicitStep(
    until end: Rational, at times: [Rational], progress: ((Double) -> Void)?, receive: Receiver?
  ) throws -> Bool {
    let check = self.check
    guard
      let step = try implicit.step(
        field, from: point.state, at: point.time, until: end, log10Enough: -Double(digits) - Self.spareDigits,
        isBounded: errors == .estimates, check: check)
    else {
      // The series before are of another place.
      try restartSeries(radius: nil)
      return false
    }
    let (start, before) = (point.time, point.state)
    let log10Errors = try transported(step)
    for piece in step.pieces where point.time == piece.start {
      try take(piece, log10Errors, at: times, receive)
    }
    if point.time < start + step.length { implicit.cut() }
    trajectory.statistics.steps += 1
    trajectory.statistics.implicitSteps += 1
    let taken = point.time - start
    let log2Change = zip(point.state, before).map { $0 - $1 }.log10Size * log2(10)
    shrinking.record(
      log2Step: taken.log2Magnitude, log2Size: before.log10Size * log2(10),
      log2Velocity: log2Change - taken.log2Magnitude)
    progress?(point.time.doubleValue)
    return true
  }

  /// Takes a part of a step, with the samples in it, up to where it is accepted.
  private mutating func take(
    _ piece: DenseOutput.Piece, _ log10Errors: Double, at times: [Rational], _ receive: Receiver?
  ) throws {
    let next = piece.start + piece.step
    while trajectory.samples.count < times.count, times[trajectory.samples.count] <= next {
      let time = times[trajectory.samples.count]
      let state = piece.value(at: time - piece.start)
      record(time, state, log10Error: log10Errors - max(0, state.log10Size))
    }
    trajectory.denseOutput?.pieces.append(piece)
    let end = piece.value(at: piece.step)
    (point.time, point.state) = (next, end)
    if let receive {
      let step = CandidateStep(
        field: field, start: piece.start, length: piece.step, before: piece.value(at: 0), after: end,
        polynomials: piece)
      let accepted = try receive(step)
      if accepted < next {
        (point.time, point.state) = (accepted, step.value(at: accepted))
        while let last = trajectory.samples.last, last.time > accepted { trajectory.samples.removeLast() }
      }
    }
    point.sampleCount = trajectory.samples.count
  }

  /// Carries the errors over a step, with those that it adds.
  ///
  /// - Returns: log10 of the largest anywhere on it, with the safety factor.
  private mutating func transported(_ step: ImplicitPhase.Step) throws -> Double {
    guard errors == .estimates else { return .nan }
    guard let carried = point.transport?.errors.flatMap(\.elements) else { throw lostAccuracy(.infinity) }
    let atStages = step.radau.transported(carried)
    let count = carried.count
    let roundings = point.state.flatMap(\.elements).map {
      $0.magnitude.scaled(byPowerOfTwo: 2 - plan.precision)
    }
    let local = zip(step.errors, roundings).map { $0 + $1.rounded(toPrecision: 64) }
    guard
      try step.radau.isLinear(over: atStages, log10Part: Self.mostCurvature)
    else { throw lostAccuracy(.infinity) }
    let shapes = point.state.map(\.shape)
    point.transport?.errors = shapes.matrices(of: Array(atStages.suffix(count)))
    point.transport?.add(shapes.matrices(of: local))
    let largest = (carried + atStages + local).reduce(-.infinity) { max($0, $1.log10Magnitude) } + Self.safety
    let relative = largest - max(0, point.state.log10Size)
    log10Error = max(log10Error, relative)
    trajectory.statistics.log10LocalErrors = log10Sum(
      trajectory.statistics.log10LocalErrors,
      local.map(\.log10Magnitude).max().map { $0 - max(0, point.state.log10Size) } ?? -.infinity)
    guard log10Error < Self.mostLog10Error else { throw lostAccuracy(log10Error) }
    return largest
  }
}
