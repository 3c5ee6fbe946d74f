// SPDX-License-Identifier: Apache-2.0

/// A module of the house: on which floor it is, and what it may import.
struct Room: Sendable {
  /// The module.
  let name: String
  /// Its floor; an import only ever points to a lower one.
  let floor: Int
  /// Our modules that it may import.
  let modules: Set<String>
  /// The packages' modules that it may import, besides ``anywhere``.
  let libraries: Set<String>

  init(_ floor: Int, _ name: String, modules: Set<String> = [], libraries: Set<String> = []) {
    self.name = name
    self.floor = floor
    self.modules = modules
    self.libraries = libraries
  }

  /// The standard library's modules and the C library, in which every room stands.
  static let anywhere: Set<String> = ["Swift", "Synchronization", "Glibc", "Musl"]

  /// NIO and what speaks HTTP on it.
  private static let nio: Set<String> = [
    "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOHTTPTypes", "NIOHTTPTypesHTTP1", "HTTPTypes", "NIOSSL",
  ]
  private static let foundation: Set<String> = ["Foundation", "FoundationEssentials", "Dispatch"]

  /// The house, bottom to top. docs/modules.md explains it.
  static let all: [Room] = [
    Room(0, "CSAMShims"),
    Room(0, "SAMRPC", libraries: ["OrderedCollections", "DequeModule"]),
    Room(1, "SAMACP", modules: ["SAMRPC"]),
    // The domain may encode and decode with Foundation, but has no database, no network and no logs.
    Room(1, "SAMCore", modules: ["SAMRPC"], libraries: ["Foundation", "FoundationEssentials"]),
    Room(2, "SAMAPI", modules: ["SAMCore", "SAMRPC"], libraries: ["Foundation", "FoundationEssentials"]),
    Room(2, "SAMWebSocket", libraries: nio.union(["HummingbirdCore", "Logging"])),
    Room(
      3, "SAMProviders", modules: ["SAMCore", "SAMRPC"], libraries: foundation.union(["AsyncHTTPClient", "NIOCore"])),
    Room(
      3, "SAMStorage", modules: ["SAMCore", "SAMRPC"],
      libraries: foundation.union(["GRDB", "GRDBSQLite", "Crypto", "CryptoExtras"])),
    Room(
      3, "SAMAgentRuntime", modules: ["SAMCore", "SAMRPC", "SAMACP", "SAMAPI", "SAMWebSocket", "CSAMShims"],
      libraries: foundation.union(["Subprocess", "SystemPackage", "Logging", "Yams"])),
    Room(
      4, "SAMServer",
      modules: [
        "SAMCore", "SAMRPC", "SAMACP", "SAMAPI", "SAMWebSocket", "SAMProviders", "SAMStorage", "SAMAgentRuntime",
      ],
      libraries: foundation.union(nio).union([
        "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "Logging", "ServiceLifecycle", "UnixSignals", "Crypto",
      ])),
    Room(
      4, "SAMClient", modules: ["SAMCore", "SAMRPC", "SAMAPI", "SAMWebSocket"],
      libraries: foundation.union(nio).union(["AsyncHTTPClient"])),
    Room(
      4, "SAMTestKit", modules: ["SAMCore", "SAMRPC", "SAMACP", "SAMProviders", "SAMStorage"],
      libraries: foundation),
    Room(
      5, "samd",
      modules: [
        "SAMCore", "SAMRPC", "SAMACP", "SAMAPI", "SAMProviders", "SAMStorage", "SAMAgentRuntime", "SAMServer",
        "CSAMShims",
      ],
      libraries: foundation.union(["ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals"])),
    Room(
      5, "samctl",
      modules: [
        "SAMCore", "SAMRPC", "SAMACP", "SAMAPI", "SAMClient", "SAMAgentRuntime", "SAMStorage", "SAMTestKit",
      ],
      libraries: foundation.union(["ArgumentParser"])),
  ]
}
