import CFLINT
import CThreadCaches

extension Ball {
  /// Gauss's hypergeometric function ₂F₁(a, b; c; x) = Σ (a)_k (b)_k / (c)_k · x^k / k! and its continuation, for
  /// real x < 1.
  ///
  /// The parameters are exact, so that the confluent cases (a - b, c - a, c - b or c - a - b an integer, at which
  /// the connection formulas have limits) are known to be such.
  ///
  /// **Edge cases**: not finite unless the whole ball is below 1, and for c = 0, -1, -2, ... unless the series
  /// ends before.
  /// **Error bound**: rigorous (Arb's `acb_hypgeom_2f1`).
  public static func hypergeometric2F1(_ a: Rational, _ b: Rational, _ c: Rational, _ x: Ball) -> Ball {
    fisherflow_attach_thread()
    guard certainlyLess(x, Ball(1, precision: x.precision)) else {
      return .everything(precision: x.precision)
    }
    let confluences = [
      (a - b, ACB_HYPGEOM_2F1_AB), (a - c, ACB_HYPGEOM_2F1_AC), (b - c, ACB_HYPGEOM_2F1_BC),
      (a + b - c, ACB_HYPGEOM_2F1_ABC),
    ]
    let flags = confluences.reduce(0) { $1.0.isInteger ? $0 | $1.1 : $0 }
    var numbers = [acb_struct](repeating: acb_struct(), count: 5)
    for index in numbers.indices { acb_init(&numbers[index]) }
    defer { for index in numbers.indices { acb_clear(&numbers[index]) } }
    return numbers.withUnsafeMutableBufferPointer { numbers in
      Ball(precision: x.precision) { result in
        guard let first = numbers.baseAddress else { return }
        for (index, parameter) in [a, b, c].enumerated() {
          withFraction(parameter) { acb_set_fmpq(first + index, $0, x.precision) }
        }
        x.withPointer { acb_set_arb(first + 3, $0) }
        acb_hypgeom_2f1(first + 4, first, first + 1, first + 2, first + 3, flags, x.precision)
        arb_set_round(result, &first[4].real, x.precision)
      }
    }
  }
}
