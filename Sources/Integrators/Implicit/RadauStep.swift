import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One step of Radau IIA: the polynomial p with p(0) = y and p'(c_i) = h F(p(c_i)) at the stages.
///
/// The equations are solved by Newton's method: in doubles at first, with the Jacobian of every stage, and then with the
/// last factors, so that each iteration brings as many digits as doubles have beside the stiffness.
struct RadauStep {
  let rule: RadauRule
  private let equations: StageEquations
  let length: BigFloat
  /// p at 0 and at the stages: entry e at e (s + 1) + i.
  private let values: BigFloatBuffer
  /// Of the derivative of p' - h F(p), in units of `units` for the entries.
  private var factors: LUFactors
  private var units: [Int]
  /// Legendre coefficients of p' = h y': entry e at e·s + k.
  private let coefficients: BigFloatBuffer

  private var stages: Int { rule.stages }
  /// Entries of the state.
  var count: Int { equations.count }

  private static let mostIterationsInDoubles = 12
  private static let mostIterations = 60
  /// An iteration in doubles that changes nothing by more than this is the last.
  private static let smallChange = 1e-8
  /// Factors serve for values that have changed by no more than this since.
  private static let mostMoved = 1e-4
  /// After larger ones they are renewed.
  private static let largeChange = 0.05
  /// Changes that do not become less are rounding if they are below this.
  private static let noise = 0.1
  /// Fewer bits for an iteration ask for new factors.
  private static let fewBits = 10
  private static let mostRenewals = 2

  /// Nil where the equations are not solved: the step must be shorter.
  ///
  /// - Parameters:
  ///   - guess: p at the stages, laid out as `values` are.
  ///   - log2Tolerance: of the last change, relative to each entry's size.
  ///   - check: called before each iteration; what it throws is passed on.
  init?(
    _ equations: StageEquations, rule: RadauRule, from start: [BigFloat], length: BigFloat, guess: [Double],
    log2Tolerance: Int, check: () throws -> Void
  ) throws {
    (self.equations, self.rule, self.length) = (equations, rule, length)
    let (s, n) = (rule.stages, equations.count)
    guard var solver = try DoubleStages(equations, rule: rule, length: length.doubleValue, values: guess),
      try solver.solve(check: check)
    else { return nil }
    (factors, units) = (solver.factors, solver.units)
    values = BigFloatBuffer(count: n * (s + 1), precision: rule.precision)
    for (place, value) in solver.values.enumerated() {
      values[place] =
        place % (s + 1) == 0 ? start[place / (s + 1)] : BigFloat(value, precision: rule.precision)
    }
    coefficients = BigFloatBuffer(count: n * s, precision: rule.precision)
    guard try refine(log2Tolerance: log2Tolerance, check: check) else { return nil }
    for entry in 0..<n {
      let slopes = BigFloatBuffer(
        (0..<s).map { rule.differences.dot($0 * (s + 1)..<($0 + 1) * (s + 1), values, at: entry * (s + 1)) },
        precision: rule.precision)
      for k in 0..<s {
        coefficients[entry * s + k] = rule.projection.dot(k * s..<(k + 1) * s, slopes, at: 0)
      }
    }
  }

  /// Newton's iterations at full precision; false where they do not converge.
  private mutating func refine(log2Tolerance: Int, check: () throws -> Void) throws -> Bool {
    let (s, n) = (stages, count)
    var (last, renewals) = (Int.max, 0)
    for _ in 0..<Self.mostIterations {
      try check()
      guard let residuals = try residuals() else { return false }
      let changes = consequences(of: residuals)
      var (size, absolute) = (Int.min, Int.min)
      for entry in 0..<n {
        for stage in 0..<s {
          let change = changes[stage * n + entry]
          guard change.isFinite else { return false }
          if change.isZero { continue }
          size = max(size, change.exponent - units[entry])
          absolute = max(absolute, change.exponent)
          values[entry * (s + 1) + stage + 1] = values[entry * (s + 1) + stage + 1] - change
        }
      }
      if size <= log2Tolerance { return true }
      let bits = last == .max ? Self.fewBits : last - size
      if bits < Self.fewBits, renewals < Self.mostRenewals {
        renewals += 1
        let point = (0..<n * (s + 1)).map { values[$0].doubleValue }
        guard
          let renewed = try DoubleStages(equations, rule: rule, length: length.doubleValue, values: point)
        else { return false }
        (factors, units) = (renewed.factors, renewed.units)
      } else if bits < 1 {
        // Entries that are rounding errors of others do not settle.
        return absolute - max(0, units.max() ?? 0) <= log2Tolerance
      }
      last = size
    }
    return false
  }

  /// p' - h F(p) at the stages, entry e of stage i at i·n + e.
  private func residuals() throws -> [BigFloat]? {
    let (s, n) = (stages, count)
    let states = (0..<n).map { entry in Lanes((1...s).map { values[entry * (s + 1) + $0] }) }
    guard let velocity = try equations.velocity(at: states, precision: rule.precision) else { return nil }
    var residuals: [BigFloat] = []
    for stage in 0..<s {
      for entry in 0..<n {
        let slope = rule.differences.dot(
          stage * (s + 1)..<(stage + 1) * (s + 1), values, at: entry * (s + 1))
        residuals.append(slope - length * velocity[entry][stage])
      }
    }
    return residuals
  }

  /// Bits of solutions in doubles.
  private static let precision = 64

  /// What defects b at the stages make of the solution there, to first order: the p with p' - h J p = b and p(0) = 0, entry e of
  /// stage i at i·n + e.
  func consequences(of right: [BigFloat]) -> [BigFloat] {
    let n = count
    guard let shift = right.lazy.filter({ !$0.isZero }).map(\.exponent).max(), shift != .max else {
      return right
    }
    let scaled = right.map { $0.scaled(byPowerOfTwo: -shift).doubleValue }
    return factors.solution(of: scaled).enumerated().map { place, value in
      BigFloat(value, precision: Self.precision).scaled(byPowerOfTwo: shift + units[place % n])
    }
  }

  /// p at the step's end.
  var end: [BigFloat] { (0..<count).map { values[$0 * (stages + 1) + stages] } }

  /// For each entry log10 of the last coefficients of p.
  var log10Tails: [Double] {
    (0..<count).map { entry in
      let last = entry * stages + stages - 1
      return max(coefficients[last].log10Magnitude, coefficients[last - 1].log10Magnitude)
        - log10(Double(2 * stages))
    }
  }

  /// What errors at the start become at the stages, to first order: entry e of stage i at i·n + e.
  func transported(_ errors: [BigFloat]) -> [BigFloat] {
    let (s, n) = (stages, count)
    var right: [BigFloat] = []
    for stage in 0..<s {
      let factor = rule.differences[stage * (s + 1)].rounded(toPrecision: Self.precision)
      for entry in 0..<n { right.append(-(factor * errors[entry])) }
    }
    return consequences(of: right)
  }

  /// About the greatest real part of an eigenvalue of h J along the step: how fast something grows.
  ///
  /// The method damps what grows much faster than it has stages, and so does all that goes through its factors.
  func fastestGrowth() throws -> Double? {
    let (s, n) = (stages, count)
    let states = (0..<n).map { entry in
      Lanes(stride(from: 0, through: s, by: 2).map { values[entry * (s + 1) + $0].doubleValue })
    }
    guard let columns = try equations.jacobian(at: states) else { return nil }
    let h = length.doubleValue
    var greatest = -Double.infinity
    for place in states[0].values.indices {
      let matrix = Matrix<Double>(rows: n, columns: n) { h * columns[$1][$0][place] }
      guard let abscissa = Eigensystem.abscissa(of: matrix) else { return nil }
      greatest = max(greatest, abscissa)
    }
    return greatest
  }

  /// Whether the field is nearly linear over the distance of errors at the stages: what its second differences make of the
  /// solution must be a small part of the errors.
  ///
  /// - Parameter log10Part: log10 of that part.
  func isLinear(over errors: [BigFloat], log10Part: Double) throws -> Bool {
    let (s, n) = (stages, count)
    let largest = errors.reduce(-.infinity) { max($0, $1.log10Magnitude) }
    guard largest > -.infinity else { return true }
    let precision = 2 * rule.precision
    func velocity(_ shift: (BigFloat, BigFloat) -> BigFloat) throws -> [Lanes<BigFloat>]? {
      let states = (0..<n).map { entry in
        Lanes(
          (0..<s).map {
            shift(
              values[entry * (s + 1) + $0 + 1].rounded(toPrecision: precision),
              errors[$0 * n + entry].rounded(toPrecision: precision))
          })
      }
      return try equations.velocity(at: states, precision: precision)
    }
    guard let middle = try velocity({ value, _ in value }), let right = try velocity(+),
      let left = try velocity(-)
    else { return false }
    let curvature = (0..<s).flatMap { stage in
      (0..<n).map { entry in
        length * (right[entry][stage] + left[entry][stage] - middle[entry][stage] - middle[entry][stage])
      }
    }
    guard curvature.allSatisfy(\.isFinite) else { return false }
    return consequences(of: curvature).allSatisfy { $0.log10Magnitude < largest + log10Part }
  }

  /// |p' - h F(p)| between the stages, with what F may be off by: the larger of the places on both sides of each stage, entry e
  /// of stage i at i·n + e; nil where F is not known there.
  ///
  /// - Parameter precision: bits with which F is evaluated.
  func defects(precision: Int) throws -> [BigFloat]? {
    let (s, n) = (stages, count)
    var states: [Lanes<Ball>] = []
    var slopes: [[BigFloat]] = []
    for entry in 0..<n {
      let start = values[entry * (s + 1)]
      states.append(
        Lanes(
          (0..<s).map { place in
            Ball(
              start + rule.controlValues.dot(place * s..<(place + 1) * s, coefficients, at: entry * s),
              precision: precision)
          }))
      slopes.append(
        (0..<s).map { place in
          rule.controlSlopes.dot(place * s..<(place + 1) * s, coefficients, at: entry * s)
        })
    }
    guard let velocity = try equations.velocity(at: states, precision: precision) else { return nil }
    let sizes = (0..<n).map { entry in
      (0..<s).map { place -> BigFloat in
        let value = velocity[entry][place]
        return (slopes[entry][place] - length * value.midpoint).magnitude.rounded(toPrecision: Self.precision)
          + (length * value.radius).rounded(toPrecision: Self.precision)
      }
    }
    guard sizes.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    return (0..<s).flatMap { stage in
      (0..<n).map { entry in
        let (left, right) = (sizes[entry][stage], sizes[entry][min(stage + 1, s - 1)])
        return left < right ? right : left
      }
    }
  }

  /// p at a part of the step.
  func value(at fraction: BigFloat) -> [BigFloat] {
    let rows = RadauRule.rows(at: fraction, stages: stages)
    let integrals = BigFloatBuffer(rows.integrals, precision: rule.precision)
    return (0..<count).map { entry in
      values[entry * (stages + 1)] + integrals.dot(0..<stages, coefficients, at: entry * stages)
    }
  }

  /// For each entry p on a part of the step as a polynomial of σ in [0, 1], its coefficients from order 0 on.
  ///
  /// - Parameter powers: `RadauRule.powers` of the part.
  func polynomials(from start: BigFloat, width: BigFloat, powers: BigFloatBuffer) -> [[BigFloat]] {
    let heads = value(at: start)
    return (0..<count).map { entry -> [BigFloat] in
      let rest = (0..<stages).map { j -> BigFloat in
        let slope = powers.dot(j * stages..<(j + 1) * stages, coefficients, at: entry * stages)
        return width * slope / BigFloat(j + 1, precision: rule.precision)
      }
      return [heads[entry]] + rest
    }
  }

  /// p continued beyond the step, at the stages of a next one that is `ratio` times as long, laid out as a guess for it; the last
  /// coefficients, which are large far outside, are left out.
  func continued(ratio: Double) -> [Double] {
    let (s, n) = (stages, count)
    let kept = max(2, 2 * s / 3)
    var rows: [[Double]] = [[Double](repeating: 0, count: kept)]
    func integrals(_ c: Double) -> [Double] {
      let x = 2 * c - 1
      var p = [1, x]
      for k in 1...kept {
        let next = Double(2 * k + 1) * x * p[k] - Double(k) * p[k - 1]
        p.append(next / Double(k + 1))
      }
      return (0..<kept).map { (k: Int) -> Double in
        k == 0 ? c : (p[k + 1] - p[k - 1]) / Double(4 * k + 2)
      }
    }
    let end = integrals(1)
    for node in rule.nodes {
      let row = integrals(1 + ratio * node.doubleValue)
      rows.append((0..<kept).map { row[$0] - end[$0] })
    }
    var guess: [Double] = []
    for entry in 0..<n {
      let start = values[entry * (s + 1) + s].doubleValue
      let own = (0..<kept).map { coefficients[entry * s + $0].doubleValue }
      for row in rows {
        var value = start
        for k in 0..<kept { value += row[k] * own[k] }
        guess.append(value)
      }
    }
    return guess
  }

  /// Newton's method in doubles.
  private struct DoubleStages {
    private let equations: StageEquations
    private let rule: RadauRule
    private let length: Double
    private(set) var values: [Double]
    private(set) var factors: LUFactors
    /// Powers of two of the entries' sizes.
    private(set) var units: [Int]

    /// Nil where there are no factors.
    init?(_ equations: StageEquations, rule: RadauRule, length: Double, values: [Double]) throws {
      guard values.allSatisfy(\.isFinite), length.isFinite, length > 0 else { return nil }
      let units = Self.units(of: values, count: equations.count)
      guard
        let factors = try Self.factors(equations, rule, length: length, values: values, units: units)
      else { return nil }
      (self.equations, self.rule, self.length, self.values) = (equations, rule, length, values)
      (self.factors, self.units) = (factors, units)
    }

    private static func units(of values: [Double], count: Int) -> [Int] {
      let each = values.count / count
      let sizes = (0..<count).map { entry in
        values[entry * each..<(entry + 1) * each].reduce(0) { max($0, $1.magnitude) }
      }
      return sizes.map { $0 > 0 ? Int($0.exponent) : 0 }
    }

    private static func states(_ values: [Double], _ rule: RadauRule, count: Int) -> [Lanes<Double>] {
      let width = rule.stages + 1
      return (0..<count).map { Lanes(Array(values[$0 * width + 1..<($0 + 1) * width])) }
    }

    /// The factors of the equations' derivative; nil where there are none.
    private static func factors(
      _ equations: StageEquations, _ rule: RadauRule, length: Double, values: [Double], units: [Int]
    ) throws -> LUFactors? {
      let (s, n) = (rule.stages, equations.count)
      guard let jacobian = try equations.jacobian(at: states(values, rule, count: n)) else { return nil }
      let size = s * n
      let scales = units.map { Double(sign: .plus, exponent: $0, significand: 1) }
      var matrix = [Double](repeating: 0, count: size * size)
      for i in 0..<s {
        for e in 0..<n {
          let row = (i * n + e) * size
          for j in 0..<s {
            matrix[row + j * n + e] = rule.doubleDifferences[i * (s + 1) + j + 1] * scales[e]
          }
          for f in 0..<n { matrix[row + i * n + f] -= length * jacobian[f][e][i] * scales[f] }
        }
      }
      return LUFactors(matrix, size: size)
    }

    /// False where the iterations do not converge.
    mutating func solve(check: () throws -> Void) throws -> Bool {
      let (s, n) = (rule.stages, equations.count)
      var (last, moved) = (Double.infinity, 0.0)
      for iteration in 0..<RadauStep.mostIterationsInDoubles {
        try check()
        guard
          let velocity = try equations.velocity(
            at: Self.states(values, rule, count: n), precision: Precision.minimum)
        else {
          return false
        }
        var residuals = [Double](repeating: 0, count: s * n)
        for stage in 0..<s {
          for entry in 0..<n {
            var slope = 0.0
            for j in 0...s {
              slope += rule.doubleDifferences[stage * (s + 1) + j] * values[entry * (s + 1) + j]
            }
            residuals[stage * n + entry] = slope - length * velocity[entry][stage]
          }
        }
        let changes = factors.solution(of: residuals)
        // The same beside the largest entry, or 1: entries that are rounding errors of others do not settle.
        var (size, absolute) = (0.0, 0.0)
        let scale = Double(sign: .plus, exponent: max(0, units.max() ?? 0), significand: 1)
        for stage in 0..<s {
          for entry in 0..<n {
            let change = changes[stage * n + entry]
            size = max(size, change.magnitude)
            guard change.isFinite else { return false }
            let step = change * Double(sign: .plus, exponent: units[entry], significand: 1)
            absolute = max(absolute, step.magnitude / scale)
            values[entry * (s + 1) + stage + 1] -= step
          }
        }
        guard values.allSatisfy(\.isFinite) else { return false }
        moved += size
        let stalls = iteration > 0 && size > last / 4
        let isNoise = size < RadauStep.noise || absolute < RadauStep.smallChange
        let isDone = size < RadauStep.smallChange || stalls && isNoise
        if !isDone, iteration > 4, stalls { return false }
        if moved
          > (isDone ? RadauStep.mostMoved : size > last / 8 || size > RadauStep.largeChange ? 0 : .infinity)
        {
          units = zip(units, Self.units(of: values, count: n)).map { max($0, $1) }
          guard
            let renewed = try Self.factors(equations, rule, length: length, values: values, units: units)
          else { return false }
          (factors, moved) = (renewed, 0)
        }
        if isDone { return true }
        last = size
      }
      return false
    }
  }
}
