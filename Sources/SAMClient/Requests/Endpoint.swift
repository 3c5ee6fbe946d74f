// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Where samd listens: `http://host:port` or `https://host`, with a path before `/api` where a proxy adds one.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// The URL without a slash at its end.
  public let description: String
  /// Whether the connection is encrypted.
  public let isSecure: Bool
  /// The host's name or address, without brackets.
  public let host: String

  /// Reads a URL.
  /// - Throws: ``SAMClientError`` with `invalid_endpoint`.
  public init(_ text: String) throws {
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let parts = URLComponents(string: trimmed), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty, parts.user == nil,
      parts.query == nil, parts.fragment == nil, (1...65535).contains(parts.port ?? 80)
    else {
      throw SAMClientError(
        .invalidEndpoint, "'\(text.prefix(200))' is no address of samd. Write it as http://127.0.0.1:7777.")
    }
    var address = "\(scheme)://\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host.lowercased())"
    if let port = parts.port { address += ":\(port)" }
    var path = parts.percentEncodedPath
    while path.hasSuffix("/") { path.removeLast() }
    description = address + path
    isSecure = scheme == "https"
    self.host = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
  }

  /// Whether what is sent stays on this machine.
  public var isLoopback: Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host.hasPrefix("127.")
  }

  /// The URL for WebSockets.
  var webSocket: String { (isSecure ? "wss" : "ws") + description.dropFirst(isSecure ? 5 : 4) }
}
