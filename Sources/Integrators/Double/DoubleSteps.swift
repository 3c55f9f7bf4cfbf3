import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One run of `DoubleRungeKutta`.
struct DoubleSteps {
  private let field: DoubleRungeKutta.Field
  private let method: DoubleRungeKutta
  private let clockStart = ContinuousClock.now

  private var time = 0.0
  private var state: [Double]
  private var slope: [Double] = []
  /// The step that the controller proposes, and the scaled error of the last accepted one.
  private var step = 0.0
  private var lastError = 1e-4
  private var attempts = 0

  init(field: @escaping DoubleRungeKutta.Field, method: DoubleRungeKutta, initial: [Double]) {
    (self.field, self.method, state) = (field, method, initial)
  }

  private static let safety = 0.9
  private static let growth = 0.2...10.0
  /// Exponents of the error and of the last one in the controller: 1/5 in all, damped.
  private static let (proportional, integral) = (0.7 / 5, 0.4 / 5)
  /// Steps below this part of the time are below its rounding.
  private static let leastStep = 1e-14

  mutating func integrate(
    to times: [Double], until event: (([Double]) -> Double)?
  ) throws -> [DoubleRungeKutta.Sample] {
    var samples: [DoubleRungeKutta.Sample] = []
    if let event, event(state) <= 0 { return [.init(time: time, state: state)] }
    slope = try field(time, state)
    step = initialStep(limit: times.last ?? 0)
    for target in times {
      while time < target {
        let start = (time: time, state: state, slope: slope)
        try advance(to: target)
        if let event, event(state) <= 0 {
          samples.append(try zero(of: event, from: start))
          return samples
        }
      }
      samples.append(.init(time: time, state: state))
    }
    return samples
  }

  /// One accepted step, not beyond `target`.
  private mutating func advance(to target: Double) throws {
    while true {
      try method.budget.check(steps: attempts, since: clockStart, at: time)
      attempts += 1
      // A step that would end just before the target is stretched to it.
      let isLast = time + 1.01 * step >= target
      let length = isLast ? target - time : step
      guard let result = try trial(length) else {
        step = length * Self.growth.lowerBound
        try checkStep()
        continue
      }
      let error = max(result.error, 1e-10)
      if error > 1 {
        step = length * max(Self.growth.lowerBound, Self.safety * pow(error, -0.2))
        try checkStep()
        continue
      }
      let factor = Self.safety * pow(error, -Self.proportional) * pow(lastError, Self.integral)
      let proposal = length * min(max(factor, Self.growth.lowerBound), Self.growth.upperBound)
      // A step cut short by a sample time says little about the next one.
      step = isLast ? max(step, proposal) : proposal
      lastError = max(error, 1e-4)
      time = isLast ? target : time + length
      (state, slope) = (result.state, result.slope)
      return
    }
  }

  private func checkStep() throws {
    if step < Self.leastStep * max(1, time) { throw IntegrationError.stepUnderflow(time: time, step: step) }
  }

  /// A step of the given length: the state of order 5, its slope, and the error over the tolerance. Nil where
  /// the field is not defined or not finite.
  private func trial(_ length: Double) throws -> (state: [Double], slope: [Double], error: Double)? {
    var slopes = [slope]
    var next = state
    for stage in 1..<DormandPrince.stages.count {
      next = state
      for (weight, slope) in zip(DormandPrince.stages[stage], slopes) where weight != 0 {
        next.add(length * weight, times: slope)
      }
      do {
        slopes.append(try field(time + DormandPrince.nodes[stage] * length, next))
      } catch is LinearAlgebraError { return nil }
    }
    var difference = [Double](repeating: 0, count: state.count)
    for (weight, slope) in zip(DormandPrince.error, slopes) { difference.add(length * weight, times: slope) }
    var sum = 0.0
    for index in state.indices {
      let size = max(abs(state[index]), abs(next[index]))
      let scaled = difference[index] / (method.absoluteTolerance + method.relativeTolerance * size)
      sum += scaled * scaled
    }
    let error = (sum / Double(max(1, state.count))).squareRoot()
    return error.isFinite ? (next, slopes[slopes.count - 1], error) : nil
  }

  /// Where in the step from `start` to the present state the event is zero: the step is taken again with other
  /// lengths, which bisection chooses.
  private mutating func zero(
    of event: ([Double]) -> Double, from start: (time: Double, state: [Double], slope: [Double])
  ) throws -> DoubleRungeKutta.Sample {
    var (low, high) = (0.0, time - start.time)
    var found = DoubleRungeKutta.Sample(time: time, state: state)
    (time, state, slope) = start
    for _ in 0..<50 {
      let middle = (low + high) / 2
      guard middle > low, middle < high, let result = try trial(middle) else { break }
      if event(result.state) > 0 {
        low = middle
      } else {
        high = middle
        found = .init(time: time + middle, state: result.state)
      }
    }
    return found
  }

  /// A first step (Hairer, Nørsett, Wanner I, II.4) without the second derivative: a hundredth of the time in
  /// which the state would change by its own size.
  private func initialStep(limit: Double) -> Double {
    func size(_ vector: [Double]) -> Double {
      var sum = 0.0
      for index in state.indices {
        let scaled =
          vector[index] / (method.absoluteTolerance + method.relativeTolerance * abs(state[index]))
        sum += scaled * scaled
      }
      return (sum / Double(max(1, state.count))).squareRoot()
    }
    let (position, speed) = (size(state), size(slope))
    guard position.isFinite, speed.isFinite, position > 1e-5, speed > 1e-5 else { return min(1e-6, limit) }
    return min(0.01 * position / speed, limit)
  }
}

extension [Double] {
  /// self += factor · vector, entry by entry.
  fileprivate mutating func add(_ factor: Double, times vector: [Double]) {
    withUnsafeMutableBufferPointer { target in
      vector.withUnsafeBufferPointer { source in
        for index in target.indices { target[index] += factor * source[index] }
      }
    }
  }
}
