// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// The language settings of tests: they may use members whose module they do not name.
let relaxed: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The language settings of everything else.
let strict = relaxed + [.enableUpcomingFeature("MemberImportVisibility")]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: relaxed)
}

extension Target.Dependency {
  static let collections = product(name: "OrderedCollections", package: "swift-collections")
  static let deque = product(name: "DequeModule", package: "swift-collections")
  static let logging = product(name: "Logging", package: "swift-log")
  static let crypto = product(name: "Crypto", package: "swift-crypto")
  static let grdb = product(name: "GRDB", package: "GRDB.swift")
  static let httpClient = product(name: "AsyncHTTPClient", package: "async-http-client")
  static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
  static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
  static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let signals = product(name: "UnixSignals", package: "swift-service-lifecycle")
  static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let nioCore = product(name: "NIOCore", package: "swift-nio")
  static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
  static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
  static let nioWebSocket = product(name: "NIOWebSocket", package: "swift-nio")
  static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
  static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
  static let nioHTTPTypesHTTP1 = product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
  static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
  static let yaml = product(name: "Yams", package: "Yams")
}

let package = Package(
  name: "sam",
  products: [
    .library(name: "SAMRPC", targets: ["SAMRPC"]),
    .library(name: "SAMACP", targets: ["SAMACP"]),
    .library(name: "SAMCore", targets: ["SAMCore"]),
    .library(name: "SAMAPI", targets: ["SAMAPI"]),
    .library(name: "SAMProviders", targets: ["SAMProviders"]),
    .library(name: "SAMStorage", targets: ["SAMStorage"]),
    .library(name: "SAMAgentRuntime", targets: ["SAMAgentRuntime"]),
    .library(name: "SAMServer", targets: ["SAMServer"]),
    .library(name: "SAMClient", targets: ["SAMClient"]),
    .library(name: "SAMTestKit", targets: ["SAMTestKit"]),
    .executable(name: "samd", targets: ["samd"]),
    .executable(name: "samctl", targets: ["samctl"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Floor 0: the operating system and the wire.
    .target(name: "CSAMShims", cSettings: [.define("_GNU_SOURCE")]),
    module("SAMRPC", [.collections]),
    // Floor 1: the protocol and the domain.
    module("SAMACP", ["SAMRPC"]),
    module("SAMCore", ["SAMRPC"]),
    // Floor 2: what crosses our own wires.
    module("SAMAPI", ["SAMCore", "SAMRPC"]),
    module(
      "SAMWebSocket",
      [
        .nioCore, .nioPosix, .nioHTTP1, .nioWebSocket, .nioHTTPTypes, .nioHTTPTypesHTTP1, .httpTypes, .logging,
        .hummingbirdCore,
      ]),
    // Floor 3: the outside world.
    module("SAMProviders", ["SAMCore"]),
    module("SAMStorage", ["SAMCore", "SAMRPC", .grdb, .crypto]),
    module(
      "SAMAgentRuntime",
      ["CSAMShims", "SAMRPC", "SAMACP", "SAMCore", "SAMAPI", .yaml]),
    // Floor 4: doors and keys.
    module(
      "SAMServer",
      [
        "SAMRPC", "SAMCore", "SAMAPI", "SAMStorage", "SAMWebSocket", .hummingbird,
        .hummingbirdCore, .httpTypes, .nioCore, .logging, .lifecycle, .crypto,
      ]),
    module(
      "SAMClient",
      [
        "SAMRPC", "SAMCore", "SAMAPI", "SAMWebSocket", .httpClient, .nioCore, .nioPosix, .nioHTTP1, .nioSSL,
        .httpTypes,
      ]),
    module("SAMTestKit", ["SAMRPC", "SAMCore", "SAMACP"]),
    // Floor 5: the executables.
    .executableTarget(
      name: "samd",
      dependencies: [
        "CSAMShims", "SAMAPI", "SAMCore", "SAMAgentRuntime", "SAMProviders", "SAMServer", "SAMStorage", .arguments,
        .logging, .lifecycle, .signals,
      ], swiftSettings: strict),
    .executableTarget(
      name: "samctl",
      dependencies: [
        "SAMRPC", "SAMACP", "SAMCore", "SAMAPI", "SAMClient", "SAMAgentRuntime", "SAMStorage", "SAMTestKit", .arguments,
      ],
      swiftSettings: strict),
    // What tests start as programs of their own.
    .executableTarget(name: "guard-helper", dependencies: ["CSAMShims"], path: "Tests/Support/guard-helper"),
    .executableTarget(
      name: "storage-writer", dependencies: ["SAMCore", "SAMStorage", "SAMRPC"], path: "Tests/Support/storage-writer",
      swiftSettings: strict),
    .executableTarget(
      name: "faulty-agent", dependencies: ["SAMTestKit", "SAMRPC"], path: "Tests/Support/faulty-agent",
      swiftSettings: strict),
    .executableTarget(
      name: "sam-bench",
      dependencies: ["CSAMShims", "SAMAPI", "SAMClient", "SAMCore", "SAMRPC", "SAMACP", "SAMStorage", "SAMTestKit"],
      path: "Tests/Bench", swiftSettings: relaxed),
    // Tests, one target a module, and what crosses modules.
    tests("SAMRPCTests", ["SAMRPC", .collections]),
    tests("SAMACPTests", ["SAMACP", "SAMRPC"]),
    tests("SAMCoreTests", ["SAMCore", "SAMRPC", "SAMTestKit"], exclude: ["Fixtures"]),
    tests("SAMAPITests", ["SAMAPI", "SAMCore", "SAMRPC"]),
    tests(
      "SAMWebSocketTests",
      [
        "SAMWebSocket", .hummingbird, .hummingbirdCore, .lifecycle, .nioCore, .nioPosix, .nioHTTP1, .nioWebSocket,
        .nioHTTPTypes, .nioHTTPTypesHTTP1, .httpTypes, .logging,
      ]),
    tests("SAMTestKitTests", ["SAMTestKit", "SAMCore", "SAMRPC"]),
    tests("SAMStorageTests", ["SAMStorage", "SAMTestKit", "SAMCore", "SAMRPC", "storage-writer", .grdb]),
    tests(
      "SAMAgentRuntimeTests",
      ["SAMAgentRuntime", "SAMTestKit", "SAMACP", "SAMAPI", "SAMCore", "SAMRPC", "CSAMShims", "guard-helper"]),
    tests(
      "SAMServerTests",
      [
        "SAMServer", "SAMAPI", "SAMCore", "SAMRPC", "SAMStorage", "SAMWebSocket", .httpClient, .httpTypes, .nioCore,
        .nioHTTP1, .nioPosix, .lifecycle, .logging,
      ]),
    tests(
      "SAMClientTests",
      [
        "SAMClient", "SAMAPI", "SAMCore", "SAMRPC", "SAMWebSocket", .hummingbird, .hummingbirdCore, .httpTypes,
        .nioCore, .lifecycle, .logging,
      ]),
    tests("SamctlTests", ["samctl", "SAMClient", "SAMAPI", "SAMCore", "SAMRPC", .arguments]),
    tests("ArchitectureTests", []),
    tests(
      "CapabilityTests",
      ["samd", "samctl", "faulty-agent", "CSAMShims", "SAMClient", "SAMAPI", "SAMACP", "SAMCore", "SAMRPC"]),
  ],
  swiftLanguageModes: [.v6]
)
