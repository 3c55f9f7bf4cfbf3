import CMPFR

/// Where a result goes that its precision cannot hold.
public enum RoundingMode: Sendable, Hashable, CaseIterable {
  case nearestEven, towardZero, up, down, awayFromZero

  var mpfr: mpfr_rnd_t {
    switch self {
    case .nearestEven: MPFR_RNDN
    case .towardZero: MPFR_RNDZ
    case .up: MPFR_RNDU
    case .down: MPFR_RNDD
    case .awayFromZero: MPFR_RNDA
    }
  }
}
