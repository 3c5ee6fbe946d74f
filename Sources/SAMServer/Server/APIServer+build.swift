// SPDX-License-Identifier: Apache-2.0
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import SAMAPI
public import SAMCore
internal import SAMWebSocket

extension APIServer {
  /// Puts the server together; the program and the tests use this same one.
  /// - Parameters:
  ///   - orchestrator: performs what is asked; somebody else runs it.
  ///   - tokens: who may come in.
  ///   - secrets: what agents' environments are filled from.
  ///   - configuration: where it listens, and its limits.
  ///   - logger: one line a request; never a token, a secret or a prompt.
  ///   - onRunning: hears the port when the server listens.
  public static func build(
    orchestrator: Orchestrator, tokens: any AccessTokens, secrets: any SecretStore,
    configuration: ServerConfiguration = ServerConfiguration(), logger: Logger,
    onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) -> APIServer {
    let services = APIServices(
      orchestrator: orchestrator, tokens: tokens, secrets: secrets, version: configuration.version,
      catalog: configuration.catalog)
    let door = Door(
      table: RouteTable(Route.all), services: services, hosts: HostRule(configuration.allowedHosts),
      origins: OriginRule(configuration.allowedOrigins), maxBodyBytes: configuration.maxBodyBytes, logger: logger)
    let streams = StreamDoor(door: door, tokenCheckInterval: configuration.tokenCheckInterval)
    let sockets = WebSocketServerConfiguration(
      webSocket: WebSocketConfiguration(pingInterval: configuration.pingInterval),
      http: .init(idleTimeout: TimeAmount(configuration.idleTimeout)))
    let application = Application(
      responder: APIResponder(door: door),
      server: .http1WebSocket(configuration: sockets) { await streams.answer($0) },
      configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: "sam"),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
      logger: logger)
    return APIServer(application: application, shutdownTimeout: configuration.shutdownTimeout, logger: logger)
  }
}

/// Hands Hummingbird's requests to the door.
struct APIResponder: HTTPResponder {
  let door: Door

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    await door.respond(to: request)
  }
}
