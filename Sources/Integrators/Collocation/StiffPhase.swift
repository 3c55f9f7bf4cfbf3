/// When a run of collocation takes implicit steps, solved by Newton's method.
///
/// Fixed-point iteration allows steps of a few times 1/‖F'‖. Where it, and not the error, is what keeps steps short, and the slopes on
/// them are polynomials of much lower degree than there are stages, the fast motions have died out, and longer steps are tried. An
/// implicit step is of as much work as several others.
struct StiffPhase {
  private(set) var isActive = false
  /// Steps in a row that only the iteration keeps short.
  private var signs = 0
  /// Steps until the next trial, and how many there are after one that failed.
  private var (wait, pause) = (0, Self.firstPause)
  /// The last step of fixed-point iteration.
  private var explicitStep = 0.0
  /// Steps of this trial.
  private var taken = 0

  private static let firstPause = 8
  private static let longestPause = 1024
  private static let leastSigns = 2
  private static let firstStretch = 4.0
  /// How many times as long as others implicit steps must be, after some for them to grow.
  private let worth: Double
  private static let growingSteps = 4
  private static let leastWorth = 4.0
  /// Evaluations of the field at a stage that a step of fixed-point iteration takes, half of them to carry errors.
  private static let explicitEvaluations = 24.0
  /// How many times the length that is worth it must be left for implicit steps to be tried.
  private static let leastRemaining = 5.0

  /// - Parameter stages: of implicit steps. At each of them they take about two Jacobians of as many evaluations as there are
  ///   components, a dozen more, and the elimination, beside which an evaluation is taken to be components² microseconds.
  init(components: Int, stages: Int) {
    let (n, s) = (Double(components), Double(stages))
    worth = max(Self.leastWorth, 2 * (2 * n + 12 + n * s * s / 1_500) / Self.explicitEvaluations)
  }

  /// Takes note of a step of fixed-point iteration.
  ///
  /// - Parameters:
  ///   - isHeldBack: whether the iteration, and not the error, keeps it short.
  ///   - isSmooth: whether the slopes' last coefficients are far below the tolerance.
  mutating func record(_ length: Double, isHeldBack: Bool, isSmooth: Bool) {
    explicitStep = length
    signs = isHeldBack && isSmooth ? signs + 1 : 0
    wait -= wait > 0 ? 1 : 0
  }

  /// Takes note of an implicit step.
  mutating func recordImplicit() { taken += 1 }

  /// Whether an implicit step is due; its length then, at first.
  mutating func begins(remaining: Double) -> Double? {
    guard !isActive, signs >= Self.leastSigns, wait == 0,
      remaining > Self.leastRemaining * worth * explicitStep
    else {
      return nil
    }
    (isActive, taken, signs) = (true, 0, 0)
    return Self.firstStretch * explicitStep
  }

  /// Whether an implicit step of this length is worth its work.
  func serves(_ length: Double) -> Bool {
    length > explicitStep * (taken < Self.growingSteps ? 1 : worth)
  }

  /// Ends the implicit steps; the length of the next one.
  mutating func end() -> Double {
    isActive = false
    pause = taken > Self.growingSteps ? Self.firstPause : min(2 * pause, Self.longestPause)
    wait = pause
    return explicitStep
  }
}
