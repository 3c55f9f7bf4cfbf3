/// The sizes beyond which an input is refused, so that a mistake in a file cannot take the machine down.
public enum InputLimits {
  /// Bytes of a problem file or a CSV file: 64 MiB.
  public static let fileBytes = 64 << 20
  /// Values in a YAML or JSON file.
  public static let yamlValues = 2_000_000
  /// Bytes that the numbers of a file take up when they are written out, exponents and all: 1 GiB.
  public static let numberBytes = 1 << 30
  /// How deep the lists and mappings of a file nest.
  public static let nesting = 1_000
  public static let samples = 100_000
  /// Samples times the entries of an input.
  public static let inputEntries = 4_000_000
  /// Scalar parameters of a model.
  public static let parameters = 1_000_000
  /// A layer's width, an input's entries, the number of outputs or classes.
  public static let width = 100_000
  /// Layers, or factors of a diagonal model.
  public static let depth = 1_000
  /// The greatest width for balanced parameters: their exact rotations have entries of about 5 digits times
  /// the width.
  public static let balancedWidth = 128
  public static let times = 100_000
}
