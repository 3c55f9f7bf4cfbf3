import Multiprecision
import Testing

@testable import ProblemFiles

@Suite struct SystemFileTests {
  private func system(_ text: String) throws -> SystemFile {
    guard case .system(let file) = try ProblemDocument(text: text, file: "s.yaml") else {
      throw InputError(field: "", "no system")
    }
    return file
  }

  @Test func familiesIndicesAndPredictionsAreRead() throws {
    let file = try system(
      """
      system:
        m[i, j]: {derivative: "1 + exp(-m[j,i])", initial: "i/10 - 0.4", for: {i: [1, 2], j: [1, 2]}}
        x: {derivative: "t*x", initial: 1/3}
      times: [0, 1/2]
      prediction:
        x: exp(t^2/2)/3
        control: {x: exp(t)}
      """)
    #expect(file.system.families.map(\.label) == ["m[i,j]", "x"])
    #expect(
      file.system.initial == [
        [Rational(-3, 10), Rational(-3, 10), Rational(-1, 5), Rational(-1, 5)], [Rational(1, 3)],
      ])
    #expect(file.system.times == [0, Rational(1, 2)])
    #expect(file.prediction?.statements.keys.sorted() == ["x"] && file.prediction?.control?.count == 1)
  }

  @Test(arguments: [
    "[1.15, 1.25]", "1.2 +/- 0.05", "6/5 ± 1/20", "\"[ 1 + 3/20, (5/4) ]\"", "[\"1.15\", 1.25]",
  ])
  func startsAndConstantsMayBeRanges(_ range: String) throws {
    let file = try system(
      """
      system: {x: {derivative: a*x, initial: \(range)}}
      constants: {a: \(range), b: 2}
      times: [1]
      prediction: {x: [t, 3*t], control: {x: 7 +/- t}}
      """)
    let (middle, radius) = (Rational(6, 5), Rational(1, 20))
    #expect(file.system.initial == [[middle], [middle], [2]])
    #expect(file.system.initialRadii == [[radius], [radius], [0]])
    #expect(file.system.families.map(\.isConstant) == [false, true, true])
    #expect(file.prediction?.statements["x"]?.radius != nil && file.prediction?.control?["x"]?.radius != nil)
  }

  @Test func familiesMayStartInRanges() throws {
    let file = try system(
      "system: {\"m[i]\": {derivative: 1, initial: i +/- i/10, for: {i: [1, 3]}}}\ntimes: [1]")
    #expect(file.system.initialRadii == [[Rational(1, 10), Rational(1, 5), Rational(3, 10)]])
  }

  @Test func problemsOfLearningAreStillProblems() throws {
    #expect(throws: InputError.self) { try ProblemDocument(text: "model: 3\n", file: "p.yaml") }
  }

  @Test(arguments: [
    ("system: {x: {derivative: 1 + y, initial: 0}}", "system.x.derivative", "found 'y'"),
    ("system: {x: {derivative: 1 +, initial: 0}}", "system.x.derivative", "column 4"),
    ("system: {x: {derivative: 1}}", "system.x.initial", "missing"),
    ("system: {x: {derivative: 1, initial: 0, foo: 1}}", "system.x.foo", "unknown key"),
    ("system: {\"x[i]\": {derivative: 1, initial: 0}}", "system.x[i]", "missing for"),
    ("system: {x: {derivative: 1, initial: 0, for: {i: [1, 2]}}}", "system.x.for", "without indices"),
    (
      "system: {\"x[i]\": {derivative: 1, initial: 0, for: {i: [2, 1]}}}", "system.x[i].for.i", "first ≤ last"
    ),
    ("system: {\"x[i]\": {derivative: 1, initial: 0, for: {i: 3}}}", "system.x[i].for.i", "a range"),
    ("system: {\"x+y\": {derivative: 1, initial: 0}}", "system.x+y", "a variable"),
    ("system: {\"x[1]\": {derivative: 1, initial: 0, for: {i: [1, 2]}}}", "system.x[1]", "a variable"),
    ("system: {x: {derivative: 1, initial: [2, 1]}}", "system.x.initial", "its lower end first"),
    ("system: {x: {derivative: 1, initial: 1 +/- -1}}", "system.x.initial", "its lower end first"),
    ("system: {x: {derivative: 1, initial: [1]}}", "system.x.initial", "a range [lower, upper]"),
    ("system: {x: {derivative: 1, initial: \"[1, 2, 3]\"}}", "system.x.initial", "a range [lower, upper]"),
    ("system: {x: {derivative: 1, initial: 1 +/- 2 +/- 3}}", "system.x.initial", "one +/-"),
    ("system: {x: {derivative: 1, initial: 1 +/- }}", "system.x.initial", "column 1"),
    ("system: {x: {derivative: 1, initial: 0}}\nconstants: {x: 1}", "system.x", "twice"),
    ("system: {x: {derivative: 1, initial: 0}}\nconstants: {\"a[1]\": 1}", "constants.a[1]", "a variable"),
    (
      "system: {x: {derivative: 1, initial: 0 +/- 1}}\nprediction: {x: t}", "prediction",
      "the system has ranges"
    ),
    ("system: 3", "system", "a mapping"),
    ("system: {x: {derivative: 1, initial: 0}}\nprediction: {y: 1}", "prediction.y", "unknown key"),
    ("system: {x: {derivative: 1, initial: 0}}\nprediction: {x: x + t}", "prediction", "found 'x'"),
    ("system: {x: {derivative: 1, initial: 0}}\nprediction: {control: {x: t}}", "prediction", "found none"),
  ])
  func mistakesAreNamed(_ text: String, _ field: String, _ message: String) throws {
    do {
      _ = try system("times: [1]\n" + text)
      Issue.record("\(text) is not refused")
    } catch let error as InputError {
      #expect(error.field == field && error.message.contains(message), "\(error)")
      #expect(error.file == "s.yaml" && (error.line ?? 0) >= 2, "\(error)")
    }
  }
}
