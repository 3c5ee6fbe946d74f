// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import SAMCore

/// What is known of a request before it is let in.
struct Visit: Sendable {
  /// The id by which the log knows it.
  let id: String
  let method: HTTPRequest.Method
  /// Without the query, percent-encoded.
  let path: String
  /// The host that it is for, with its port.
  let authority: String?
  /// Where the page comes from that sends it.
  let origin: String?
  /// A W3C `traceparent`: the sender's, or a new one.
  let trace: String

  init(_ head: HTTPRequest, ids: IDSource, now: Timestamp) {
    id = ids.ulid(now: now)
    method = head.method
    path = URI(head.path ?? "/").path
    authority = head.authority
    origin = head.headerFields[.origin]
    trace = TraceContext.accepted(head.headerFields[.traceparent]) ?? TraceContext.make()
  }

  /// A logger that names this request: the path without the query, never a header or a body.
  func logger(_ logger: Logger) -> Logger {
    var logger = logger
    logger[metadataKey: "request"] = "\(id)"
    logger[metadataKey: "method"] = "\(method.rawValue)"
    logger[metadataKey: "path"] = "\(path.prefix(200))"
    logger[metadataKey: "trace"] = "\(trace)"
    return logger
  }
}
