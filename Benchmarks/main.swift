import Glibc
import Multiprecision

// Usage: fisherflow-bench [p1] [p3-3] [p3-5] [memory] [expansions] [DIGITS]... [repetitions=N]
// Without a name all problems, without digits all of theirs. memory and expansions, which is of P1 unless it is told
// otherwise, are measured only where they are named.

let arguments = CommandLine.arguments.dropFirst()
let digits = arguments.compactMap { Int($0) }
let repetitions = arguments.compactMap { $0.hasPrefix("repetitions=") ? Int($0.dropFirst(12)) : nil }.first
let names = arguments.filter { Int($0) == nil && !$0.hasPrefix("repetitions=") }
let cases: [(name: String, workload: any Workload, digits: [Int])] = [
  ("p1", ExponentialFlow(), [50, 100, 200, 500]),
  ("p3-3", FactorizationFlow(n: 3), [50, 100, 200]),
  ("p3-5", FactorizationFlow(n: 5), [50, 100, 200]),
]
guard
  names.allSatisfy({ name in ["memory", "expansions"].contains(name) || cases.contains { $0.name == name } })
else {
  print(
    "expected \(cases.map(\.name).joined(separator: ", ")), memory or expansions, found \(names.joined(separator: " "))"
  )
  exit(64)
}
func emit(_ line: String) {
  print(line)
  fflush(nil)
}
func isChosen(_ name: String) -> Bool { names.isEmpty || names.contains(name) }

if names.contains("expansions") {
  emit(ExpansionTimes.header)
  let chosen = cases.filter { names.contains($0.name) }
  for (_, workload, _) in chosen.isEmpty ? [cases[0]] : chosen {
    for digits in digits.isEmpty ? [500, 700, 1000, 1500, 2000, 3000] : digits {
      let rounds = repetitions ?? (digits > 1000 ? 2 : 10)
      emit(try ExpansionTimes(workload: workload, digits: digits, repetitions: rounds).measure())
    }
  }
  exit(0)
}
if names.contains("memory") {
  emit(MemoryGrowth.header)
  let oscillator = try MemoryGrowth.oscillator()
  let growth = MemoryGrowth(
    name: "oscillator", field: oscillator.field, initial: oscillator.initial, digits: 50)
  for end in [1, 10, 100, 1000] { emit(try growth.measure(to: Rational(end))) }
  let larger: [(String, any Workload, Int)] = [
    ("P3 n=5", FactorizationFlow(n: 5), 100), ("P1", ExponentialFlow(), 500), ("P1", ExponentialFlow(), 1000),
  ]
  for (name, workload, digits) in larger {
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
