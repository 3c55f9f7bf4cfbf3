import CSeriesKernels
import Multiprecision

/// The operations of order O(entries), eight entries at a time.
extension FixedPointSeriesArithmetic {
  @inline(__always)
  private func forEachBlock(
    _ output: Series, _ k: Int, _ a: Series,
    _ body: (_ result: UnsafeMutablePointer<Int64>, _ operand: UnsafeMutablePointer<Int64>) -> Void
  ) {
    let (out, operand) = (output, a)
    let (results, operands) = (out.slot(k), operand.slot(k))
    for block in 0..<out.blocks {
      body(results + block * out.blockStride, operands + block * operand.blockStride)
    }
  }

  /// A constant has no coefficients above the head.
  @inline(__always) private func isZero(_ a: Series, _ k: Int) -> Bool { k > 0 && a.isConstant }

  @inline(__always) func copy(_ result: UnsafeMutablePointer<Int64>, _ a: UnsafePointer<Int64>, _ k: Int) {
    result.update(from: a, count: 8 * (digitCounts[k] + 1))
  }

  public func setZero(_ output: Series, _ k: Int) {
    let out = output
    for block in 0..<out.blocks {
      let result = out.slot(k) + block * out.blockStride
      result.update(repeating: fixedPointNoExponent, count: 8)
      (result + 8).update(repeating: 0, count: 8 * digitCounts[k])
    }
    recordZero(output, k)
  }

  public func assign(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return setZero(output, k) }
    forEachBlock(output, k, a) { copy($0, $1, k) }
    recordMultiple(output, k, a, factor: 1, units: 0)
  }

  public func add(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return }
    recordSum(output, k, a)
    forEachBlock(output, k, a) { kernels.add($0, $0, $1, digits(k), 0) }
  }

  public func subtract(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return }
    recordSum(output, k, a)
    forEachBlock(output, k, a) { kernels.add($0, $0, $1, digits(k), 1) }
  }

  public func negate(_ output: Series, _ k: Int) {
    forEachBlock(output, k, output) { result, _ in kernels.negate(result, result, digits(k)) }
    recordMultiple(output, k, output, factor: 1, units: 2)
  }

  public func multiply(_ output: Series, _ k: Int, _ a: Series, by factor: Int) {
    if factor == 0 || isZero(a, k) { return setZero(output, k) }
    forEachBlock(output, k, a) { kernels.multiply_integer($0, $1, Int64(factor), digits(k)) }
    recordMultiple(output, k, a, factor: Double(factor.magnitude), units: 2)
  }

  /// A rational factor, in the form that is cheapest to multiply by.
  public final class Multiplier {
    enum Magnitude {
      case zero
      case powerOfTwo(Int)
      case integer(Int64)
      case fraction(digits: AlignedWords, exponent: Int)
    }
    let magnitude: Magnitude
    let isNegative: Bool
    /// A bound of the factor's magnitude.
    let size: Double

    init(_ magnitude: Magnitude, isNegative: Bool, size: Double) {
      (self.magnitude, self.isNegative, self.size) = (magnitude, isNegative, size)
    }
  }

  public func multiplier(_ factor: Rational) -> Multiplier {
    let magnitude: Multiplier.Magnitude
    if factor.isZero {
      magnitude = .zero
    } else if let exponent = factor.magnitude.powerOfTwo {
      magnitude = .powerOfTwo(exponent)
    } else if factor.isInteger, let integer = Int(exactly: factor.magnitude.numerator), integer < 1 << 51 {
      magnitude = .integer(Int64(integer))
    } else {
      let ball = Ball(factor.magnitude, precision: 52 * digitCounts[0] + 10)
      if let (digits, exponent) = ball.withPointer({ converter.factor(midpoint($0), digits: digitCounts[0]) })
      {
        magnitude = .fraction(digits: digits, exponent: exponent)
      } else {
        // Beyond 2^(±2^30).
        magnitude = .zero
        isOutOfRange = true
      }
    }
    return Multiplier(
      magnitude, isNegative: factor.signum() < 0, size: UpperBound(up: factor.magnitude.doubleValue).value)
  }

  public func multiply(_ output: Series, _ k: Int, _ a: Series, by factor: Multiplier) {
    if isZero(a, k) { return setZero(output, k) }
    forEachBlock(output, k, a) { result, operand in
      var operand = operand
      if factor.isNegative {
        kernels.negate(result, operand, digits(k))
        operand = result
      }
      switch factor.magnitude {
      case .zero:
        result.update(repeating: fixedPointNoExponent, count: 8)
        (result + 8).update(repeating: 0, count: 8 * digitCounts[k])
      case .powerOfTwo(let exponent):
        if operand != result { copy(result, operand, k) }
        for lane in 0..<8 where result[lane] != fixedPointNoExponent { result[lane] += Int64(exponent) }
      case .integer(let integer):
        kernels.multiply_integer(result, operand, integer, digits(k))
      case .fraction(let factor, let exponent):
        kernels.scale(result, operand, factor.unsigned, Int64(exponent), digits(k))
      }
    }
    recordMultiple(output, k, a, factor: factor.size, units: fractionUnits(k))
  }

  public func multiply(_ output: Series, _ k: Int, _ a: Series, byHeadOf head: Series) {
    if isZero(a, k) { return setZero(output, k) }
    let (heads, stride) = (head.slot(0), head.blockStride)
    let (out, operand) = (output, a)
    let sizes = sizes(a, k)
    for block in 0..<out.blocks {
      kernels.multiply(
        out.slot(k) + block * stride, operand.slot(k) + block * stride, heads + block * stride, digits(k))
    }
    recordProductWithHead(output, k, a, head) { sizes[$0] }
  }

  public func gather(_ output: Series, _ k: Int, from a: Series, at map: [Int]) {
    if isZero(a, k) { return setZero(output, k) }
    let (out, operand) = (output, a)
    for block in 0..<out.blocks {
      for lane in 0..<8 {
        let entry = 8 * block + lane
        sources[lane] = entry < map.count ? UnsafePointer(operand.lane(map[entry], k)) : nil
      }
      fisherflow_gather(out.slot(k) + block * out.blockStride, sources, digits(k))
    }
    recordGather(output, k, from: a, at: map)
  }

  /// Rounds of gathering: round r holds for each entry of the result the r-th entry that is added to it, or -1.
  public struct Scattering {
    let rounds: [[Int]]

    init(_ map: [Int], into count: Int) {
      var rounds: [[Int]] = []
      var used = [Int](repeating: 0, count: count)
      for (entry, place) in map.enumerated() {
        if used[place] == rounds.count { rounds.append(Array(repeating: -1, count: (count + 7) / 8 * 8)) }
        rounds[used[place]][place] = entry
        used[place] += 1
      }
      self.rounds = rounds
    }
  }

  public func scattering(_ map: [Int], into count: Int) -> Scattering { Scattering(map, into: count) }

  public func scatter(_ output: Series, _ k: Int, adding a: Series, at scattering: Scattering) {
    if isZero(a, k) { return }
    let (out, operand) = (output, a)
    for round in scattering.rounds {
      recordScatter(output, k, a, round)
      for block in 0..<out.blocks {
        var isEmpty = true
        for lane in 0..<8 {
          let entry = round[8 * block + lane]
          sources[lane] = entry >= 0 ? UnsafePointer(operand.lane(entry, k)) : nil
          isEmpty = isEmpty && entry < 0
        }
        if isEmpty { continue }
        fisherflow_gather(register.base, sources, digits(k))
        let result = out.slot(k) + block * out.blockStride
        kernels.add(result, result, register.base, digits(k), 0)
      }
    }
  }

  /// out_{k+1} = a_k·scale/(k + 1)
  public func integrate(_ output: Series, _ k: Int, _ a: Series) {
    if isZero(a, k) { return setZero(output, k + 1) }
    let (out, operand) = (output, a)
    let (factor, exponent) = inverses[k]
    for block in 0..<out.blocks {
      kernels.multiply_integer(
        register.base, operand.slot(k) + block * operand.blockStride, scaleMantissa, digits(k + 1))
      kernels.scale(
        out.slot(k + 1) + block * out.blockStride, register.base, factor.unsigned,
        Int64(exponent + scaleExponent), digits(k + 1))
    }
    recordIntegral(output, k, a)
  }
}

extension Rational {
  /// The e of 2^e, if the number is that.
  var powerOfTwo: Int? {
    let (numerator, denominator) = (numerator, denominator)
    if denominator == 1 { return numerator.isPowerOfTwo ? numerator.bitWidth - 1 : nil }
    return numerator == 1 && denominator.isPowerOfTwo ? 1 - denominator.bitWidth : nil
  }
}

extension Integer {
  fileprivate var isPowerOfTwo: Bool {
    signum() > 0 && withPointer { __gmpz_scan1($0, 0) } == UInt(bitWidth - 1)
  }
}
