import Foundation

/// Long runs multiply the random trials.
let trialMultiplier = Int(ProcessInfo.processInfo.environment["FISHERFLOW_TEST_MULTIPLIER"] ?? "") ?? 1
