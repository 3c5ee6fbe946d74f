// SPDX-License-Identifier: Apache-2.0

/// The versions of the HTTP API and of its streams.
///
/// Fields and routes are only ever added within a version; who reads ignores what it does not know. A change that
/// would break a reader is a new version, served beside the old one under a path and a subprotocol of its own.
public enum APIVersion {
  /// The version that this program speaks.
  public static let current = 1
  /// All versions that this program serves, oldest first.
  public static let supported = 1...1
  /// What every route of the current version begins with.
  public static let path = "/api/v\(current)"
  /// The WebSocket subprotocol of the current version's streams.
  public static let subprotocol = "sam.v\(current)"
  /// The WebSocket subprotocol that carries a token, for browsers, which cannot set headers: this and the token.
  public static let tokenSubprotocolPrefix = "sam.bearer."

  /// The version that two sides speak: the highest that both know.
  /// - Parameters:
  ///   - offered: what the other side speaks.
  ///   - supported: what this side speaks.
  /// - Returns: nil when they have none in common; one of them must be updated.
  public static func negotiate(
    offered: some Sequence<Int>, supported: ClosedRange<Int> = supported
  ) -> Int? {
    offered.filter(supported.contains).max()
  }
}
