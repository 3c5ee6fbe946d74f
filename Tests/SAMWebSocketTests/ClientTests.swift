// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import Testing

@testable import SAMWebSocket

extension SocketTests {
  @Suite
  struct ClientTests {
    /// A TCP server that answers each connection's first bytes with fixed ones, or not at all.
    static func listen(_ answer: String?, _ body: (_ port: Int) async throws -> Void) async throws {
      final class Answer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let answer: String?
        init(_ answer: String?) { self.answer = answer }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
          if let answer { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil) }
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
