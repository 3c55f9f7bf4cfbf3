extension UnsafeMutablePointer<Double> {
  /// self[i] += factor · vector[i] for i below `count`.
  ///
  /// Indices of pointers are not checked, which leaves the loop to vector instructions; a checked place within a matrix
  /// (row · size + column) would not.
  @inlinable @inline(__always)
  public func add(_ factor: Double, times vector: UnsafePointer<Double>, count: Int) {
    for i in 0..<count { self[i] += factor * vector[i] }
  }

  /// self[i] += factor · |vector[i]| for i below `count`.
  @inlinable @inline(__always)
  public func add(_ factor: Double, timesMagnitudesOf vector: UnsafePointer<Double>, count: Int) {
    for i in 0..<count { self[i] += factor * vector[i].magnitude }
  }

  /// self[i] += (f0 a0[i] + f1 a1[i]) + (f2 a2[i] + f3 a3[i]) for i below `count`: each entry is fetched once for four
  /// updates.
  @inlinable @inline(__always)
  public func add(
    _ factors: SIMD4<Double>, times a0: UnsafePointer<Double>, _ a1: UnsafePointer<Double>,
    _ a2: UnsafePointer<Double>, _ a3: UnsafePointer<Double>, count: Int
  ) {
    let (f0, f1, f2, f3) = (factors[0], factors[1], factors[2], factors[3])
    for i in 0..<count { self[i] += (f0 * a0[i] + f1 * a1[i]) + (f2 * a2[i] + f3 * a3[i]) }
  }
}

extension UnsafePointer<Double> {
  /// The sum of products, in four sums: rounding bounds that hold for any order of summation hold.
  @inlinable
  public func dot(_ other: UnsafePointer<Double>, count: Int) -> Double {
    var sums = SIMD4<Double>.zero
    let whole = count & ~3
    for k in stride(from: 0, to: whole, by: 4) {
      let x = UnsafeRawPointer(self + k).loadUnaligned(as: SIMD4<Double>.self)
      sums += x * UnsafeRawPointer(other + k).loadUnaligned(as: SIMD4<Double>.self)
    }
    var sum = sums.sum()
    for k in whole..<count { sum += self[k] * other[k] }
    return sum
  }
}
