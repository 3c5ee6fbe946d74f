// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI

/// One request to a route of the API.
struct APIRequest: Sendable {
  /// What is done to a resource (RFC 9110 §9).
  enum Method: String, Sendable { case GET, POST, PUT, DELETE }

  let method: Method
  let path: String
  let query: [(String, String)]
  let body: [UInt8]?
  let key: IdempotencyKey?
  /// How long one attempt may take, where the usual time is too short.
  let timeout: Duration?

  /// A request that only reads.
  /// - Parameters:
  ///   - path: the segments behind `/api/v1`, as they are meant, not as they are written in URLs.
  ///   - query: those with a value are sent.
  static func get(_ path: String..., query: [(String, String?)] = []) -> APIRequest {
    let present = query.compactMap { name, value in value.map { (name, $0) } }
    return APIRequest(method: .GET, path: join(path), query: present, body: nil, key: nil, timeout: nil)
  }

  /// A request that changes something.
  static func change(
    _ method: Method, _ path: String..., body: (any Encodable & Sendable)? = nil, key: IdempotencyKey,
    timeout: Duration? = nil
  ) throws -> APIRequest {
    let bytes = try body.map { try APICoding.encode($0) }
    return APIRequest(method: method, path: join(path), query: [], body: bytes, key: key, timeout: timeout)
  }

  /// Path and query as they stand in the request line.
  var target: String {
    guard !query.isEmpty else { return path }
    return path + "?" + query.map { "\($0)=\(Self.escape($1))" }.joined(separator: "&")
  }

  /// For people: what was asked.
  var label: String { "\(method.rawValue) \(path)" }

  private static func join(_ segments: [String]) -> String {
    APIVersion.path + segments.map { "/" + escape($0) }.joined()
  }

  /// Everything but RFC 3986's unreserved characters is escaped, so that a name is always one segment.
  private static func escape(_ text: String) -> String {
    let hex = Array("0123456789ABCDEF")
    // "." and ".." alone would be taken for steps between folders.
    let dots = text == "." || text == ".."
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: ".") where !dots: escaped += "."
      default: escaped += "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
      }
    }
    return escaped
  }
}
