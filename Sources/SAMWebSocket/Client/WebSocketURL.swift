// SPDX-License-Identifier: Apache-2.0

/// The parts of a `ws:` or `wss:` URL (RFC 6455 §3).
struct WebSocketURL: Sendable, Hashable {
  let isSecure: Bool
  /// The host to connect to, without the brackets of an IPv6 address.
  let host: String
  let port: Int
  /// The value of the `Host` header.
  let authority: String
  /// Path and query.
  let target: String

  init(_ url: String) throws {
    func invalid(_ why: String) -> WebSocketError {
      WebSocketError(.invalidURL, "\(why) in \"\(url)\". Use a URL like ws://host:8080/path or wss://host/path.")
    }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { throw invalid("A space or control character") }
    let isSecure: Bool
    let rest: Substring
    if url.lowercased().hasPrefix("ws://") {
      (isSecure, rest) = (false, url.dropFirst(5))
    } else if url.lowercased().hasPrefix("wss://") {
      (isSecure, rest) = (true, url.dropFirst(6))
    } else {
      throw invalid("An unknown scheme")
    }
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
    guard !authority.contains("@") else { throw invalid("A user name") }
    let (host, port) = Self.split(authority)
    guard !host.isEmpty else { throw invalid("No host") }
    if let port, Int(port).map({ (1...65535).contains($0) }) != true { throw invalid("A wrong port") }
    self.isSecure = isSecure
    self.host = host
    self.port = port.flatMap { Int($0) } ?? (isSecure ? 443 : 80)
    self.authority = String(authority)
    self.target = target.hasPrefix("/") ? String(target) : "/" + target
  }

  private static func split(_ authority: Substring) -> (host: String, port: Substring?) {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      let host = authority[authority.index(after: authority.startIndex)..<end]
      let rest = authority[authority.index(after: end)...]
      return (String(host), rest.isEmpty ? nil : rest.dropFirst())
    }
    guard let colon = authority.lastIndex(of: ":") else { return (String(authority), nil) }
    return (String(authority[..<colon]), authority[authority.index(after: colon)...])
  }
}
