import Multiprecision

/// The operations of order O(entries): copies, sums, multiples, moves.
extension BallSeriesArithmetic {
  @inline(__always)
  private func forEach(
    _ output: Series, _ k: Int, _ body: (_ entry: Int, _ result: UnsafeMutablePointer<arf_struct>) -> Void
  ) {
    let coefficients = output.coefficients
    for entry in 0..<coefficients.shape.count { body(entry, midpoint(coefficients.coefficient(entry, k))) }
  }

  /// A constant has no coefficients above the head.
  @inline(__always) private func isZero(_ a: Series, _ k: Int) -> Bool { k > 0 && a.coefficients.isConstant }

  public func setZero(_ output: Series, _ k: Int) { forEach(output, k) { _, result in arf_zero(result) } }

  public func assign(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return setZero(output, k) }
    forEach(output, k) { entry, result in
      arf_set_round(result, midpoint(a.coefficients.coefficient(entry, k)), bits(k), fisherflow_round_down)
    }
  }

  public func add(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return }
    forEach(output, k) { entry, result in
      arf_add(result, result, midpoint(a.coefficients.coefficient(entry, k)), bits(k), fisherflow_round_down)
    }
  }

  public func subtract(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return }
    forEach(output, k) { entry, result in
      arf_sub(result, result, midpoint(a.coefficients.coefficient(entry, k)), bits(k), fisherflow_round_down)
    }
  }

  public func negate(_ output: Series, _ k: Int) {
    forEach(output, k) { _, result in arf_neg(result, result) }
  }

  public func multiply(_ output: Series, _ k: Int, _ a: Series, by factor: Int) {
    if isZero(a, k) { return setZero(output, k) }
    forEach(output, k) { entry, result in
      _ = arf_mul_si(
        result, midpoint(a.coefficients.coefficient(entry, k)), factor, bits(k), fisherflow_round_down)
    }
  }

  public func scale(_ output: Series, _ k: Int, by factor: Rational) {
    Ball(factor, precision: precision).withPointer { ball in
      forEach(output, k) { _, result in arf_mul_rnd_down(result, result, midpoint(ball), bits(k)) }
    }
  }

  public func divide(_ output: Series, _ k: Int, by divisor: Int) {
    forEach(output, k) { _, result in arf_div_si(result, result, divisor, bits(k), fisherflow_round_down) }
  }

  public func scale(_ output: Series, _ k: Int, byHeadOf head: Series) {
    forEach(output, k) { entry, result in
      arf_mul_rnd_down(result, result, midpoint(head.coefficients.coefficient(entry, 0)), bits(k))
    }
  }

  public func gather(_ output: Series, _ k: Int, from a: Series, at map: [Int]) {
    if isZero(a, k) { return setZero(output, k) }
    forEach(output, k) { entry, result in arf_set(result, midpoint(a.coefficients.coefficient(map[entry], k)))
    }
  }

  public func scatter(_ output: Series, _ k: Int, adding a: Series, at map: [Int]) {
    if isZero(a, k) { return }
    for (entry, place) in map.enumerated() {
      let result = midpoint(output.coefficients.coefficient(place, k))
      arf_add(result, result, midpoint(a.coefficients.coefficient(entry, k)), bits(k), fisherflow_round_down)
    }
  }

  public func integrate(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return setZero(output, k + 1) }
    forEach(output, k + 1) { entry, result in
      arf_div_si(
        result, midpoint(a.coefficients.coefficient(entry, k)), k + 1, bits(k + 1), fisherflow_round_down)
    }
  }
}
