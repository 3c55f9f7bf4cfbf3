import Claims
import Multiprecision
import Testing

/// The comparison that every verdict rests on.
@Suite struct MeasurementTests {
  /// A ball of 200 bits: midpoint and radius as literals.
  private func ball(_ midpoint: String, _ radius: String = "0") throws -> Ball {
    Ball(midpoint: try Rational(parsing: midpoint), radius: try Rational(parsing: radius), precision: 200)
  }

  private func side(_ balls: [Ball?], rigorous: Bool = true) -> Measurement {
    Measurement(balls.enumerated().map { .init("entry \($0)", $1) }, isRigorous: rigorous)
  }

  private func verdict(
    _ observed: [Ball?], _ predicted: [Ball?], digits: Int = 10, rigorous: (Bool, Bool) = (true, true)
  ) -> Verdict {
    Measurement.compare(
      side(observed, rigorous: rigorous.0), side(predicted, rigorous: rigorous.1), digits: digits)
  }

  @Test func agreementCountsItsDigits() throws {
    // |a - b| + radii = 2e-12 + 1e-12: 11.5 digits, of which 11 count.
    let (a, b) = (try ball("0.5", "1e-12"), try ball("0.5", "2e-12"))
    #expect(verdict([a], [b]) == .certified(digits: 11))
    #expect(verdict([a], [b], digits: 11) == .certified(digits: 11))
    #expect(verdict([a], [b], digits: 12).name == "inconclusive")
    // The worst entry decides, wherever it stands.
    let exact = try ball("3")
    #expect(verdict([exact, a, exact], [exact, b, exact]) == .certified(digits: 11))
    // Equal exact numbers: as many digits as asked for.
    #expect(verdict([exact], [exact], digits: 17) == .certified(digits: 17))
  }

  @Test(arguments: [(true, false), (false, true), (false, false)])
  func anEstimateConfirmsOnly(rigorous: (Bool, Bool)) throws {
    let (a, b) = (try ball("0.5", "1e-12"), try ball("0.5", "2e-12"))
    #expect(verdict([a], [b], rigorous: rigorous) == .confirmed(digits: 11))
  }

  /// Digits are those of |a - b| / max(1, |b|).
  @Test func digitsAreRelativeToLargeNumbersAndAbsoluteForSmallOnes() throws {
    let large = (try ball("3e20", "1e8"), try ball("3e20", "1e8"))
    #expect(verdict([large.0], [large.1]) == .certified(digits: 12))
    let small = (try ball("3e-20", "1e-21"), try ball("3e-20", "1e-21"))
    #expect(verdict([small.0], [small.1]) == .certified(digits: 20))
    // A large observation against a small prediction is no relative agreement.
    #expect(verdict([try ball("1e20", "2e20")], [try ball("1")]).name == "inconclusive")
  }

  @Test func disjointRigorousBallsRefute() throws {
    let found = verdict([try ball("1", "1e-30")], [try ball("1.0000000000000000000000000001", "1e-30")])
    guard case .refuted(let witness) = found else {
      Issue.record("expected refuted, found \(found)")
      return
    }
    #expect(witness.isRigorous && witness.label == "entry 0")
    #expect(witness.observed.hasPrefix("1.000") && witness.predicted.hasPrefix("1.000"))
    // Touching balls are not disjoint.
    #expect(!verdict([try ball("0", "0.25")], [try ball("0.5", "0.25")]).isRefuted)
  }

  /// Estimated radii r must be a thousand times smaller than the gap.
  @Test(arguments: [("1.00000000099", false), ("1.0000000020", false), ("1.0000000025", true), ("2", true)])
  func estimatesRefuteBeyondTheThousandfoldGap(_ setting: (value: String, isRefuted: Bool)) throws {
    // Radii 1e-12 and 2e-12, so the gap must be more than 2e-9.
    for rigorous in [(true, false), (false, true), (false, false)] {
      let (a, b) = (try ball(setting.value, "1e-12"), try ball("1", "2e-12"))
      for found in [verdict([a], [b], rigorous: rigorous), verdict([b], [a], rigorous: rigorous)] {
        #expect(found.isRefuted == setting.isRefuted, "\(setting): \(found)")
        if case .refuted(let witness) = found { #expect(!witness.isRigorous) }
        if !setting.isRefuted { #expect(found.name == "inconclusive") }
      }
      #expect(verdict([a], [b]).isRefuted)
    }
  }

  /// Of several entries that are refuted the one with the fewest digits is shown, with the size of the gap.
  @Test func theWorstEntryIsShown() throws {
    let (one, near, far) = (try ball("1", "1e-30"), try ball("1.0000001", "1e-30"), try ball("1.02", "1e-30"))
    for rigorous in [(true, true), (true, false)] {
      guard case .refuted(let witness) = verdict([one, one, one], [near, far, near], rigorous: rigorous)
      else {
        Issue.record("not refuted")
        continue
      }
      #expect(witness.label == "entry 1" && witness.agreeing == 1)
      #expect(witness.difference?.hasPrefix("0.02") == true, "\(witness.difference ?? "nil")")
    }
    // Relative to what is large: 1 of 10^20 is nearer than 1/100 of 1.
    let large = (try ball("1e20", "1e-30"), try ball("100000000000000000001", "1e-30"))
    guard case .refuted(let witness) = verdict([large.0, one], [large.1, far]) else {
      Issue.record("not refuted")
      return
    }
    #expect(witness.label == "entry 1")
  }

  /// A radius of 0, or a tiny one, is no licence: an exact start rounded to the working precision against 1/10.
  @Test(arguments: ["0", "1e-300"])
  func anEstimateHasNoSayBelowTheDigitsAskedFor(radius: String) throws {
    let rounded = Ball(BigFloat(Rational(1, 10), precision: 60))
    let (estimate, exact) = (try ball("\(rounded.doubleValue)", radius), try ball("0.1"))
    let off = Ball(midpoint: try Rational(exactly: rounded.doubleValue), radius: 0, precision: 200)
    #expect(verdict([off], [exact], rigorous: (false, true)).name == "confirmed")
    #expect(verdict([off], [exact]).isRefuted, "as a proof it is another number")
    // Beyond the digits it does refute.
    #expect(verdict([estimate], [try ball("0.100001")], rigorous: (false, true)).isRefuted)
    let outside = verdict(try ball("0.99999999999", radius), .atLeast(try ball("1")), rigorous: false)
    #expect(outside.name == "inconclusive")
  }

  private func verdict(
    _ observed: Ball, _ bounds: Measurement.Bounds, rigorous: Bool = true, with equal: Ball? = nil
  ) -> Verdict {
    let equalities = equal.map { [Measurement.Entry("equal", $0)] } ?? []
    return Measurement.compare(
      Measurement([.init("number", observed)] + equalities, isRigorous: rigorous),
      Measurement([.init("number", bounds)] + equalities, isRigorous: true), digits: 10)
  }

  @Test func boundsHoldForTheWholeBallOrAreDoubted() throws {
    let (low, high) = (try ball("1"), try ball("2"))
    for bounds: Measurement.Bounds in [.between(low, high), .atLeast(low), .atMost(high)] {
      #expect(verdict(try ball("1.5", "0.4"), bounds) == .certified(digits: nil))
      #expect(verdict(try ball("1.5", "0.4"), bounds, rigorous: false) == .confirmed(digits: nil))
      #expect(verdict(try ball("1.5", "0.6"), bounds).name == "inconclusive")
      #expect(verdict(.everything(precision: 200), bounds).name == "inconclusive")
    }
    // Beside an equality its digits are the verdict's.
    #expect(verdict(try ball("1.5"), .atLeast(low), with: try ball("3", "1e-12")) == .certified(digits: 12))
  }

  @Test func whatIsOutsideItsBoundsIsRefuted() throws {
    let (low, high) = (try ball("1"), try ball("2"))
    let outside: [(String, Measurement.Bounds, String)] = [
      ("0.99", .atLeast(low), "at least 1"), ("0.99", .between(low, high), "at least 1"),
      ("2.01", .atMost(high), "at most 2"), ("2.01", .between(low, high), "at most 2"),
    ]
    for (value, bounds, predicted) in outside {
      guard case .refuted(let witness) = verdict(try ball(value, "1e-3"), bounds) else {
        Issue.record("\(value) is not refuted")
        continue
      }
      #expect(witness.isRigorous && witness.predicted.hasPrefix(predicted), "\(witness)")
      // Ten radii outside are not enough where the radius is an estimate; a thousand are.
      #expect(verdict(try ball(value, "1e-3"), bounds, rigorous: false).name == "inconclusive")
      #expect(verdict(try ball(value, "9e-6"), bounds, rigorous: false).isRefuted)
    }
  }

  @Test func missingEntriesAreLeftOut() throws {
    let (a, b) = (try ball("0.5", "1e-12"), try ball("0.5", "2e-12"))
    #expect(verdict([nil, a, a], [b, nil, b]) == .certified(digits: 11))
    #expect(verdict([nil, a], [b, nil]).name == "inconclusive")
    #expect(verdict([], []).name == "inconclusive")
    // A refutation among them still counts.
    #expect(verdict([nil, a], [a, try ball("0.6")]).isRefuted)
  }

  @Test func countsMustMatch() throws {
    let a = try ball("0.5")
    #expect(
      verdict([a, a], [a]) == .inconclusive(why: "2 observed numbers against 1 predicted"))
    #expect(verdict([], [a]).name == "inconclusive")
  }

  @Test func whatIsNotFiniteShowsNothing() throws {
    let (a, wide) = (try ball("0.5"), Ball.everything(precision: 200))
    #expect(verdict([a, wide], [a, a]).name == "inconclusive")
    #expect(verdict([a, a], [a, wide]).name == "inconclusive")
    #expect(verdict([wide], [wide]).name == "inconclusive")
    // It does not hide a refutation after it.
    #expect(verdict([wide, a], [a, try ball("0.6")]).isRefuted)
  }

  /// A doubt about one entry does not hide a refutation by another, and is not hidden by agreement.
  @Test func doubtAndRefutation() throws {
    let (a, near, far) = (try ball("1", "1e-12"), try ball("1.0000000001", "1e-12"), try ball("2", "1e-12"))
    #expect(verdict([a, a], [near, a], rigorous: (false, true)).name == "inconclusive")
    #expect(verdict([a, a], [near, far], rigorous: (false, true)).isRefuted)
    #expect(verdict([a, a], [far, near], rigorous: (false, true)).isRefuted)
  }

  @Test func widthIsNoAgreement() throws {
    let found = verdict([try ball("0", "1")], [try ball("0.5", "1e-30")])
    #expect(found == .inconclusive(why: "0 of 10 digits agree; the errors allow no more"))
  }
}
