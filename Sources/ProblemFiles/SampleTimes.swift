import Multiprecision

/// The key `times`.
enum SampleTimes {
  /// - Parameter override: times that replace the file's.
  static func read(_ mapping: FieldMapping, override times: [Rational]?) throws(InputError) -> [Rational] {
    if let times { return times }
    let field = try mapping.required("times", "a list of increasing numbers from 0 on")
    var times: [Rational] = []
    for item in try field.items("a list of increasing numbers from 0 on", limit: InputLimits.times) {
      let time = try item.number()
      guard time.signum() >= 0 else { throw item.mismatch(expected: "a time from 0 on") }
      if let previous = times.last, previous >= time {
        throw item.error("found \(time) after \(previous), expected increasing times")
      }
      times.append(time)
    }
    return times
  }
}
