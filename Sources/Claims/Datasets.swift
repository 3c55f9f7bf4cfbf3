import Learning
import Multiprecision

/// The real data that instances use; origin and licence are in Data/SOURCES.md.
public enum Datasets {
  /// Iris setosa (0) against versicolor (1): N = 100, d = 4, in centimetres.
  public static func iris() throws -> Dataset {
    try binary(PackageResources.iris_csv, positive: "versicolor")
  }

  /// Handwritten digits 0 against 1, 8 × 8 pixels from 0 to 16: N = 51, d = 64, linearly independent.
  public static func digits01() throws -> Dataset {
    try binary(PackageResources.digits01_csv, positive: "1")
  }

  /// Rows of numbers with a class in the last column, under a header line.
  private static func binary(_ bytes: [UInt8], positive: String) throws -> Dataset {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
    let cells = lines.map { $0.split(separator: ",").map(String.init) }
    return try Dataset(
      inputs: Matrix(rows: cells.map { try $0.dropLast().map { try Rational(parsing: $0) } }),
      targets: Matrix(column: cells.map { $0.last == positive ? 1 : 0 }))
  }
}
