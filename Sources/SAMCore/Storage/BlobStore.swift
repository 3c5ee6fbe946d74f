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
  /// Compares what somebody has of a secret with its value, in one step: made of the present value and changed since, it
  /// becomes the value.
  /// - Parameters:
  ///   - known: the value that it was made of; nil = there was none.
  ///   - value: what it is now; nil = nothing.
  /// - Returns: what the secret's value is then; nil = there is no such secret.
  func compare(_ name: String, known: SecretID?, value: String?) async throws -> LoginAnswer?
  /// Forgets a value.
  func remove(_ name: String) async throws
  /// The names, sorted.
  func names() async throws -> [String]
}
