import Multiprecision

/// What a graph of directional derivatives is evaluated in: Taylor models of what does not depend on the direction, and
/// bundles of what does.
///
/// Derivatives are linear in the direction, so a bundle is only ever added to bundles and multiplied by models; anything
/// else has no value here, and its error is not finite.
enum DirectionalModel: Sendable {
  case model(TaylorModel)
  case bundle(TangentBundle)

  private static let nothing = TaylorModel(constant: .everything(precision: TaylorModel.boundPrecision))

  private var isZero: Bool {
    if case .model(let model) = self { return model.polynomial.length == 0 && model.error.isZero }
    return false
  }

  /// The model; nothing is known of a bundle as one.
  private var asModel: TaylorModel {
    if case .model(let model) = self { return model }
    return Self.nothing
  }

  private var asBundle: TangentBundle? {
    if case .bundle(let bundle) = self { return bundle }
    return nil
  }

  /// As a bundle: a model has the same derivative in all directions.
  func bundle(count: Int, length: Int) -> TangentBundle {
    switch self {
    case .bundle(let bundle): bundle
    case .model(let model): TangentBundle(repeating: ShortModel(model, length: length), count: count)
    }
  }
}

extension DirectionalModel: RealScalar {
  static var zero: DirectionalModel { .model(.zero) }

  init(_ value: Rational, precision: Int) { self = .model(TaylorModel(value, precision: precision)) }

  static func pi(precision: Int) -> DirectionalModel { .model(.pi(precision: precision)) }

  var isFinite: Bool {
    switch self {
    case .model(let model): model.isFinite
    case .bundle(let bundle): bundle.isFinite
    }
  }

  var doubleValue: Double {
    switch self {
    case .model(let model): model.doubleValue
    case .bundle: .nan
    }
  }

  static func + (left: DirectionalModel, right: DirectionalModel) -> DirectionalModel {
    switch (left, right) {
    case (.model(let left), .model(let right)): .model(left + right)
    case (.bundle(let bundle), _):
      right.isZero ? left : .bundle(bundle + right.bundle(count: bundle.count, length: bundle.length))
    case (_, .bundle(let bundle)):
      left.isZero ? right : .bundle(left.bundle(count: bundle.count, length: bundle.length) + bundle)
    }
  }

  static func - (left: DirectionalModel, right: DirectionalModel) -> DirectionalModel { left + -right }

  static prefix func - (value: DirectionalModel) -> DirectionalModel {
    switch value {
    case .model(let model): .model(-model)
    case .bundle(let bundle): .bundle(-bundle)
    }
  }

  static func * (left: DirectionalModel, right: DirectionalModel) -> DirectionalModel {
    switch (left, right) {
    case (.model(let left), .model(let right)): .model(left * right)
    case (.model(let model), .bundle(let bundle)), (.bundle(let bundle), .model(let model)):
      .bundle(
        .sum(
          of: [(ShortModel(model, length: bundle.length), bundle)], count: bundle.count,
          length: bundle.length))
    case (.bundle, .bundle): .model(nothing)
    }
  }

  /// Each entry as one sum; the models are converted once.
  static func product(
    _ a: Matrix<DirectionalModel>, _ b: Matrix<DirectionalModel>
  ) -> Matrix<DirectionalModel> {
    guard let any = (a.elements + b.elements).lazy.compactMap(\.asBundle).first else {
      return product(a.map(\.asModel), b.map(\.asModel)).map { .model($0) }
    }
    let (left, right) = (a.map { Factor($0, length: any.length) }, b.map { Factor($0, length: any.length) })
    return Matrix(rows: a.rows, columns: b.columns) { row, column in
      var terms: [(ShortModel, TangentBundle)] = []
      for inner in 0..<a.columns {
        switch (left[row, inner], right[inner, column]) {
        case (.zero, _), (_, .zero): continue
        case (.short(let model), .bundle(let bundle)), (.bundle(let bundle), .short(let model)):
          terms.append((model, bundle))
        case (.short(let model), .short(let other)):
          terms.append((model, TangentBundle(repeating: other, count: any.count)))
        case (.bundle, .bundle): return .model(nothing)
        }
      }
      return terms.isEmpty ? .zero : .bundle(.sum(of: terms, count: any.count, length: any.length))
    }
  }

  /// In doubles where they serve.
  private static func product(_ a: Matrix<TaylorModel>, _ b: Matrix<TaylorModel>) -> Matrix<TaylorModel> {
    TaylorModel.shortProduct(a, b) ?? a * b
  }

  private enum Factor {
    case zero
    case short(ShortModel)
    case bundle(TangentBundle)

    init(_ entry: DirectionalModel, length: Int) {
      switch entry {
      case .bundle(let bundle): self = .bundle(bundle)
      case .model(let model): self = entry.isZero ? .zero : .short(ShortModel(model, length: length))
      }
    }
  }

  /// A⁻¹ B: the inverse does not depend on the direction. In doubles where they serve.
  static func solve(
    _ a: Matrix<DirectionalModel>, _ b: Matrix<DirectionalModel>
  ) throws(LinearAlgebraError) -> Matrix<DirectionalModel> {
    guard a.elements.allSatisfy({ $0.asBundle == nil }) else { throw .undecided }
    let matrix = a.map(\.asModel)
    guard a.isSquare else { throw .notSquare(a.shape) }
    guard a.rows == b.rows else { throw .dimensionMismatch(a.shape, b.shape) }
    guard let any = b.elements.lazy.compactMap(\.asBundle).first else {
      let right = b.map(\.asModel)
      if let solution = TaylorModel.shortSolution(matrix, right) {
        return solution.map { .model($0) }
      }
      return try TaylorModel.solve(matrix, right).map { .model($0) }
    }
    if let inverse = TangentInverse(of: matrix, length: any.length) {
      let columns = (0..<b.columns).map { column in
        inverse.solution(of: b.column(column).map { $0.bundle(count: any.count, length: any.length) })
      }
      if columns.allSatisfy({ $0.allSatisfy(\.isFinite) }) {
        return Matrix(rows: b.rows, columns: b.columns) { .bundle(columns[$1][$0]) }
      }
    }
    let precision = matrix.elements.map(\.polynomial.precision).max() ?? Precision.minimum
    let inverse = try TaylorModel.solve(matrix, .identity(a.rows, precision: precision))
    return inverse.map { .model($0) } * b
  }

  static func / (left: DirectionalModel, right: DirectionalModel) -> DirectionalModel {
    left * .model(right.asModel.reciprocal)
  }

  static func exp(_ x: DirectionalModel) -> DirectionalModel { .model(.exp(x.asModel)) }
  static func expMinusOne(_ x: DirectionalModel) -> DirectionalModel { .model(.expMinusOne(x.asModel)) }
  static func log(_ x: DirectionalModel) -> DirectionalModel { .model(.log(x.asModel)) }
  static func log(onePlus x: DirectionalModel) -> DirectionalModel { .model(.log(onePlus: x.asModel)) }
  static func logistic(_ x: DirectionalModel) -> DirectionalModel { .model(.logistic(x.asModel)) }
  static func softplus(_ x: DirectionalModel) -> DirectionalModel { .model(.softplus(x.asModel)) }
  static func tanh(_ x: DirectionalModel) -> DirectionalModel { .model(.tanh(x.asModel)) }
  static func sqrt(_ x: DirectionalModel) -> DirectionalModel { .model(.sqrt(x.asModel)) }
  static func pow(_ x: DirectionalModel, _ exponent: Rational) -> DirectionalModel {
    .model(.pow(x.asModel, exponent))
  }
}
