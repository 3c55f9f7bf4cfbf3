import Glibc

// Usage: fisherflow-bench [p1] [p3-3] [p3-5] [DIGITS]... [repetitions=N]
// Without a name all problems, without digits all of theirs.

let arguments = CommandLine.arguments.dropFirst()
let digits = arguments.compactMap { Int($0) }
let repetitions = arguments.compactMap { $0.hasPrefix("repetitions=") ? Int($0.dropFirst(12)) : nil }.first
let names = arguments.filter { Int($0) == nil && !$0.hasPrefix("repetitions=") }
let cases: [(name: String, workload: any Workload, digits: [Int])] = [
  ("p1", ExponentialFlow(), [50, 100, 200, 500]),
  ("p3-3", FactorizationFlow(n: 3), [50, 100, 200]),
  ("p3-5", FactorizationFlow(n: 5), [50, 100, 200]),
]
guard names.allSatisfy({ name in cases.contains { $0.name == name } }) else {
  print("expected \(cases.map(\.name).joined(separator: ", ")), found \(names.joined(separator: " "))")
  exit(64)
}
print(Row.header)
for (name, workload, all) in cases where names.isEmpty || names.contains(name) {
  for digits in digits.isEmpty ? all : digits {
    // Cheap cases are repeated until noise is small.
    let cost = Double(digits * digits) * (name == "p1" ? 1e-5 : 1e-4)
    let rounds = repetitions ?? max(1, min(20, Int(2 / cost)))
    print(try Comparison(workload: workload, digits: digits, repetitions: rounds).measure().text)
    fflush(nil)
  }
}
