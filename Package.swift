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
    .library(name: "Multiprecision", targets: ["Multiprecision"]),
    .library(name: "Symbolics", targets: ["Symbolics"]),
    .library(name: "ComputationGraph", targets: ["ComputationGraph"]),
    .library(name: "Integrators", targets: ["Integrators"]),
    .library(name: "Systems", targets: ["Systems"]),
    .library(name: "Learning", targets: ["Learning"]),
    .library(name: "Programmes", targets: ["Programmes"]),
    .library(name: "Claims", targets: ["Claims"]),
    .library(name: "ProblemFiles", targets: ["ProblemFiles"]),
    .library(name: "Reporting", targets: ["Reporting"]),
    .executable(name: "fisherflow", targets: ["fisherflow"]),
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
    .target(name: "CThreadCaches", dependencies: ["CFLINT", "CMPFR"], exclude: ["README.md"]),
    .target(
      name: "Multiprecision", dependencies: ["CGMP", "CMPFR", "CFLINT", "CThreadCaches"],
      exclude: ["README.md"], linkerSettings: arbLibrary),
    .target(name: "Symbolics", dependencies: ["Multiprecision"], exclude: ["README.md"]),
    .target(name: "CSeriesKernels", exclude: ["README.md"]),
    .target(
      name: "ComputationGraph", dependencies: ["Multiprecision", "CSeriesKernels"], exclude: ["README.md"]),
    .target(name: "Integrators", dependencies: ["ComputationGraph"], exclude: ["README.md"]),
    .target(name: "Systems", dependencies: ["Integrators", "Symbolics"], exclude: ["README.md"]),
    .target(name: "Learning", dependencies: ["ComputationGraph", "Integrators"], exclude: ["README.md"]),
    .target(name: "Programmes", dependencies: ["Multiprecision"], exclude: ["README.md"]),
    .target(
      name: "Claims", dependencies: ["Learning", "Programmes", "Symbolics", "Systems"],
      exclude: ["README.md", "Data/SOURCES.md"],
      resources: ["iris", "virginica", "digits01", "digits10", "breast_cancer"].map {
        .embedInCode("Data/\($0).csv")
      }),
    .target(
      name: "ProblemFiles", dependencies: ["Claims", .product(name: "Yams", package: "Yams")],
      exclude: ["README.md"]),
    .target(name: "Reporting", dependencies: ["Claims"], exclude: ["README.md"]),
    .executableTarget(
      name: "fisherflow",
      dependencies: [
        "Claims", "ProblemFiles", "Reporting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md"]),
    .executableTarget(
      name: "fisherflow-bench", dependencies: ["Integrators"], path: "Benchmarks",
      exclude: ["README.md", "Peers", "growth.svg"]),
    .testTarget(
      name: "MultiprecisionTests", dependencies: ["Multiprecision"], resources: [.copy("Oracles")]),
    .testTarget(name: "SymbolicsTests", dependencies: ["Symbolics"]),
    .testTarget(name: "ComputationGraphTests", dependencies: ["ComputationGraph", "CSeriesKernels"]),
    .testTarget(name: "IntegratorsTests", dependencies: ["Integrators"]),
    .testTarget(name: "SystemsTests", dependencies: ["Systems"]),
    .testTarget(name: "LearningTests", dependencies: ["Learning"]),
    .testTarget(name: "ProgrammesTests", dependencies: ["Programmes"]),
    .testTarget(name: "ClaimsTests", dependencies: ["Claims"]),
    .testTarget(name: "ProblemFilesTests", dependencies: ["ProblemFiles"]),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting"]),
    .testTarget(name: "CommandLineTests", dependencies: ["fisherflow", "Reporting"]),
  ]
)
