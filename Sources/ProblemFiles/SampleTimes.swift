import Multiprecision

/// The key `times`.
enum SampleTimes {
  /// - Parameter override: times that replace the file's, which are checked all the same.
  static func read(_ mapping: FieldMapping, override times: [Rational]?) throws(InputError) -> [Rational] {
    let expected = "a list of increasing numbers from 0 on"
    if let times {
      if let field = mapping["times"] { _ = try read(field, expected) }
      return times
    }
    return try read(mapping.required("times", expected), expected)
  }

  private static func read(_ field: Field, _ expected: String) throws(InputError) -> [Rational] {
    var times: [Rational] = []
    for item in try field.items(expected, limit: InputLimits.times) {
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
