import ComputationGraph
import Glibc
import Integrators
import Multiprecision

/// What an integration adds to resident memory while it runs: it must not grow with the number of steps, and
/// must stay below the estimate that the memory budget is checked against.
struct MemoryGrowth {
  let name: String
  let field: VectorField
  let initial: [Matrix<Rational>]
  let digits: Int

  static let header = """
    | problem | digits | steps | growth of resident memory, MiB | estimate, MiB |
    | --- | --- | --- | --- | --- |
    """

  /// x' = y, y' = -x, whose steps are equally long for ever.
  static func oscillator() throws -> (field: VectorField, initial: [Matrix<Rational>]) {
    let graph = Graph()
    let state = graph.variable(Shape(2, 1), name: "x")
    let rotation = graph.constant(Matrix(rows: [[0, 1], [-1, 0]]))
    return (
      try VectorField(graph: graph, state: [state], velocity: [rotation.times(state)]),
      [Matrix(column: [1, 0])]
    )
  }

  /// Resident memory of this process in bytes, by /proc.
  private func resident() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, 256, file) != nil else { return 0 }
    let fields = line.prefix { $0 != 0 }.split(separator: CChar(UInt8(ascii: " ")))
    let pages = fields[1].reduce(0) { $0 * 10 + Int($1) - 48 }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  func measure(to end: Rational) throws -> String {
    let before = resident()
    var most = before
    let trajectory = try TaylorIntegrator(digits: digits, estimatesError: false)
      .integrate(field, from: initial, at: [end]) { _ in most = max(most, resident()) }
    let statistics = trajectory.statistics
    let estimate = field.seriesBytes(order: statistics.order, precision: statistics.precision)
    let cells = [name, "\(digits)", "\(statistics.steps)", mebibytes(most - before), mebibytes(estimate)]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private func mebibytes(_ bytes: Int) -> String { "\((Double(bytes) / 0x1p20 * 100).rounded() / 100)" }
}
