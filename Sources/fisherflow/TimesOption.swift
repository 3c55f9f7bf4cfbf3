import Multiprecision
import ProblemFiles

/// The times of `--at`: numbers with commas between them, exact as in a file.
enum TimesOption {
  static func parse(_ text: String) throws(InputError) -> [Rational] {
    func refusal(_ message: String) -> InputError { InputError(field: "--at", message) }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count <= InputLimits.times else {
      throw refusal("found \(parts.count) times, expected at most \(InputLimits.times), the limit")
    }
    var times: [Rational] = []
    for part in parts {
      let time: Rational
      do {
        time = try Rational(parsing: String(part))
      } catch {
        throw refusal("found \"\(error.text)\", \(error.reason)")
      }
      guard time.signum() >= 0 else { throw refusal("found \(time), expected times from 0 on") }
      if let previous = times.last, previous >= time {
        throw refusal("found \(time) after \(previous), expected increasing times")
      }
      times.append(time)
    }
    return times
  }
}
