import ArgumentParser
import ComputationGraph
import Foundation
import Integrators
import Learning
import Multiprecision
import ProblemFiles

/// How the command ends when it fails, for scripts.
enum ExitStatus: Int32 {
  /// The flow stops before the last time, or the digits cannot be reached.
  case inconclusive = 2
  case badInput = 65
  case internalError = 70
  /// The result could not be written.
  case outputFailure = 74
  case hungUp = 129
  case interrupted = 130
  /// The reader of the output has gone.
  case brokenPipe = 141
  case terminated = 143

  /// Nil for what the argument parser reports itself: wrong usage (64), help, version, a status asked for.
  init?(of error: any Error) {
    switch error {
    case is InputError, is ProblemError: self = .badInput
    case let error as OutputError: self = error.isBrokenPipe ? .brokenPipe : .outputFailure
    case let error as Interrupted: self = ExitStatus(rawValue: error.status) ?? .interrupted
    case is CancellationError: self = .interrupted
    case is ExitCode: return nil
    case let error as IntegrationError:
      switch error {
      case .invalidTimes, .invalidDigits: self = .badInput
      default: self = .inconclusive
      }
    case is CertificationError, is LinearAlgebraError, is SeriesError, is MemoryLimitError:
      self = .inconclusive
    default:
      // The parser gives 1 to errors that are not its own.
      guard FisherFlowCommand.exitCode(for: error) == .failure else { return nil }
      self = .internalError
    }
  }

  /// Nil for nothing: a reader that has gone has read what it wanted.
  func message(for error: any Error) -> String? {
    switch self {
    case .brokenPipe: nil
    case .interrupted where error is CancellationError: "interrupted"
    case .internalError: "internal error: \(error)"
    case .inconclusive, .badInput, .outputFailure, .hungUp, .interrupted, .terminated: "\(error)"
    }
  }

  func exit() -> Never { Foundation.exit(rawValue) }
}
