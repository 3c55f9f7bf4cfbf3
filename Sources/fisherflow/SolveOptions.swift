import ArgumentParser

/// How `solve` finds the solution.
enum SolveMethod: String, ExpressibleByArgument, CaseIterable {
  case auto
  case closedForm = "closed-form"
  case taylor
  case collocation
}

/// What `solve` prints.
enum SolveFormat: String, ExpressibleByArgument, CaseIterable {
  case json, csv
}
