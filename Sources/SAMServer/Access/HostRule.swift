// SPDX-License-Identifier: Apache-2.0

/// Which host names are ours. A page whose name was made to point to this computer (DNS rebinding) sends its own name,
/// and is refused.
struct HostRule: Sendable {
  private static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]
  private let allowed: Set<String>

  init(_ hosts: Set<String>) { allowed = Self.loopback.union(hosts.map { $0.lowercased() }) }

  /// - Parameter authority: the request's `Host`: a name, and a port that may be anything.
  func allows(_ authority: String?) -> Bool {
    guard let authority, let name = Self.name(authority) else { return false }
    return allowed.contains(name)
  }

  /// The name without the port; nil when this is no authority.
  static func name(_ authority: String) -> String? {
    let text = authority.lowercased()
    let end: String.Index
    if text.hasPrefix("[") {
      guard let bracket = text.firstIndex(of: "]") else { return nil }
      end = text.index(after: bracket)
    } else {
      end = text.firstIndex(of: ":") ?? text.endIndex
    }
    let port = text[end...]
    guard port.isEmpty || (port.first == ":" && port.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }) else {
      return nil
    }
    return end > text.startIndex ? String(text[..<end]) : nil
  }
}
