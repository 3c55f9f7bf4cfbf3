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
  case interrupted = 130

  /// Nil for what the argument parser reports itself: wrong usage (64), help, version, a status asked for.
  init?(of error: any Error) {
    switch error {
    case is InputError, is ProblemError: self = .badInput
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

  func message(for error: any Error) -> String {
    switch self {
    case .interrupted: "interrupted"
    case .internalError: "internal error: \(error)"
    case .inconclusive, .badInput: "\(error)"
    }
  }

  func exit() -> Never { Foundation.exit(rawValue) }
}
