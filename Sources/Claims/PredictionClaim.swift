import Learning
import Multiprecision
import Symbolics

/// The claim that a user's prediction about a problem is right.
public enum PredictionClaim {
  /// The prediction against the integrated trajectory, at every sample time and entry.
  ///
  /// The control is the user's, or else the same formula at 11/10 of the time; a formula without t is shifted by
  /// 1/1000 instead.
  ///
  /// - Parameter name: the claim's id is made of it.
  /// - Throws: `ProblemError` where the prediction does not fit the problem, with the field.
  public static func make(
    name: String, problem: Problem, prediction: Prediction
  ) throws(ProblemError) -> Claim {
    try prediction.check(for: problem)
    let observable = prediction.observable.rawValue
    return Claim(
      id: Claim.identifier(from: name), title: "Prediction of \(observable)",
      statement: "\(observable) = \(prediction.formula.text).",
      hypotheses: ["the flow exists up to the last sample time"], section: "prediction", theorem: nil,
      range: problem.range
    ) { settings in
      let solution = Solution(problem, settings)
      let (controlName, control) = prediction.controlFormula
      return [
        Instance(
          name, observed: { try solution.measure(prediction.observable) },
          predicted: {
            try prediction.measure(prediction.formula, of: problem, digits: settings.workingDigits)
          },
          controls: [
            .init(controlName) {
              try prediction.measure(control, of: problem, digits: settings.workingDigits)
            }
          ])
      ]
    }
  }
}

extension Prediction {
  /// The control's formula and what it is.
  fileprivate var controlFormula: (name: String, formula: Formula) {
    if let control { return ("the control given: \(control.text)", control) }
    if formula.expressions.contains(where: { $0.freeVariables.contains("t") }) {
      let later = Expression(Rational(11, 10)) * .variable("t")
      return ("the formula at time 11/10 t", formula.map { $0.substituting(["t": later]) })
    }
    return ("the formula plus 1/1000", formula.map { $0 + Expression(Rational(1, 1000)) })
  }
}

extension Claim {
  /// Lower-case letters, digits and hyphens: `Deep linear.yaml` gives `deep-linear-yaml`.
  static func identifier(from name: String) -> String {
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "problem" : words.joined(separator: "-")
  }
}

extension Problem {
  /// What a claim about this problem alone covers.
  var range: Claim.Range {
    let times = "t ≤ \(times.last?.description ?? "0")"
    return Claim.Range(claimed: "this problem; \(times)", tested: "this problem; \(times)")
  }
}
