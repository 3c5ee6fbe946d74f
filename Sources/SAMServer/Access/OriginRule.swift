// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes

/// Which web pages may use the API: the server's own and those that are allowed by name.
///
/// Programs send no `Origin`; browsers always do, on WebSockets too.
struct OriginRule: Sendable {
  private let allowed: Set<String>

  init(_ origins: Set<String>) { allowed = Set(origins.map { $0.lowercased() }) }

  /// - Parameters:
  ///   - origin: the request's `Origin`.
  ///   - authority: the request's `Host`, which has been checked: a page of that very host and port is the server's own.
  func allows(_ origin: String?, authority: String?) -> Bool {
    guard let origin = origin?.lowercased() else { return true }
    return allowed.contains(origin) || isOwn(origin, authority)
  }

  private func isOwn(_ origin: String, _ authority: String?) -> Bool {
    guard let authority = authority?.lowercased() else { return false }
    return origin == "http://\(authority)" || origin == "https://\(authority)"
  }

  /// Lets the browser show an answer to a page of an allowed origin (https://fetch.spec.whatwg.org/#http-cors-protocol).
  func admit(_ origin: String?, in headers: inout HTTPFields, authority: String?) {
    headers[.vary] = "Origin"
    guard let origin, allowed.contains(origin.lowercased()), !isOwn(origin.lowercased(), authority) else { return }
    headers[.accessControlAllowOrigin] = origin
    headers[.accessControlExposeHeaders] = "x-request-id"
  }

  /// Answers a browser that asks before it sends.
  func preflight(_ origin: String?, allowed methods: [HTTPRequest.Method]) -> APIResponse {
    let list = methods.map(\.rawValue).joined(separator: ", ")
    var headers: HTTPFields = [.allow: list]
    if let origin, allowed.contains(origin.lowercased()) {
      headers[.accessControlAllowMethods] = list
      headers[.accessControlAllowHeaders] = "authorization, content-type, idempotency-key, traceparent"
      headers[.accessControlMaxAge] = "600"
    }
    return APIResponse(status: .noContent, headers: headers)
  }
}
