import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a series' coefficients say about the scale to expand it at.
enum ExpansionScale {
  private static let orders = [1, 4, 8, 16, 32, 48]
  /// The estimate of a low order is taken shorter by this.
  private static let caution = 0.9
  /// The same for what the coefficients of a scale that is too long suggest.
  private static let shortening = 0.93
  static let mostShortening = 8.0

  static let range = FixedPointSeriesArithmetic.scales

  /// The scale of a run's first step: from series of rising order, each with a scale from the one before. Nil where none is
  /// found: the field is out of the engine's range, or singular.
  static func first(
    _ expansion: SeriesExpansion<FixedPointSeriesArithmetic>, at state: [Matrix<BigFloat>], longest: Double,
    mostHump: Double
  ) -> Double? {
    var scale = min(longest, 1)
    for order in orders where order <= expansion.arithmetic.order {
      guard range.contains(scale) else { return nil }
      expansion.arithmetic.setScale(scale)
      do { try expansion.expand(at: state, order: order) } catch { return nil }
      let terms = StepSeries.terms(of: expansion, order: order)
      scale =
        shorter(than: scale, terms, mostHump: mostHump) ?? min(exp2(log2Radius(terms)), longest)
    }
    return scale < longest ? scale * caution : scale
  }

  /// Nil if a scale serves, else a shorter one to try: as many bits as a coefficient exceeds that of order 0 by are missing
  /// from all that is in range of it. The first one that is too large tells by how much the scale is too long; later ones
  /// may have no digits left.
  static func shorter(than scale: Double, _ terms: [StepSeries.TermSize], mostHump: Double) -> Double? {
    let log2Scale = log2(scale)
    let sizes = terms.enumerated().map { $1.log2Magnitude + Double($0) * log2Scale }
    let most = max(sizes[0], 0) + mostHump
    guard let order = sizes.indices.first(where: { $0 > 0 && sizes[$0] > most }) else { return nil }
    // By how much the coefficients grow over the last half of the orders up to it.
    let before = sizes[order / 4...order / 2].max() ?? 0
    let growth = (sizes[order] - before) / Double(order - order / 2)
    return scale * max(exp2(-growth) * shortening, 1 / mostShortening)
  }

  /// Log2 of the radius of convergence, and at most of the scale at which no coefficient is larger than the first by
  /// more than `hump` bits.
  ///
  /// The radius is estimated from the last two coefficients that stand out from their rounding errors; where
  /// later ones do not, it may be as large as coefficients of the size of their rounding errors allow.
  static func log2Radius(_ terms: [StepSeries.TermSize], hump: Double = TaylorSteps.roundingSlack) -> Double {
    let size = max(terms[0].log2Magnitude, 0)
    let order = terms.count - 1
    let visible = terms.map { $0.log2Rounding + visibility }
    let known = (1...order).filter { terms[$0].log2Magnitude > visible[$0] }
    let last = known.suffix(2).map { (size - terms[$0].log2Magnitude) / Double($0) }.min() ?? .infinity
    let hidden =
      (max(order - 1, 1)...order).map { k in
        (size - max(terms[k].log2Magnitude, visible[k])) / Double(k)
      }.min() ?? .infinity
    let humps = known.map { (size + hump - terms[$0].log2Magnitude) / Double($0) }.min() ?? .infinity
    return min(max(last, hidden), humps)
  }

  /// By how many bits an order the coefficients of the last quarter grow over those of the third, beyond what
  /// a scale at the radius of convergence explains.
  ///
  /// In fixed point every order has rounding errors of its own, which grow with (scale/ρ)^k where ρ is the radius of the
  /// flow's *neighbouring* solutions. A solution whose own series ends early, or nearly so, does not show ρ; the
  /// growth of its errors does, and the step must stay below ρ all the same. Errors that stay far below the first
  /// coefficient at that scale do not matter, and jump where the coefficients get a digit less.
  ///
  /// - Parameter log2Scale: of the scale for which growth is judged.
  static func log2Growth(_ terms: [StepSeries.TermSize], log2Scale: Double) -> Double {
    let order = terms.count - 1
    guard order >= 8 else { return 0 }
    func size(_ k: Int, _ least: Double) -> Double {
      max(terms[k].log2Magnitude, least) + Double(k) * log2Scale
    }
    let (middle, last) = (order / 2, order - order / 4)
    let before = (middle..<last).map { size($0, terms[$0].log2Rounding + visibility) }.max() ?? 0
    let after =
      (last...order).filter { terms[$0].log2Magnitude > terms[$0].log2Rounding + visibility }
      .map { size($0, -.infinity) }.max() ?? -.infinity
    if after < max(terms[0].log2Magnitude, 0) - harmlessBits { return 0 }
    return max(0, after - before - 10 - Double(order) / 8) / Double(order / 4)
  }

  private static let harmlessBits = 8.0
  /// Bits above its rounding error that a coefficient must have to say anything.
  private static let visibility = 8.0
}
