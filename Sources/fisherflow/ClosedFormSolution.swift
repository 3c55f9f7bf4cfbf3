import ComputationGraph
import Integrators
import Learning
import Multiprecision
import ProblemFiles

/// A solution by the closed forms that the problem carries.
struct ClosedFormSolution {
  let file: ProblemFile
  /// The one place that knows the closed forms: those whose conditions hold, the certified ones first.
  private let forms: [any ClosedForm]
  /// Why there is none, or none that is certified: the first condition that stands in the way.
  let shortcoming: String

  private static let maximumPrecision = 1 << 20

  private var problem: Problem { file.problem }

  init(_ file: ProblemFile) throws {
    self.file = file
    let all = try file.problem.closedForms()
    let holding = all.filter { $0.conditions.allSatisfy(\.holds) }
    let certified = holding.filter(\.isCertified)
    forms = certified + holding.filter { !$0.isCertified }
    let obstacles = (holding.isEmpty ? all : holding).flatMap { form in
      form.conditions.filter { holding.isEmpty ? !$0.holds : $0.status != .certified }
        .map { "\(form.name): \($0.name) is \($0.status.rawValue) (\($0.detail))" }
    }
    shortcoming = obstacles.first ?? "no law is known for this model, likelihood and flow"
  }

  var holds: Bool { !forms.isEmpty }

  /// Whether a law's conditions are proved for all times.
  var isCertified: Bool { forms.first?.isCertified ?? false }

  /// Whether the laws give every number.
  func isComplete() throws -> Bool {
    try sample(at: 0, precision: 64).isComplete(for: problem.model)
  }

  /// - Throws: `IntegrationError` where no precision reaches the digits.
  func solution(digits: Int) throws -> Solution {
    let samples = try problem.times.map { time in
      let numbers = try sample(at: time, digits: digits).tree(problem.model, layout: file.parameterLayout)
      return Solution.Sample(time: time, isCertified: isCertified, numbers: numbers)
    }
    return Solution(
      method: .closedForm, digits: digits, samples: samples,
      whyNotCertified: isCertified
        ? nil : "the law's numbers hold as long as its hypothesis does; \(shortcoming)")
  }

  /// At growing precision, until each number has the digits.
  private func sample(at time: Rational, digits: Int) throws -> ProblemNumbers {
    var precision = digits * 10 / 3 + 64
    while true {
      try Task.checkCancellation()
      let sample = try sample(at: time, precision: precision)
      let excess = sample.tree(problem.model, layout: file.parameterLayout).balls.worstExcess(digits: digits)
      if excess <= 0 { return sample }
      guard precision < Self.maximumPrecision else {
        throw IntegrationError.accuracyNotReached(
          digits: digits, estimatedDigits: excess.isFinite ? digits - Int(clamping: excess.rounded(.up)) : 0)
      }
      precision *= 2
    }
  }

  /// What the laws say together. Where only some are certified, the others stay out of a certified result.
  private func sample(at time: Rational, precision: Int) throws -> ProblemNumbers {
    let (count, width) = (problem.data.count, problem.model.outputCount)
    let unknown = Matrix<Ball?>(rows: count, columns: width, repeating: nil)
    var sample = ProblemNumbers(outputs: unknown, means: unknown)
    for form in forms where form.isCertified == isCertified {
      let values: ClosedFormValues
      do {
        values = try form.values(at: time, precision: precision)
      } catch is LinearAlgebraError where forms.count > 1 {
        // What this law could not enclose another may give; what is still missing stays out.
        continue
      }
      if let outputs = values.outputs { sample.outputs = sample.outputs.completed(by: outputs) }
      if let means = values.means { sample.means = sample.means.completed(by: means) }
      sample.endToEnd = sample.endToEnd ?? values.endToEnd
    }
    if problem.model.parameterShapes.count == 1, problem.model.hasConstantJacobian,
      problem.model is DeepLinearModel
    {
      sample.parameters = sample.endToEnd.map { [$0] }
    }
    sample.loss = try loss(of: sample.outputs, precision: precision)
    return sample
  }

  /// Nil if an observed output is unknown.
  private func loss(of outputs: Matrix<Ball?>, precision: Int) throws -> Ball? {
    let targets = problem.data.targets.elements
    let isKnown = zip(outputs.elements, targets).allSatisfy { $0 != nil || $1 == nil }
    guard isKnown else { return nil }
    let graph = Graph()
    let variable = graph.variable(outputs.shape, name: "outputs")
    let values = outputs.map { $0 ?? Ball(0, precision: precision) }
    let loss = try problem.loss(ofOutputs: variable)
    return try graph.evaluate([loss], variables: [(variable, values)], precision: precision)[0][0, 0]
  }
}

extension ClosedForm {
  var isCertified: Bool { conditions.allSatisfy { $0.status == .certified } }
}

extension Matrix where Scalar == Ball? {
  /// These entries, and the other's where one is missing.
  fileprivate func completed(by other: Matrix) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: zip(elements, other.elements).map { $0 ?? $1 })
  }
}
