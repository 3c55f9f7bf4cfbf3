import Glibc
import Multiprecision

// Usage: fisherflow-bench [p1] [p3-3] [p3-5] [memory] [DIGITS]... [repetitions=N]
// Without a name all problems (not memory), without digits all of theirs.

let arguments = CommandLine.arguments.dropFirst()
let digits = arguments.compactMap { Int($0) }
let repetitions = arguments.compactMap { $0.hasPrefix("repetitions=") ? Int($0.dropFirst(12)) : nil }.first
let names = arguments.filter { Int($0) == nil && !$0.hasPrefix("repetitions=") }
let cases: [(name: String, workload: any Workload, digits: [Int])] = [
  ("p1", ExponentialFlow(), [50, 100, 200, 500]),
  ("p3-3", FactorizationFlow(n: 3), [50, 100, 200]),
  ("p3-5", FactorizationFlow(n: 5), [50, 100, 200]),
]
guard names.allSatisfy({ name in name == "memory" || cases.contains { $0.name == name } }) else {
  print(
    "expected \(cases.map(\.name).joined(separator: ", ")) or memory, found \(names.joined(separator: " "))")
  exit(64)
}
func emit(_ line: String) {
  print(line)
  fflush(nil)
}
func isChosen(_ name: String) -> Bool { names.isEmpty || names.contains(name) }

if names.contains("memory") {
  emit(MemoryGrowth.header)
  let oscillator = try MemoryGrowth.oscillator()
  let growth = MemoryGrowth(
    name: "oscillator", field: oscillator.field, initial: oscillator.initial, digits: 50)
  for end in [1, 10, 100, 1000] { emit(try growth.measure(to: Rational(end))) }
  for (name, workload, digits) in [("P3 n=5", FactorizationFlow(n: 5), 100), ("P1", ExponentialFlow(), 500)]
    as [(String, any Workload, Int)]
  {
    let growth = MemoryGrowth(
      name: name, field: try workload.field(), initial: workload.initial, digits: digits)
    for end in [Rational(1, 20), 1] { emit(try growth.measure(to: end)) }
  }
}
if cases.contains(where: { isChosen($0.name) }) { emit(Row.header) }
for (name, workload, all) in cases where isChosen(name) {
  for digits in digits.isEmpty ? all : digits {
    // Cheap cases are repeated until noise is small.
    let cost = Double(digits * digits) * (name == "p1" ? 1e-5 : 1e-4)
    let rounds = repetitions ?? max(1, min(20, Int(2 / cost)))
    emit(try Comparison(workload: workload, digits: digits, repetitions: rounds).measure().text)
  }
}
