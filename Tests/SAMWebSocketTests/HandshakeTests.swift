// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdCore
import NIOCore
import SAMWebSocket
import Testing

extension SocketTests {
  @Suite
  struct HandshakeTests {
    static let problem = Array(#"{"type":"about:blank","title":"Forbidden","status":403}"#.utf8)

    /// `/ws` accepts, `/forbidden` refuses, everything else is the router's.
    static let server = TestServer(
      upgrade: { handshake in
        switch handshake.path {
        case "/ws":
          return .accept(
            subprotocol: handshake.subprotocols.first { $0 == "sam.v1" }, headers: [.server: "sam"],
            handler: { connection in
              try await connection.send(text: handshake.queryValue("name") ?? "nobody")
              try await connection.send(text: handshake.headers[.authorization] ?? "no token")
              try await connection.send(text: handshake.remoteAddress?.ipAddress ?? "nowhere")
            })
        case "/forbidden":
          return .refuse(status: .forbidden, headers: [.contentType: "application/problem+json"], body: problem)
        default: return .notAWebSocket
        }
      })

    @Test("The decision sees path, query, headers and address, and chooses the subprotocol")
    func accept() async throws {
      try await Self.server.run { port in
        try await WebSocketClient.withConnection(
          url: "ws://127.0.0.1:\(port)/ws?name=J%C3%B6rg&x=1", headers: [.authorization: "Bearer t"],
          subprotocols: ["other", "sam.v1"]
        ) { connection in
          #expect(connection.subprotocol == "sam.v1")
          #expect(await connection.receive() == .text("Jörg"))
          #expect(await connection.receive() == .text("Bearer t"))
          #expect(await connection.receive() == .text("127.0.0.1"))
        }
      }
    }

    @Test("A refusal reaches the client as HTTP status, headers and body")
    func refuse() async throws {
      try await Self.server.run { port in
        let error = await #expect(throws: WebSocketError.self) {
          try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/forbidden") { _ in }
        }
        #expect(error?.code == .refused)
        #expect(error?.status == .forbidden)
        #expect(error?.headers[.contentType] == "application/problem+json")
        #expect(error?.body == Self.problem)
      }
    }

    @Test("A refusal's body is kept up to the limit")
    func boundedBody() async throws {
      let server = TestServer(
        upgrade: { _ in .refuse(status: .notFound, body: [UInt8](repeating: 65, count: 1 << 20)) })
      try await server.run { port in
        let error = await #expect(throws: WebSocketError.self) {
          try await WebSocketClient.withConnection(
            url: "ws://127.0.0.1:\(port)/", configuration: .init(maxRefusalBody: 1000)
          ) { _ in }
        }
        #expect(error?.status == .notFound)
        #expect(error?.body.count == 1000)
      }
    }

    @Test("A handshake that nobody claims is answered by the router on the same port")
    func fallThrough() async throws {
      try await Self.server.run { port in
        try await RawSocket.connect(port) { socket in
          try await socket.send(RawSocket.handshake("/plain"))
          let answer = try await socket.readAll()
          #expect(answer.hasPrefix("HTTP/1.1 200 "))
          #expect(answer.hasSuffix("plain /plain"))
          // The parser has stopped behind the handshake, so the connection must say that it ends.
          #expect(answer.lowercased().contains("connection: close"))
        }
        let error = await #expect(throws: WebSocketError.self) {
          try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/nowhere") { _ in }
        }
        #expect(error?.status == .notFound)
      }
    }

    @Test("HTTP keeps its connections alive and answers pipelined requests in order")
    func http() async throws {
      try await Self.server.run { port in
        try await RawSocket.connect(port) { socket in
          for _ in 0..<3 {
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = try await socket.readHead()
            #expect(head.hasPrefix("HTTP/1.1 200 "))
            let body = try await socket.readBytes(2)
            #expect(body == Array("hi".utf8))
            let head2 = try await socket.readHead()
            #expect(head2.hasPrefix("HTTP/1.1 200 "))
            let body2 = try await socket.readBytes(12)
            #expect(body2 == Array("plain /plain".utf8))
          }
        }
      }
    }

    @Test("A request that would like HTTP/2 is answered, and its connection ends")
    func h2c() async throws {
      try await Self.server.run { port in
        try await RawSocket.connect(port) { socket in
          try await socket.send(
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
              + "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n"
          )
          let first = try await socket.readHead()
          #expect(!first.lowercased().contains("connection: close"))
          let rest = try await socket.readAll()
          #expect(rest.contains("HTTP/1.1 200 "))
          #expect(rest.lowercased().contains("connection: close"))
        }
      }
    }

    @Test("A handshake that is not the first request of its connection gets 426 and the end of the connection")
    func lateHandshake() async throws {
      try await Self.server.run { port in
        try await RawSocket.connect(port) { socket in
          try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
          let head = try await socket.readHead()
          #expect(head.hasPrefix("HTTP/1.1 200 "))
          let body = try await socket.readBytes(2)
          #expect(body == Array("hi".utf8))
          try await socket.send(RawSocket.handshake("/ws"))
          let answer = try await socket.readAll()
          #expect(answer.hasPrefix("HTTP/1.1 426 "))
          #expect(answer.lowercased().contains("connection: close"))
          #expect(answer.contains("first request"))
        }
      }
    }

    @Test(
      "A handshake that breaks the rules is refused before anybody is asked",
      arguments: [
        ("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426),
        ("Sec-WebSocket-Version: 13\r\n", 400),
        ("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n", 400),
        ("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 3\r\n", 400),
      ])
    func badHandshake(fields: String, status: Int) async throws {
      try await Self.server.run { port in
        try await RawSocket.connect(port) { socket in
          try await socket.send(
            "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\(fields)\r\n")
          let answer = try await socket.readAll()
          #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
          #expect(answer.contains("application/problem+json"))
        }
      }
    }

    @Test("Bytes that are not HTTP get 400")
    func garbage() async throws {
      try await Self.server.run { port in
        try await RawSocket.connect(port) { socket in
          try await socket.send("\u{1}\u{2}\u{3} nonsense\r\n\r\n")
          let rest = try await socket.readAll()
          #expect(rest.hasPrefix("HTTP/1.1 400 "))
        }
      }
    }

    @Test("A connection that asks for nothing, or whose handshake is not decided, is closed in time")
    func firstRequestTimeout() async throws {
      let server = TestServer(
        .init(firstRequestTimeout: .milliseconds(200)),
        upgrade: { _ in
          do { try await Task.sleep(for: .seconds(2)) } catch { return .notAWebSocket }
          return .refuse(status: .ok)
        })
      try await server.run { port in
        for bytes in ["", "GET / HT", RawSocket.handshake()] {
          let start = ContinuousClock.now
          try await RawSocket.connect(port) { socket in
            try await socket.send(bytes)
            let rest = try await socket.readAll()
            #expect(rest == "")
          }
          #expect(ContinuousClock.now - start < .seconds(1))
        }
      }
    }

    @Test("Idle HTTP connections are closed after the idle timeout")
    func idleTimeout() async throws {
      let server = TestServer(
        .init(http: .init(idleTimeout: .milliseconds(200))), upgrade: { _ in .notAWebSocket })
      try await server.run { port in
        try await RawSocket.connect(port) { socket in
          try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
          let rest = try await socket.readAll()
          #expect(rest.hasSuffix("hi"))
        }
      }
    }
  }
}
