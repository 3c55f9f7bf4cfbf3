import Learning
import Multiprecision
import Symbolics

/// Turns the targets of a file into mean parameters: -1/+1 into 0/1, classes into one-hot rows.
struct TargetEncoding {
  let likelihood: Likelihood
  let classes: [(name: String, cell: TextCell)]?
  /// K where the model fixes it.
  let outputCount: Int?

  func encode(_ targets: [[TextCell]]) throws(InputError) -> Matrix<Rational?> {
    if likelihood == .categorical { return try oneHot(targets) }
    var rows: [[Rational]] = []
    for cells in targets {
      var row: [Rational] = []
      for cell in cells { row.append(try value(of: cell)) }
      rows.append(row)
    }
    try check(Array(targets.joined()), Array(rows.joined()))
    return Matrix(rows: rows.map { row in row.map(mean) })
  }

  func encode(_ matrix: Matrix<TextCell?>) throws(InputError) -> Matrix<Rational?> {
    var values: [Rational?] = []
    for cell in matrix.elements {
      if let cell, likelihood == .categorical {
        throw cell.position.error("the entries of a matrix have no classes, expected another likelihood")
      }
      values.append(try cell?.number())
    }
    try check(matrix.elements.compactMap { $0 }, values.compactMap { $0 })
    return Matrix(rows: matrix.rows, columns: matrix.columns, elements: values.map { $0.map(mean) })
  }

  private func mean(_ label: Rational) -> Rational { likelihood == .bernoulli && label == -1 ? 0 : label }

  /// The number of a target: its class's, if there are classes, else its own.
  private func value(of cell: TextCell) throws(InputError) -> Rational {
    guard let classes else { return try cell.number() }
    guard let entry = classes.first(where: { $0.name == cell.text }) else {
      let names = classes.map(\.name)
      throw cell.position.error(
        "found \(TextCell.quoted(cell.text)), expected a class: \(VisibleText.list(names))"
          + Suggestion.hint(for: cell.text, among: names))
    }
    return try entry.cell.number()
  }

  /// Whether each value is in the likelihood's domain.
  private func check(_ cells: [TextCell], _ values: [Rational]) throws(InputError) {
    let hasMinusOne = values.contains(-1)
    for (cell, value) in zip(cells, values) {
      switch likelihood {
      case .gaussian, .categorical: break
      case .bernoulli:
        guard value == 1 || value == 0 || value == -1 else {
          throw cell.mismatch(expected: "-1 or +1, or 0 or 1")
        }
        if hasMinusOne, value == 0 {
          throw cell.mismatch(expected: "-1 or +1, as other targets are -1")
        }
      case .poisson:
        guard value.isInteger, value.signum() >= 0 else {
          throw cell.mismatch(expected: "a count 0, 1, 2, ...")
        }
      }
    }
  }

  private func oneHot(_ targets: [[TextCell]]) throws(InputError) -> Matrix<Rational?> {
    let (numbers, known) = try classNumbers(targets)
    let count = outputCount ?? known
    for (row, number) in zip(targets, numbers) where number >= count {
      throw row[0].mismatch(expected: "one of \(count) classes, the model's outputs")
    }
    guard MemoryAccount.product(numbers.count, count) <= InputLimits.inputEntries else {
      throw targets[0][0].position.error(
        "found \(numbers.count) samples of \(count) classes, expected at most \(InputLimits.inputEntries) entries, "
          + "the limit")
    }
    return Matrix(rows: numbers.count, columns: count) { numbers[$0] == $1 ? 1 : 0 }
  }

  /// The class number of each sample, and how many classes there are by the data alone. Without `classes`,
  /// names are numbered in the order in which they first appear.
  private func classNumbers(_ targets: [[TextCell]]) throws(InputError) -> (numbers: [Int], count: Int) {
    var numbers: [Int] = []
    var names: [String: Int] = [:]
    let hasNames = classes == nil && (try? targets.first?.first?.number()) == nil
    for row in targets {
      guard row.count == 1 else {
        throw row[0].position.error("found \(row.count) targets, expected one class for each sample")
      }
      let cell = row[0]
      if hasNames {
        if (try? cell.number()) != nil {
          throw cell.mismatch(expected: "a class name as the first target is")
        }
        numbers.append(names[cell.text] ?? names.count)
        names[cell.text] = numbers.last
      } else {
        let value = try value(of: cell)
        guard value.isInteger, let number = Int(value.description), (0..<InputLimits.width).contains(number)
        else {
          throw cell.mismatch(expected: "a class number from 0, or a name")
        }
        numbers.append(number)
      }
    }
    var count = (numbers.max() ?? 0) + 1
    for entry in classes ?? [] {
      if let number = Int(entry.cell.text), (0..<InputLimits.width).contains(number) {
        count = max(count, number + 1)
      }
    }
    return (numbers, count)
  }
}
