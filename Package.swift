// swift-tools-version: 6.1
import Foundation
import PackageDescription

// FLINT 3 (Debian 13, Ubuntu 24.04, Homebrew) contains Arb and ships flint.pc. Debian 12 has FLINT 2.9 and
// Arb 2.23 apart, without .pc files, and calls Arb's library flint-arb (upstream calls it arb).
let roots = [Context.environment["FLINT_PREFIX"], "/usr", "/usr/local", "/opt/homebrew"].compactMap { $0 }
func exists(_ suffixes: [String]) -> Bool {
  roots.contains { root in suffixes.contains { FileManager.default.fileExists(atPath: root + $0) } }
}
let hasFLINT3 = exists(["/include/flint/arb.h"])
let hasDebianArb = exists(
  ["lib", "lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu"].map { "/\($0)/libflint-arb.so" })
let arbLibrary: [LinkerSetting] = hasFLINT3 ? [] : [.linkedLibrary(hasDebianArb ? "flint-arb" : "arb")]

let package = Package(
  name: "FisherFlow",
  products: [
    .library(name: "Multiprecision", targets: ["Multiprecision"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"]), .brew(["gmp"])]),
    .systemLibrary(name: "CMPFR", pkgConfig: "mpfr", providers: [.apt(["libmpfr-dev"]), .brew(["mpfr"])]),
    .systemLibrary(
      name: "CFLINT", pkgConfig: hasFLINT3 ? "flint" : nil,
      providers: [.apt(["libflint-dev", "libflint-arb-dev"]), .brew(["flint"])]),
    .target(name: "CThreadCaches", dependencies: ["CFLINT", "CMPFR"]),
    .target(
      name: "Multiprecision", dependencies: ["CGMP", "CMPFR", "CFLINT", "CThreadCaches"], exclude: ["README.md"],
      linkerSettings: arbLibrary),
    .target(name: "Symbolics", dependencies: ["Multiprecision"], exclude: ["README.md"]),
    .target(name: "ComputationGraph", dependencies: ["Multiprecision"]),
    .target(name: "Integrators", dependencies: ["ComputationGraph"]),
    .target(name: "Learning", dependencies: ["ComputationGraph", "Integrators"]),
    .target(name: "Claims", dependencies: ["Learning"]),
    .testTarget(name: "SymbolicsTests", dependencies: ["Symbolics"]),
    .testTarget(name: "ClaimsTests", dependencies: ["Claims"]),
    .testTarget(name: "LearningTests", dependencies: ["Learning"]),
    .testTarget(
      name: "MultiprecisionTests", dependencies: ["Multiprecision"], resources: [.copy("Oracles")]),
  ]
)
