import Multiprecision
import Testing

@Suite struct ConcurrencyTests {
  /// The caches of the C libraries belong to threads: results do not depend on who computes them.
  @Test func manyTasksAgree() async {
    let shared = Ball(Rational(1, 3), precision: 300)
    let matrix = Matrix<Rational>(rows: 4, columns: 4) { Rational(1, $0 + $1 + 1) }
    @Sendable func compute(_ index: Int) -> String {
      var sum = shared
      for k in 1...20 { sum += Ball.exp(shared * Ball(Rational(1, k), precision: 300)) }
      let power = BigFloat.exp(BigFloat(Rational(index, 7), precision: 200))
      return "\(sum) \(power) \((try? matrix.inverse()).map { "\($0)" } ?? "")"
    }
    let expected = (0..<32).map(compute)
    await withTaskGroup(of: (Int, String).self) { group in
      for index in 0..<32 { group.addTask { (index, compute(index)) } }
      for await (index, text) in group { #expect(text == expected[index]) }
    }
  }
}
