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
      path: "EchoAgent")
  ],
  swiftLanguageModes: [.v6]
)
