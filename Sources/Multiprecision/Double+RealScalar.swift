#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Double: RealScalar {
  public init(_ value: Rational, precision: Int) { self = value.doubleValue }

  public static func pi(precision: Int) -> Double { .pi }

  public static func exp(_ x: Double) -> Double { systemExp(x) }
  public static func expMinusOne(_ x: Double) -> Double { systemExpm1(x) }
  public static func log(_ x: Double) -> Double { systemLog(x) }
  public static func log(onePlus x: Double) -> Double { systemLog1p(x) }
  public static func tanh(_ x: Double) -> Double { systemTanh(x) }
  public static func sqrt(_ x: Double) -> Double { x.squareRoot() }

  public static func logistic(_ x: Double) -> Double {
    let small = exp(-abs(x))
    return x < 0 ? small / (1 + small) : 1 / (1 + small)
  }

  public static func softplus(_ x: Double) -> Double { max(x, 0) + log(onePlus: exp(-abs(x))) }

  public static func pow(_ x: Double, _ exponent: Rational) -> Double {
    // The exponent of a huge fraction may round to an integer, which a negative base must not notice.
    x < 0 && !exponent.isInteger ? .nan : systemPow(x, exponent.doubleValue)
  }

  public var doubleValue: Double { self }

  /// By elimination with partial pivoting; backward stable, with no error bound.
  public static func solve(
    _ a: Matrix<Double>, _ b: Matrix<Double>
  ) throws(LinearAlgebraError) -> Matrix<Double> {
    try solveByElimination(a, b) { $0 == 0 || !$0.isFinite }
  }
}

/// The C library's functions, whose names those of the type hide.
private func systemExp(_ x: Double) -> Double { exp(x) }
private func systemExpm1(_ x: Double) -> Double { expm1(x) }
private func systemLog(_ x: Double) -> Double { log(x) }
private func systemLog1p(_ x: Double) -> Double { log1p(x) }
private func systemTanh(_ x: Double) -> Double { tanh(x) }
private func systemPow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
