import Integrators
import Multiprecision
import Reporting

/// A solution as the JSON document of `solve --format json`.
struct SolutionJSON {
  let solution: Solution

  var document: JSONValue {
    var members: [JSONValue.Member] = [
      .init("method", .string(solution.method.rawValue)), .init("digits", .integer(solution.digits)),
      .init("certified", .boolean(solution.isCertified)),
    ]
    if let why = solution.whyNotCertified { members.append(.init("why", .string(why))) }
    if let stop = solution.stop { members.append(.init("stop", self.stop(stop))) }
    members.append(.init("samples", .array(solution.samples.map(sample))))
    return .object(members)
  }

  /// What a certificate says of a system's sample: that each variable has the digits asked for. The radius is often far
  /// less in the solution; who checks the certificate has bounds of another kind, and need not find the same.
  static func claim(_ sample: Solution.Sample, digits: Int) -> JSONValue {
    let radii = sample.numbers.json { ball in
      let power = Swift.max(0, ball.log10LowerMagnitude).rounded(.down) - Double(digits)
      // A little less, since it is rounded up.
      return .string([ball].decimalRadius(digits: digits, log10Least: power - 0.05))
    }
    let values = sample.numbers.json { .string($0.decimal(digits: digits)) }
    return [
      "t": .string("\(sample.time)"), "variables": values["variables"] ?? .null,
      "radii": radii["variables"] ?? .null,
    ]
  }

  private func stop(_ error: IntegrationError) -> JSONValue {
    ["t": error.time.map { .number($0) } ?? .null, "reason": .string(error.description)]
  }

  /// A problem's observables stand in the sample itself, and their radii in `radii`; a system's variables in
  /// `variables`.
  private func sample(_ sample: Solution.Sample) -> JSONValue {
    let digits = solution.digits
    let values = sample.numbers.json { .string($0.decimal(digits: digits)) }
    let radii = sample.numbers.json { .string([$0].decimalRadius(digits: digits)) }
    var members: [JSONValue.Member] = [.init("t", .string("\(sample.time)"))]
    if case .object(let observables) = values { members += observables }
    members += [
      .init("radius", .string(sample.numbers.balls.decimalRadius(digits: digits))),
      .init("radii", radii["variables"] ?? radii), .init("certified", .boolean(sample.isCertified)),
    ]
    return .object(members)
  }
}
