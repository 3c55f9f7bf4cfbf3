import Claims
import Learning
import Multiprecision
import Symbolics

/// The `prediction` mapping: an observable with its formula or a list of rows of formulas, and a control.
enum PredictionReader {
  private static let observables = [Observable.outputs, .means, .endToEnd]
  private static let expected = "a formula, or a list of rows of formulas"

  static func read(_ field: Field, for problem: Problem) throws(InputError) -> Prediction {
    let names = observables.map(\.rawValue)
    let mapping = try FieldMapping(field, allowing: names + ["control"])
    let given = observables.filter { mapping[$0.rawValue] != nil }
    guard let observable = given.first, given.count == 1 else {
      throw field.error(
        "found \(given.isEmpty ? "none" : given.map(\.rawValue).joined(separator: " and ")), "
          + "expected one of \(names.joined(separator: ", "))")
    }
    let variables = Prediction.variables(of: observable, likelihood: problem.likelihood)
    let formula = try formula(try mapping.required(observable.rawValue, expected), variables)
    var control: Prediction.Formula?
    if let field = mapping["control"] { control = try self.formula(field, variables) }
    let prediction = Prediction(observable, formula, control: control)
    do {
      try prediction.check(for: problem)
    } catch {
      throw field.inputError(error)
    }
    return prediction
  }

  private static func formula(_ field: Field, _ variables: [String]) throws(InputError) -> Prediction.Formula
  {
    guard field.isList else { return .everywhere(try expression(field, variables)) }
    return .entries(
      try field.table(of: "a list of rows of formulas", row: "a list of formulas") {
        (entry) throws(InputError) in try expression(entry, variables)
      })
  }

  private static func expression(_ field: Field, _ variables: [String]) throws(InputError) -> Expression {
    let text = try field.cell(expected: expected).text
    do {
      return try Expression(parsing: text, variables: variables)
    } catch {
      throw field.error("\(error)")
    }
  }
}
