// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import SAMAPI
import SAMCore
import SAMRPC
import SAMWebSocket
import Testing

@testable import SAMServer

@Suite(.timeLimit(.minutes(3))) struct RouteTests {
  /// Routes that read their body.
  static let reading: Set<String> = [
    "POST /projects", "PUT /agents/{agent}", "POST /tasks", "POST /sessions/{session}/prompts",
    "POST /approvals/{approval}/answer", "POST /tokens", "PUT /secrets/{secret}",
    "PUT /sessions/{session}/settings/{setting}",
  ]

  static func path(_ route: Route) -> String {
    "/api/v1"
      + route.path.split(separator: "/").map { part in
        part.hasPrefix("{") ? "/\(part.dropFirst().dropLast())_1" : "/\(part)"
      }.joined()
  }

  @Test("Every route keeps the door: token, host, origin, idempotency key, method, body limit, JSON")
  func door() async throws {
    try await TestServer.run { server in
      for route in Route.all {
        let path = Self.path(route)
        let method = route.method.rawValue
        let name: Comment = "\(method) \(route.path)"
        func call(
          token: String? = nil, key: String? = "k", headers: [String: String] = [:], bytes: [UInt8]? = nil
        ) async throws -> TestServer.Answer {
          try await server.call(method, path, key: key, token: token, headers: headers, bytes: bytes)
        }
        if route.authentication == .bearer {
          let without = try await call(token: "")
          #expect(without.status == 401, name)
          #expect(without.code == "unauthenticated", name)
          #expect(without.header("www-authenticate")?.hasPrefix("Bearer") == true, name)
          #expect(try await call(token: "sam_wrong").status == 401, name)
          #expect(try await call(token: "", headers: ["Authorization": "Basic \(server.token)"]).status == 401, name)
        } else {
          #expect(try await call(token: "").status == 200, name)
        }
        let host = try await call(headers: ["Host": "evil.example:\(server.port)"])
        #expect(host.status == 403, name)
        #expect(host.code == "forbidden_host", name)
        let origin = try await call(headers: ["Origin": "http://evil.example"])
        #expect(origin.status == 403, name)
        #expect(origin.code == "forbidden_origin", name)
        #expect(try await call(headers: ["Origin": "null"]).status == 403, name)
        let other = try await server.call("PATCH", path)
        #expect(other.status == 405, name)
        #expect(other.header("allow")?.contains(method) == true, name)
        let large = try await call(bytes: Self.elevenMebibytes)
        #expect(large.status == 413, name)
        #expect(large.code == "body_too_large", name)
        guard route.isMutating else { continue }
        for key in [nil, "", "two words", "ä", String(repeating: "k", count: 129)] {
          let answer = try await call(key: key)
          #expect(answer.status == 400, name)
          #expect(answer.code == "missing_idempotency_key", name)
        }
        guard Self.reading.contains("\(method) \(route.path)") else { continue }
        // Of an agent's definition nothing need be there: the catalog may have it all.
        let empty = route.path == "/agents/{agent}" ? [] : ["{}"]
        for body in ["", "{", "[]", "\u{0}", #""text""#] + empty {
          let answer = try await call(bytes: Array(body.utf8))
          #expect(answer.status == 400, "\(name) \(body)")
          #expect(answer.code == "bad_request", "\(name) \(body)")
        }
      }
    }
  }

  /// Eleven MiB of valid JSON.
  static let elevenMebibytes = Array("\"".utf8) + [UInt8](repeating: 97, count: 11 << 20) + Array("\"".utf8)

  @Test("A body over the limit is refused also when its length is not announced")
  func chunked() async throws {
    try await TestServer.run(configuration: ServerConfiguration(maxBodyBytes: 1000)) { server in
      let long = #"{"name":"\#(String(repeating: "x", count: 2000))"}"#
      let raw =
        "POST /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(server.token)\r\n"
        + "Idempotency-Key: k\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        + "\(String(long.utf8.count, radix: 16))\r\n\(long)\r\n0\r\n\r\n"
      let answer = try await RawHTTP.exchange(port: server.port, raw)
      #expect(answer.hasPrefix("HTTP/1.1 413 "))
      #expect(try await server.post("/tokens", ["name": "phone"]).status == 201)
    }
  }

  @Test("What is sent along with a prompt comes on top of the limit, on the routes of prompts only")
  func attachments() throws {
    #expect(
      Route.all.filter(\.takesAttachments).map { "\($0.method) \($0.path)" }
        == ["POST /tasks", "POST /sessions/{session}/prompts"])
  }

  @Test("Only routes that say why are public")
  func publicRoutes() {
    for route in Route.all {
      if case .public(let reason) = route.authentication { #expect(reason.count > 20) }
    }
    #expect(Route.all.filter { $0.authentication != .bearer }.map(\.path) == ["/health"])
    #expect(Set(Route.all.map { "\($0.method) \($0.path)" }).count == Route.all.count)
    #expect(Self.reading.isSubset(of: Route.all.map { "\($0.method) \($0.path)" }))
  }

  @Test("What is no route is 404 with a problem", arguments: ["/", "/api/v1", "/api/v2/health", "/api/v1/nothing"])
  func unknown(path: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.call("GET", path)
      #expect(answer.status == 404)
      #expect(answer.header("content-type") == "application/problem+json")
      #expect(answer.json["request"]?.stringValue == answer.header("x-request-id"))
    }
  }

  @Test("Names of this computer, allowed names, and pages of allowed origins come in")
  func allowed() async throws {
    let configuration = ServerConfiguration(
      allowedHosts: ["sam.example.org"], allowedOrigins: ["https://app.example.org"])
    try await TestServer.run(configuration: configuration) { server in
      for host in ["localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:80", "sam.example.org", "Sam.Example.org:443"] {
        #expect(try await server.call("GET", "/api/v1/health", headers: ["Host": host]).status == 200, "\(host)")
      }
      for host in ["sam.example.org.evil.example", "localhost.evil.example", "localhost:x", "[::1", "127.0.0.2", ":80"]
      {
        #expect(try await server.call("GET", "/api/v1/health", headers: ["Host": host]).status != 200, "\(host)")
      }
      let own = try await server.call(
        "GET", "/api/v1/health", headers: ["Host": "localhost:7", "Origin": "http://localhost:7"])
      #expect(own.status == 200)
      let sibling = try await server.call(
        "GET", "/api/v1/health", headers: ["Host": "localhost:7", "Origin": "http://localhost:8"])
      #expect(sibling.status == 403)
      let page = try await server.call("GET", "/api/v1/health", headers: ["Origin": "https://app.example.org"])
      #expect(page.status == 200)
      #expect(page.header("access-control-allow-origin") == "https://app.example.org")
      let preflight = try await server.call(
        "OPTIONS", "/api/v1/tasks", token: "", headers: ["Origin": "https://app.example.org"])
      #expect(preflight.status == 204)
      #expect(preflight.header("access-control-allow-headers")?.contains("idempotency-key") == true)
      #expect(
        try await server.call("OPTIONS", "/api/v1/tasks", token: "", headers: ["Origin": "https://x.example"]).status
          == 403)
    }
  }

  @Test("A WebSocket handshake passes the same door")
  func handshakes() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let task = try await server.task("wait")
      let session = try #require(task.session)
      let good = "Bearer \(server.token)"
      let foreign = Cursor(session: SessionID(trusted: "session_other"), seq: 1).description
      let cases: [(String, HTTPFields, [String], Int)] = [
        (server.streamURL(session), [:], ["sam.v1"], 401),
        (server.streamURL(session), [.authorization: "Bearer sam_wrong"], ["sam.v1"], 401),
        (server.streamURL(session), [:], ["sam.v1", "sam.bearer.sam_wrong"], 401),
        (server.streamURL(session), [.authorization: good, .origin: "http://evil.example"], ["sam.v1"], 403),
        (server.streamURL(session), [.authorization: good], ["sam.v2"], 400),
        (server.streamURL(session), [.authorization: good], ["chat"], 400),
        (server.streamURL(session, cursor: "garbage"), [.authorization: good], [], 422),
        (server.streamURL(session, cursor: foreign), [.authorization: good], [], 422),
        (server.streamURL(SessionID(trusted: "session_unknown")), [.authorization: good], [], 404),
        ("ws://127.0.0.1:\(server.port)/api/v1/sessions/x/stream", [.authorization: good], [], 404),
        ("ws://127.0.0.1:\(server.port)/api/v1/health", [.authorization: good], [], 200),
        ("ws://127.0.0.1:\(server.port)/nowhere", [.authorization: good], [], 404),
      ]
      for (url, headers, subprotocols, status) in cases {
        let error = await #expect(throws: WebSocketError.self) {
          try await WebSocketClient.withConnection(url: url, headers: headers, subprotocols: subprotocols) { _ in }
        }
        #expect(error?.status?.code == status, "\(url) \(headers) \(subprotocols)")
      }
      let raw = try await RawHTTP.exchange(
        port: server.port,
        "GET /api/v1/sessions/\(session)/stream HTTP/1.1\r\nHost: evil.example\r\nAuthorization: \(good)\r\n"
          + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
      #expect(raw.hasPrefix("HTTP/1.1 403 "))
      let plain = try await server.get("/sessions/\(session)/stream")
      #expect(plain.status == 400)
    }
  }

  @Test("A browser's token among the subprotocols opens the stream, and is not echoed")
  func browserToken() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let session = try #require(try await server.task("wait").session)
      try await WebSocketClient.withConnection(
        url: server.streamURL(session), headers: [.origin: "http://127.0.0.1:\(server.port)"],
        subprotocols: ["sam.v1", "sam.bearer.\(server.token)"]
      ) { connection in
        #expect(connection.subprotocol == "sam.v1")
        var frame = try #require(await connection.receive()).frame()
        // A stream that opens before anything is said is live at once.
        if frame == .live { frame = try #require(await connection.receive()).frame() }
        guard case .entries = frame else {
          Issue.record("there are no entries: \(frame)")
          return
        }
      }
    }
  }
}
