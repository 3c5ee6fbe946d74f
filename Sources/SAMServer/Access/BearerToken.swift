// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import SAMAPI

/// Where a request carries its token.
enum BearerToken {
  /// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
  static func inHeader(_ headers: HTTPFields) -> String? {
    let values = headers[values: .authorization]
    guard values.count == 1, let value = values.first else { return nil }
    let parts = value.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }

  /// The token that a browser's WebSocket carries among its subprotocols.
  static func inSubprotocols(_ subprotocols: [String]) -> String? {
    subprotocols.first { $0.hasPrefix(APIVersion.tokenSubprotocolPrefix) }
      .map { String($0.dropFirst(APIVersion.tokenSubprotocolPrefix.count)) }
  }
}
