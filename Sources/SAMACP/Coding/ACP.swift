// SPDX-License-Identifier: Apache-2.0

/// The Agent Client Protocol, version 1, as typed values: one file a message, the types named as in the protocol's schema.
///
/// Every object keeps what it does not know, so that decoding and encoding gives an equal JSON value.
/// Source: https://agentclientprotocol.com, schema v1.21.
public enum ACP {
  /// The version of the protocol that this module speaks.
  public static let protocolVersion: Int64 = 1
}
