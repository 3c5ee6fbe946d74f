// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import Foundation
import PackageDescription

// A package of its own: what is built here is instrumented, and of no use to anybody else. The modules are compiled from the
// sources of the project (by links), because the fuzzer needs their instrumentation and none of the other dependencies.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
]
// With FUZZ_PLANTED=1 the fuzzer has a mistake in it that it must find (`Tools/fuzz --control`).
let isPlanted = ProcessInfo.processInfo.environment["FUZZ_PLANTED"] == "1"
let package = Package(
  name: "fuzzing",
  products: [.library(name: "FuzzACP", type: .static, targets: ["FuzzACP"])],
  dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
  targets: [
    .target(
      name: "SAMRPC", dependencies: [.product(name: "OrderedCollections", package: "swift-collections")],
      swiftSettings: settings),
    .target(name: "SAMACP", dependencies: ["SAMRPC"], swiftSettings: settings),
    .target(
      name: "FuzzACP", dependencies: ["SAMRPC", "SAMACP"],
      swiftSettings: settings + (isPlanted ? [.define("FUZZ_PLANTED")] : [])),
  ],
  swiftLanguageModes: [.v6]
)
