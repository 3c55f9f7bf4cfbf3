import Integrators
import Multiprecision
import Symbolics
import Testing

@testable import Systems

@Suite struct EquationSystemTests {
  private static func formula(_ text: String) throws -> Expression { try Expression(parsing: text) }

  private static func family(
    _ name: String, _ derivative: String, _ initial: String, _ indices: [EquationFamily.Index] = []
  ) throws -> EquationFamily {
    EquationFamily(
      name: name, indices: indices, derivative: try formula(derivative), initial: try formula(initial))
  }

  struct Known: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let families: [EquationFamily]
    /// For each family the solution, in t and the indices.
    let solution: [String]

    init(_ name: String, _ families: [EquationFamily], _ solution: [String]) {
      (testDescription, self.families, self.solution) = (name, families, solution)
    }
  }

  private static let known: [Known] = {
    let i = EquationFamily.Index("i", 1...4)
    let pair = [EquationFamily.Index("i", 0...1), EquationFamily.Index("j", 1...3)]
    return
      (try? [
        Known(
          "margins", [family("m", "1 + exp(-m[i])", "i/10 - 2/5", [i])],
          ["log((1 + exp(i/10 - 2/5))*exp(t) - 1)"]),
        // All coefficients after the third are zero.
        Known(
          "polynomial", [family("x", "3*t^2 - v/2", "1"), family("v", "2", "1/3")],
          ["1 + t^3 - t/6 - t^2/2", "2*t + 1/3"]),
        Known("constant", [family("x", "0", "7/3")], ["7/3"]),
        Known("time in the exponent", [family("y", "-2*t*y", "3")], ["3*exp(-t^2)"]),
        Known(
          "a chain",
          [
            family("a", "-a", "1"), family("b", "a - b", "0"), family("c", "d - c", "0"),
            family("d", "b - d", "0"),
          ],
          ["exp(-t)", "t*exp(-t)", "t^3/6*exp(-t)", "t^2/2*exp(-t)"]),
        Known(
          "two indices, one transposed", [family("h", "h[i,j]*(i - j)", "i + j/2", pair)],
          ["(i + j/2)*exp((i - j)*t)"]),
        Known("rational power", [family("r", "r^(1/3)*3/2", "8")], ["(4 + t)^(3/2)"]),
        Known("negative power", [family("r", "1/r^2", "1")], ["(1 + 3*t)^(1/3)"]),
        Known(
          "an index in the exponent", [family("x", "(t - 3)^(2*i)", "0", [i])],
          ["(3^(2*i + 1) - (3 - t)^(2*i + 1))/(2*i + 1)"]),
        Known("Riccati", [family("y", "1 - y^2", "0")], ["tanh(t)"]),
        Known(
          "hyperbolic functions", [family("y", "cosh(t) + sinh(t) - expm1(t)", "0")], ["t"]),
        Known(
          "logarithms", [family("y", "log1p(t) - log(1 + t) + sqrt(1 + t)", "2/3")], ["2/3*(1 + t)^(3/2)"]),
      ]) ?? []
  }()

  @Test func examplesAreWellFormed() { #expect(Self.known.count == 12) }

  @Test(arguments: known) func solutionsAreTheKnownOnes(_ known: Known) throws {
    let digits = 40
    let system = try EquationSystem(families: known.families, times: [0, Rational(1, 3), 2])
    let taylor = try TaylorIntegrator(digits: digits)
      .integrate(system.vectorField(), from: system.initialState, at: system.times)
    let collocation = try system.integrateByCollocation(digits: 15)
    for (method, trajectory, digits) in [("Taylor", taylor, digits), ("collocation", collocation, 15)] {
      for sample in trajectory.samples {
        for (place, family) in known.families.enumerated() {
          for (entry, assignment) in family.assignments.enumerated() {
            var values = assignment.mapValues { Expression(Rational($0)) }
            values["t"] = Expression(sample.time)
            let exact: Ball = try Self.formula(known.solution[place]).substituting(values)
              .evaluate(variables: [:], precision: 256)
            let error = exact - Ball(sample.state[place].elements[entry])
            #expect(
              error.log10UpperMagnitude - max(0, exact.log10LowerMagnitude) < 1 - Double(digits),
              "\(method): \(family.label(of: entry)) at \(sample.time): \(exact), error \(error)")
          }
        }
      }
    }
  }

  /// That two systems are at the same place at time 1.
  private func expectTheSame(_ system: EquationSystem, _ written: EquationSystem) throws {
    let results = try [system, written].map { system in
      try TaylorIntegrator(digits: 30)
        .integrate(system.vectorField(), from: system.initialState, at: [1]).samples[0].state
        .flatMap(\.elements)
    }
    for (a, b) in zip(results[0], results[1]) { #expect((a - b).log10Magnitude < -29, "\(a), \(b)") }
  }

  /// Powers that are defined where their base is 0 or negative.
  @Test func indicesAsExponents() throws {
    let family = try Self.family("m", "(t - 1)^i*m[i]^(3 - i)", "1/i - 1/2", [.init("i", 1...3)])
    let system = try EquationSystem(families: [family], times: [1])
    let written = try EquationSystem(
      families: [
        Self.family("a", "(t - 1)*a^2", "1/2"), Self.family("b", "(t - 1)^2*b", "0"),
        Self.family("c", "(t - 1)^3", "-1/6"),
      ], times: [1])
    try expectTheSame(system, written)
  }

  /// Blocks of one family that read each other at an offset, against the same equations written out.
  @Test func indexArithmeticReachesOtherVariables() throws {
    let chain = try EquationSystem(
      families: [
        Self.family("c", "x[k-1] - c[k]", "0", [.init("k", 1...2)]),
        Self.family("x", "y[k+1] - x[k]*c[1]", "k", [.init("k", 0...1)]),
        Self.family("y", "-y[k]", "1/k", [.init("k", 1...2)]),
      ], times: [1])
    let written = try EquationSystem(
      families: [
        Self.family("c1", "x0 - c1", "0"), Self.family("c2", "x1 - c2", "0"),
        Self.family("x0", "y1 - x0*c1", "0"), Self.family("x1", "y2 - x1*c1", "1"),
        Self.family("y1", "-y1", "1"), Self.family("y2", "-y2", "1/2"),
      ], times: [1])
    try expectTheSame(chain, written)
  }

  @Test func labelsAndPlacesAreInverse() throws {
    let family = try Self.family("h", "1", "0", [.init("i", -1...1), .init("j", 5...6)])
    #expect(family.label == "h[i,j]" && family.count == 6)
    #expect((0..<6).map(family.label(of:)) == ["h[-1,5]", "h[-1,6]", "h[0,5]", "h[0,6]", "h[1,5]", "h[1,6]"])
    for (place, assignment) in family.assignments.enumerated() {
      #expect(family.place(of: ["i", "j"].compactMap { assignment[$0] }) == place)
    }
    #expect(family.place(of: [2, 5]) == nil && family.place(of: [0]) == nil)
  }

  @Test(arguments: [
    ("m[i+1,2]", true), ("m", true), ("m[", false), ("m[i+]", false), ("m[i-a]", false),
  ])
  func namesAreTakenApart(_ name: String, _ isValid: Bool) {
    #expect((IndexedName(name) != nil) == isValid)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let i = EquationFamily.Index("i", 1...2)
    let faulty: [([EquationFamily], String)] = [
      ([], "expected at least one"),
      ([try Self.family("t", "1", "0")], "something else"),
      ([try Self.family("x", "1", "0"), try Self.family("x", "1", "0")], "found x twice"),
      ([try Self.family("x", "y", "0")], "expected one of x, t"),
      ([try Self.family("x", "x[1]", "0")], "with 1 indices"),
      ([try Self.family("x", "x[j]", "0", [i])], "index is not one of i"),
      ([try Self.family("x", "x[i+1]", "0", [i])], "within 1...2"),
      ([try Self.family("x", "1", "sqrt(2)")], "expected a rational number"),
      ([try Self.family("x", "1", "1/(i - 1)", [i])], "for x[1]"),
      ([try Self.family("x", "1", "y")], "expected an index or a number"),
      ([try Self.family("x", "1", "0", [i, i])], "twice"),
      ([try Self.family("x", "1", "0", [.init("i", 1...200_000)])], "the limit"),
    ]
    for (families, message) in faulty {
      do {
        _ = try EquationSystem(families: families, times: [1])
        Issue.record("\(message) is not refused")
      } catch {
        #expect(error.description.contains(message), "\(error)")
      }
    }
    let pi = try EquationSystem(families: [Self.family("x", "pi", "0")], times: [1])
    #expect(throws: SystemError.self) { try pi.vectorField() }
  }
}
