import Learning
import Multiprecision

/// The real data that instances use; origin and licence are in Data/SOURCES.md.
public enum Datasets {
  /// Iris setosa (0) against versicolor (1): N = 100, d = 4, in centimetres.
  public static func iris() throws -> Dataset {
    try binary(table(PackageResources.iris_csv), positive: "versicolor")
  }

  /// Iris versicolor (0) against virginica (1): N = 100, d = 4, in centimetres; not separable.
  public static func irisVersicolorVirginica() throws -> Dataset {
    let rows = table(PackageResources.iris_csv).filter { $0.last == "versicolor" }
    return try binary(rows + table(PackageResources.virginica_csv), positive: "virginica")
  }

  /// Iris with its three species as classes, in the order setosa, versicolor, virginica: N = 150, d = 4.
  public static func irisThreeSpecies() throws -> Dataset {
    try oneHot(
      table(PackageResources.iris_csv) + table(PackageResources.virginica_csv),
      classes: ["setosa", "versicolor", "virginica"])
  }

  /// Handwritten digits 0 against 1, 8 × 8 pixels from 0 to 16: N = 51, d = 64, linearly independent.
  public static func digits01() throws -> Dataset {
    try binary(table(PackageResources.digits01_csv), positive: "1")
  }

  /// Handwritten digits, four images of each of the ten classes: N = 40, d = 64, linearly independent. The
  /// first ten are one of each.
  public static func digits10() throws -> Dataset {
    try oneHot(table(PackageResources.digits10_csv), classes: (0..<10).map { "\($0)" })
  }

  /// Breast cancer Wisconsin (diagnostic), malignant (1) against benign (0): N = 569, d = 30.
  public static func breastCancer() throws -> Dataset {
    try binary(table(PackageResources.breast_cancer_csv), positive: "malignant")
  }

  /// Rows of cells, the class in the last one, without the header line.
  private static func table(_ bytes: [UInt8]) -> [[String]] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",").map(String.init) }
  }

  private static func inputs(_ rows: [[String]]) throws -> Matrix<Rational> {
    Matrix(rows: try rows.map { try $0.dropLast().map { try Rational(parsing: $0) } })
  }

  private static func binary(_ rows: [[String]], positive: String) throws -> Dataset {
    try Dataset(inputs: inputs(rows), targets: Matrix(column: rows.map { $0.last == positive ? 1 : 0 }))
  }

  private static func oneHot(_ rows: [[String]], classes: [String]) throws -> Dataset {
    try Dataset(
      inputs: inputs(rows), targets: Matrix(rows: rows.map { row in classes.map { $0 == row.last ? 1 : 0 } }))
  }
}

extension Dataset {
  /// The samples of these indices, in this order.
  func selecting(_ samples: [Int]) throws -> Dataset {
    try Dataset(
      inputs: Matrix(rows: samples.map { inputs.row($0) }),
      targets: Matrix(rows: samples.map { targets.row($0) }))
  }

  /// The same samples with some of their features only.
  func selecting(features: [Int]) throws -> Dataset {
    try Dataset(
      inputs: Matrix(rows: inputs.rows, columns: features.count) { inputs[$0, features[$1]] },
      targets: targets)
  }

  /// The same samples with a last feature that is 1: its weight is the classifier's bias.
  func withBias() throws -> Dataset {
    try Dataset(
      inputs: Matrix(rows: inputs.rows, columns: inputs.columns + 1) {
        $1 < inputs.columns ? inputs[$0, $1] : 1
      }, targets: targets)
  }
}
