// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
  name: "examples",
  dependencies: [.package(name: "sam", path: "../")],
  targets: [
    .executableTarget(
      name: "EchoAgent",
      dependencies: [.product(name: "SAMACP", package: "sam"), .product(name: "SAMRPC", package: "sam")],
      path: "EchoAgent"),
    .executableTarget(
      name: "EmbedOrchestrator",
      dependencies: [
        .product(name: "SAMAgentRuntime", package: "sam"), .product(name: "SAMCore", package: "sam"),
        .product(name: "SAMStorage", package: "sam"),
      ],
      path: "EmbedOrchestrator"),
  ],
  swiftLanguageModes: [.v6]
)
