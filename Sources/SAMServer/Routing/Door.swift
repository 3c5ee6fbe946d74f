// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import SAMAPI
internal import SAMCore

/// The one way in: every request passes host, origin, route, token, idempotency key and body limit, in this order.
///
/// WebSocket handshakes pass the same checks (see ``StreamDoor``).
struct Door: Sendable {
  let table: RouteTable
  let services: APIServices
  let hosts: HostRule
  let origins: OriginRule
  let maxBodyBytes: Int
  let logger: Logger

  /// Answers a request, whatever happens.
  func respond(to request: Request) async -> Response {
    let visit = Visit(request.head, ids: services.orchestrator.ids, now: services.orchestrator.clock.now())
    var log = visit.logger(logger)
    let start = ContinuousClock.now
    var response: APIResponse
    do {
      response = try await answer(request, visit, &log)
    } catch {
      response = APIResponse(Problem(mapping: error, request: visit.id, logger: log))
    }
    response.headers[.cacheControl] = "no-store"
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.requestID] = visit.id
    origins.admit(visit.origin, in: &response.headers, authority: visit.authority)
    log[metadataKey: "status"] = "\(response.status.code)"
    log[metadataKey: "ms"] = "\((ContinuousClock.now - start).wholeMilliseconds)"
    log.info("request")
    return response.response
  }

  /// Checks host and origin: nobody is asked for a token by a page that must not ask.
  func admit(_ visit: Visit) throws {
    guard hosts.allows(visit.authority) else {
      throw Problem(
        .forbiddenHost,
        "this server does not answer for host '\((visit.authority ?? "").prefix(100))'; use a loopback address, or "
          + "allow the name in the server's configuration")
    }
    guard origins.allows(visit.origin, authority: visit.authority) else {
      throw Problem(
        .forbiddenOrigin,
        "pages of '\((visit.origin ?? "").prefix(100))' may not use this server; allow the origin in its configuration")
    }
  }

  /// Who shows this token.
  func authenticate(_ token: String?) async throws -> Actor {
    guard let token else {
      throw Problem(.unauthenticated, "send a token as 'Authorization: Bearer …'; make one with 'samctl token create'")
    }
    guard let actor = try await services.tokens.actor(for: token) else {
      throw Problem(
        .unauthenticated, "this token opens nothing: it was revoked or never made; make one with 'samctl token create'")
    }
    return actor
  }

  private func answer(_ request: Request, _ visit: Visit, _ log: inout Logger) async throws -> APIResponse {
    try admit(visit)
    let (route, parameters): (Route, [String: String])
    switch table.match(request.method, visit.path) {
    case .route(let found, let values): (route, parameters) = (found, values)
    case .otherMethod(let allowed):
      if request.method == .options { return origins.preflight(visit.origin, allowed: allowed) }
      return methodNotAllowed(allowed, visit)
    case .nothing:
      throw Problem(.notFound, "there is no '\(visit.path.prefix(200))'; the API begins with \(APIVersion.path)")
    }
    log[metadataKey: "route"] = "\(route.path)"
    var actor = Actor.system
    if route.authentication == .bearer {
      actor = try await authenticate(BearerToken.inHeader(request.headers))
      if let token = actor.token { log[metadataKey: "token"] = "\(token)" }
    }
    let key = try route.isMutating ? IdempotencyKey.of(request.headers) : nil
    let body = try await body(of: request, route)
    guard case .answer(let handler) = route.action else {
      throw Problem(
        .badRequest, "this is a stream; open it as a WebSocket with subprotocol '\(APIVersion.subprotocol)'")
    }
    let passed = APIRequest(
      id: visit.id, actor: actor, key: key, correlation: visit.trace, parameters: parameters,
      query: Self.query(request.uri), body: body)
    return try await handler(passed, services)
  }

  private func methodNotAllowed(_ allowed: [HTTPRequest.Method], _ visit: Visit) -> APIResponse {
    let methods = allowed.map(\.rawValue).joined(separator: ", ")
    var response = APIResponse(
      Problem(.methodNotAllowed, "'\(visit.path.prefix(200))' takes \(methods)", request: visit.id))
    response.headers[.allow] = methods
    return response
  }

  private func body(of request: Request, _ route: Route) async throws -> [UInt8] {
    let limit = maxBodyBytes + (route.takesAttachments ? Self.attachmentBytes : 0)
    let tooLarge = Problem(
      .bodyTooLarge, "the body is over \(limit) bytes; put long material into the repository")
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
    var body: [UInt8] = []
    for try await part in request.body {
      guard body.count + part.readableBytes <= limit else { throw tooLarge }
      if route.isMutating { body.append(contentsOf: part.readableBytesView) }
    }
    return body
  }

  /// What attachments take up in a body at most: their Base64, names and addresses.
  private static let attachmentBytes =
    PromptAttachment.totalLimit / 3 * 4 + PromptAttachment.countLimit * (8 << 10)

  private static func query(_ uri: URI) -> [String: String] {
    var query: [String: String] = [:]
    for (name, value) in uri.queryParameters where query[String(name)] == nil { query[String(name)] = String(value) }
    return query
  }
}

extension HTTPField.Name {
  /// Tells the client under which id the log knows its request.
  static let requestID = HTTPField.Name(known: "x-request-id")
  /// A client-made id, by which a retry is known (draft-ietf-httpapi-idempotency-key-header).
  static let idempotencyKey = HTTPField.Name(known: "idempotency-key")
  /// https://www.w3.org/TR/trace-context/
  static let traceparent = HTTPField.Name(known: "traceparent")

  /// A name that is known to be one.
  private init(known name: String) { self = HTTPField.Name(name) ?? .contentType }
}
