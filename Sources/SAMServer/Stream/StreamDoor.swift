// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import Logging
internal import SAMAPI
internal import SAMCore
internal import SAMWebSocket

/// Decides about WebSocket handshakes: the same checks as the door's, before the socket is opened.
struct StreamDoor: Sendable {
  let door: Door
  let tokenCheckInterval: Duration
  private let frames = LiveFrames()

  init(door: Door, tokenCheckInterval: Duration) {
    self.door = door
    self.tokenCheckInterval = tokenCheckInterval
  }

  /// Answers a handshake.
  func answer(_ handshake: WebSocketHandshake) async -> WebSocketUpgrade {
    let services = door.services
    let visit = Visit(handshake.request, ids: services.orchestrator.ids, now: services.orchestrator.clock.now())
    var log = visit.logger(door.logger)
    do {
      try door.admit(visit)
      guard case .route(let route, let parameters) = door.table.match(.get, visit.path), case .stream = route.action
      else { return .notAWebSocket }
      let token = BearerToken.inHeader(handshake.headers) ?? BearerToken.inSubprotocols(handshake.subprotocols)
      let actor = try await door.authenticate(token)
      if let token = actor.token { log[metadataKey: "token"] = "\(token)" }
      let subprotocol = try Self.subprotocol(of: handshake.subprotocols)
      let stream = try await stream(handshake, parameters["session"] ?? "", visit, log)
      let watch = TokenWatch(tokens: services.tokens, token: token ?? "", interval: tokenCheckInterval)
      log.info("stream opened")
      return .accept(subprotocol: subprotocol, headers: [.requestID: visit.id]) { connection in
        try await stream.serve(connection, watch: watch)
      }
    } catch {
      var response = APIResponse(Problem(mapping: error, request: visit.id, logger: log))
      response.headers[.requestID] = visit.id
      log[metadataKey: "status"] = "\(response.status.code)"
      log.info("stream refused")
      return .refuse(status: response.status, headers: response.headers, body: response.body)
    }
  }

  private func stream(
    _ handshake: WebSocketHandshake, _ parameter: String, _ visit: Visit, _ log: Logger
  ) async throws -> SessionStream {
    guard let id = SessionID(rawValue: parameter) else {
      throw Rejection(.notFound, "there is no session '\(parameter.prefix(100))'; list sessions, or check the id")
    }
    let store = door.services.store
    let last = try await store.read { reader in
      _ = try reader.one(Session.self, id)
      return try reader.stream(id).last
    }
    let wanted = try handshake.queryValue("cursor").map { try Cursor($0, of: id).seq } ?? 0
    return SessionStream(
      orchestrator: door.services.orchestrator, session: id, wanted: wanted, last: last,
      raw: handshake.queryValue("raw") == "1", frames: frames, request: visit.id, log: log)
  }

  /// The subprotocol to speak: the newest that both know; nil for a client that offers none besides its token.
  private static func subprotocol(of offered: [String]) throws -> String? {
    let offered = offered.filter { !$0.hasPrefix(APIVersion.tokenSubprotocolPrefix) }
    guard !offered.isEmpty else { return nil }
    let versions = offered.compactMap { $0.hasPrefix("sam.v") ? Int($0.dropFirst(5)) : nil }
    guard let version = APIVersion.negotiate(offered: versions) else {
      throw Problem(
        .badRequest,
        "none of these subprotocols is spoken here; offer '\(APIVersion.subprotocol)', or update the server")
    }
    return "sam.v\(version)"
  }
}
