// SPDX-License-Identifier: Apache-2.0

/// Keeps large pieces of content: bundles of work, big outputs.
public protocol BlobStore: Sendable {
  /// Keeps content durably and names it.
  /// - Throws: ``StoreError``.
  func put(_ content: [UInt8], id: BlobID) async throws
  /// The content, or nil.
  func get(_ id: BlobID) async throws -> [UInt8]?
  /// Forgets content; forgetting what is not there is fine.
  func remove(_ id: BlobID) async throws
}

/// Keeps secrets sealed: what comes out of it goes to an agent's environment, never to a log, a transcript or an API.
public protocol SecretStore: Sendable {
  /// Seals a value under a name, replacing an earlier one.
  func set(_ name: String, to value: String) async throws
  /// The value, or nil.
  func get(_ name: String) async throws -> String?
  /// Forgets a value.
  func remove(_ name: String) async throws
  /// The names, sorted.
  func names() async throws -> [String]
}
