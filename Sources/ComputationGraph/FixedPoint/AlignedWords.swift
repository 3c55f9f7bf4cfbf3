/// Words in one piece of memory, aligned for the widest vectors, zero at first: the owner of all memory that the
/// fixed-point kernels work on.
final class AlignedWords {
  let count: Int
  let base: UnsafeMutablePointer<Int64>

  init(count: Int) {
    self.count = count
    let bytes = count * MemoryLayout<Int64>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
    base = memory.bindMemory(to: Int64.self, capacity: max(count, 8))
    base.initialize(repeating: 0, count: count)
  }

  convenience init(_ values: [Int]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { base[index] = Int64(value) }
  }

  /// The words as digits and sums without sign.
  var unsigned: UnsafeMutablePointer<UInt64> {
    UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt64.self)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
