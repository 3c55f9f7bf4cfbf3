import Integrators
import Learning
import Multiprecision

/// A statement of theory with everything needed to check it, and to see the check fail.
public struct Claim: Sendable {
  /// `t1-bernoulli`: stable, used on the command line.
  public let id: String
  public let title: String
  /// The statement in one or two sentences.
  public let statement: String
  public let hypotheses: [String]
  /// The section of docs/theory: `T1`.
  public let section: String
  public let range: Range
  /// The Coq theorem behind the claim, as `file.theorem`; nil if there is none.
  public let theorem: String?
  /// How many of its instances must apply, second opinions not counted; nil for all. Where fewer do, what the others show is
  /// no pass: a flow that an integration loses would hide there.
  public let mustApply: Int?
  public let instances: @Sendable (CheckSettings) throws -> [Instance]

  public init(
    id: String, title: String, statement: String, hypotheses: [String], section: String, theorem: String?,
    range: Range, mustApply: Int? = nil, instances: @escaping @Sendable (CheckSettings) throws -> [Instance]
  ) {
    (self.id, self.title, self.statement, self.hypotheses) = (id, title, statement, hypotheses)
    (self.section, self.theorem, self.range) = (section, theorem, range)
    (self.mustApply, self.instances) = (mustApply, instances)
  }

  /// For what a claim is made, and for what it was looked at.
  public struct Range: Sendable, Equatable {
    /// Depths, widths, sizes, likelihoods, times that the statement is meant for: `any depth and widths; all t`.
    public let claimed: String
    /// Those that the instances cover: `depths 1 to 4, N ≤ 4, 3 seeds, t ≤ 2`.
    public let tested: String

    public init(claimed: String, tested: String) { (self.claimed, self.tested) = (claimed, tested) }
  }
}

/// What a run of checks is asked for.
public struct CheckSettings: Sendable {
  /// The digits that a run accepts.
  public static let digitsRange = 5...2000

  /// Decimal digits that a claim must hold to.
  public var digits: Int
  /// Seed of the random instances.
  public var seed: UInt64
  /// Whether trajectories are certified. Where that is required only rigorous comparisons count: an agreement of
  /// estimates becomes `inconclusive`.
  public var rigour: Rigour
  /// Wall-clock seconds after which a certified integration gives way to an estimated one, or, where certificates are
  /// required, fails; nil for no limit.
  public var secondsPerCertificate: Double? = 30
  /// Wall-clock seconds after which an estimated integration fails; nil for no limit.
  public var secondsPerEstimate: Double?

  /// Changes one constant of the claims' formulas, to see that the checks notice.
  var mutation: ConstantMutation?

  public init(digits: Int = 50, seed: UInt64 = 1, rigour: Rigour = .preferred) {
    (self.digits, self.seed, self.rigour) = (digits, seed, rigour)
  }

  /// A constant of a predicted formula, under a name that says which: the value, unless a test changes it.
  func constant(_ name: String, _ value: Rational) -> Rational { mutation?.value(of: name, value) ?? value }

  /// The same with more digits, for a trajectory of which a function is measured that loses some.
  func withMoreDigits(_ count: Int) -> CheckSettings {
    var settings = self
    settings.digits += count
    return settings
  }

  /// The same without certificates, for controls whose flow has none: an estimate is enough to be refuted.
  var estimated: CheckSettings {
    var settings = self
    settings.rigour = .estimated
    return settings
  }

  /// Digits to compute with, so that errors stay below the digits asked for.
  public var workingDigits: Int { digits + 4 }
  /// Bits for closed forms in balls: their loss through cancellation is met by the excess.
  public var precision: Int { Int(Double(digits) * 3.33) + 84 }
}

/// A statement on one concrete problem: two sides that must agree, and controls that must not.
public struct Instance: Sendable {
  public typealias Side = @Sendable () throws -> Measurement

  /// `deep linear 4-3-1, N = 3, seed 2`.
  public let name: String
  /// The statement's hypotheses on this problem, with what is known before anything is integrated.
  public let conditions: @Sendable () throws -> [Condition]
  public let observed: Side
  public let predicted: Side
  public let controls: [Control]
  /// The integrations that the observation rests on, as far as conditions or the claim's rigour depend on them: where all
  /// are certified, so are the conditions that are monitored otherwise.
  let trajectories: [IntegratedTrajectory]
  /// Repeats what other instances check, by a method that can only estimate its errors. It can refute a claim and leave
  /// it in doubt, but the claim's rigour is that of the others; runs that require certificates leave it out.
  public let isSecondOpinion: Bool

  /// The statement made deliberately wrong: the same comparison must refute it.
  public struct Control: Sendable {
    /// What a careless reader might believe.
    public let name: String
    /// Nil: the instance's own observation.
    public let observed: Side?
    public let predicted: Side

    public init(_ name: String, observed: Side? = nil, predicted: @escaping Side) {
      (self.name, self.observed, self.predicted) = (name, observed, predicted)
    }
  }

  public init(
    _ name: String, along trajectories: IntegratedTrajectory...,
    conditions: @escaping @Sendable () throws -> [Condition] = { [] },
    observed: @escaping Side, predicted: @escaping Side, controls: [Control], isSecondOpinion: Bool = false
  ) {
    (self.name, self.conditions, self.observed, self.predicted) = (name, conditions, observed, predicted)
    (self.controls, self.trajectories) = (controls, trajectories)
    self.isSecondOpinion = isSecondOpinion || trajectories.contains(where: \.isSecondOpinion)
  }

  /// What stands for a claim's instances where making them failed: inconclusive, with the reason.
  static func failing(with error: any Error) -> Instance {
    let message = "\(error)"
    return Instance(
      "instances", conditions: { [Condition("the instances can be made", .undecided, message)] },
      observed: { Measurement([], isRigorous: true) }, predicted: { Measurement([], isRigorous: true) },
      controls: [])
  }
}
