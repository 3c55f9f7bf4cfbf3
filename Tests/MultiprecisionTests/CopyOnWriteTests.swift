import Multiprecision
import Testing

/// Copies never see each other's changes, and what is not shared is changed where it stands.
@Suite struct CopyOnWriteTests {
  @Test func integers() {
    let original = Integer(5)
    var copy = original
    #expect(address(original) == address(copy))
    copy += 2
    copy *= 3
    copy -= 1
    #expect(original == 5 && copy == 20)
    let place = address(copy)
    copy += 1
    #expect(address(copy) == place)
    copy += copy
    copy *= copy
    #expect(copy == 1764)
  }

  @Test func rationals() {
    let original = Rational(1, 2)
    var copy = original
    #expect(address(original) == address(copy))
    copy += Rational(1, 3)
    copy *= 2
    copy -= 1
    #expect(original == Rational(1, 2) && copy == Rational(2, 3))
    let place = address(copy)
    copy += 1
    #expect(address(copy) == place)
    copy *= copy
    copy -= copy
    #expect(copy == 0)
  }

  @Test func floats() {
    let original = BigFloat(3, precision: 64)
    var copy = original
    #expect(address(original) == address(copy))
    copy.addProduct(copy, copy)
    #expect(original == BigFloat(3, precision: 9) && copy == BigFloat(12, precision: 9))
    let place = address(copy)
    copy.addProduct(original, original)
    copy.subtractProduct(original, BigFloat(1, precision: 64))
    copy -= original
    #expect(address(copy) == place && copy == BigFloat(15, precision: 9))
    copy /= BigFloat(2, precision: 128)
    #expect(copy.precision == 128 && copy == BigFloat(7.5, precision: 9))
  }

  @Test func balls() {
    let original = Ball(3, precision: 64)
    var copy = original
    #expect(address(original) == address(copy))
    copy.addProduct(copy, copy)
    #expect(original.isIdentical(to: Ball(3, precision: 64)) && copy.isIdentical(to: Ball(12, precision: 64)))
    let place = address(copy)
    copy.subtractProduct(original, original)
    copy *= Ball(2, precision: 128)
    #expect(address(copy) == place && copy.precision == 128 && copy.isIdentical(to: Ball(6, precision: 64)))
    let narrow = copy.workingPrecision(30)
    copy += copy
    #expect(narrow.precision == 30 && narrow.isIdentical(to: Ball(6, precision: 64)))
  }

  @Test func ballMatrices() {
    let original = BallMatrix.identity(2, precision: 64)
    var copy = original
    copy[0, 1] = Ball(7, precision: 64)
    #expect(original[0, 1].isZero && copy[0, 1].contains(7))
    let place = copy.withPointer { UnsafeRawPointer($0) }
    copy[1, 0] = Ball(8, precision: 64)
    #expect(
      copy.withPointer { UnsafeRawPointer($0) } == place && copy[1, 0].contains(8) && copy[0, 0].contains(1))
  }

  @Test func matrices() {
    let original = Matrix<Rational>.identity(2)
    var copy = original
    copy[0, 1] = 5
    #expect(original[0, 1] == 0 && copy[0, 1] == 5 && original != copy)
  }

  private func address(_ value: Integer) -> UnsafeRawPointer { value.withPointer { UnsafeRawPointer($0) } }
  private func address(_ value: Rational) -> UnsafeRawPointer { value.withPointer { UnsafeRawPointer($0) } }
  private func address(_ value: BigFloat) -> UnsafeRawPointer { value.withPointer { UnsafeRawPointer($0) } }
  private func address(_ value: Ball) -> UnsafeRawPointer { value.withPointer { UnsafeRawPointer($0) } }
}
