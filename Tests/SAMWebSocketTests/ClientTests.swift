// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing

@testable import SAMWebSocket

extension SocketTests {
  @Suite
  struct ClientTests {
    /// A TCP server that answers each connection's first bytes with fixed ones, or not at all.
    static func listen(_ answer: String?, _ body: (_ port: Int) async throws -> Void) async throws {
      try await listen({ channel, _ in channel.eventLoop.makeSucceededFuture(answer.map { Array($0.utf8) }) }, body)
    }

    /// A TCP server that answers each connection's first bytes with what `answer` makes of them.
    static func listen(
      _ answer: @escaping @Sendable (any Channel, String) -> EventLoopFuture<[UInt8]?>,
      _ body: (_ port: Int) async throws -> Void
    ) async throws {
      final class Answer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let answer: @Sendable (any Channel, String) -> EventLoopFuture<[UInt8]?>
        init(_ answer: @escaping @Sendable (any Channel, String) -> EventLoopFuture<[UInt8]?>) { self.answer = answer }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
          let channel = context.channel
          answer(channel, String(buffer: unwrapInboundIn(data))).whenSuccess { bytes in
            if let bytes { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
          }
        }
      }
      let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answer(answer)) }
        }
        .bind(host: "127.0.0.1", port: 0).get()
      do { try await body(channel.localAddress?.port ?? 0) } catch {
        try await channel.close()
        throw error
      }
      try await channel.close()
    }

    @Test("A frame in the same packet as the server's handshake is not lost")
    func earlyFrame() async throws {
      let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
        shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
      let server: @Sendable (any Channel, String) -> EventLoopFuture<[UInt8]?> = { channel, request in
        guard request.hasPrefix("GET ") else { return channel.eventLoop.makeSucceededFuture(nil) }
        var headers = HTTPHeaders()
        for line in request.split(separator: "\r\n").dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1)
          if parts.count == 2 { headers.add(name: String(parts[0]), value: String(parts[1].drop { $0 == " " })) }
        }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers)
        return upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
          .map { fields in
            let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
            return Array("HTTP/1.1 101 Switching Protocols\r\n\(lines)\r\n".utf8)
              + frame(0x81, Array("early".utf8), isMasked: false)
          }
      }
      try await Self.listen(server) { port in
        let configuration = WebSocketClientConfiguration(webSocket: .init(closeTimeout: .milliseconds(100)))
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/", configuration: configuration) {
          connection in
          let message = try await within(.seconds(2)) { await connection.receive() }
          #expect(message == .text("early"))
        }
      }
    }

    @Test("A server that does not answer the handshake is given up in time")
    func handshakeTimeout() async throws {
      try await Self.listen(nil) { port in
        let error = await #expect(throws: WebSocketError.self) {
          try await WebSocketClient.withConnection(
            url: "ws://127.0.0.1:\(port)/", configuration: .init(handshakeTimeout: .milliseconds(200))
          ) { _ in }
        }
        #expect(error?.code == .timedOut)
      }
    }

    @Test("A handshake can be cancelled")
    func cancelledHandshake() async throws {
      try await Self.listen(nil) { port in
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            await #expect(throws: CancellationError.self) {
              try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { _ in }
            }
          }
          try await Task.sleep(for: .milliseconds(100))
          group.cancelAll()
          try await group.waitForAll()
        }
        #expect(ContinuousClock.now - start < .seconds(2))
      }
    }

    @Test(
      "An answer that is no valid handshake is an error, not a connection",
      arguments: [
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
        "HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n",
      ])
    func badAnswer(_ answer: String) async throws {
      try await Self.listen(answer) { port in
        let error = await #expect(throws: WebSocketError.self) {
          try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { _ in }
        }
        #expect(error?.code == .handshakeFailed)
      }
    }

    @Test("A port without a server is unreachable")
    func unreachable() async throws {
      try await Self.listen(nil) { port in
        // The port is free again once this listener is gone; until then an address nobody listens on.
        let error = await #expect(throws: WebSocketError.self) {
          try await WebSocketClient.withConnection(url: "ws://127.0.0.2:1/\(port)") { _ in }
        }
        #expect(error?.code == .unreachable)
      }
    }

    @Test("The TLS hook gets the channel and the host of wss: URLs, and no other")
    func tlsHook() async throws {
      let hosts = Notes<String>()
      try await TestServer.echo().run { port in
        for scheme in ["ws", "wss"] {
          try await WebSocketClient.withConnection(
            url: "\(scheme)://127.0.0.1:\(port)/", configureTLS: { _, host in hosts.add(host) }
          ) { connection in
            try await connection.send(text: scheme)
            #expect(await connection.receive() == .text(scheme))
          }
        }
      }
      #expect(hosts.all == ["127.0.0.1"])
    }

    @Test(
      "URLs are understood or refused with advice",
      arguments: [
        ("ws://h", "h:80 / h"), ("wss://h/p?q=1", "h:443 /p?q=1 h"), ("WS://h:9/", "h:9 / h:9"),
        ("ws://[::1]:8080/x#f", "::1:8080 /x [::1]:8080"), ("ws://[::1]", "::1:80 / [::1]"),
        ("ws://h?q", "h:80 /?q h"), ("http://h/", nil), ("ws://", nil), ("ws:///p", nil), ("ws://h:0/", nil),
        ("ws://h:99999/", nil), ("ws://h:x/", nil), ("ws://u:p@h/", nil), ("ws://h/a b", nil), ("ws://h/\r\nX: y", nil),
      ] as [(String, String?)])
    func url(_ text: String, _ expected: String?) throws {
      do {
        let url = try WebSocketURL(text)
        #expect("\(url.host):\(url.port) \(url.target) \(url.authority)" == expected)
      } catch let error as WebSocketError {
        #expect(expected == nil)
        #expect(error.code == .invalidURL)
      }
    }

    @Test("wss: without TLS is refused instead of sent in clear")
    func noTLS() async {
      let error = await #expect(throws: WebSocketError.self) {
        try await WebSocketClient.withConnection(url: "wss://127.0.0.1:1/") { _ in }
      }
      #expect(error?.code == .invalidURL)
    }
  }
}
