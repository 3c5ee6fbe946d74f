// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import SAMRPC
import Testing

@Suite(.timeLimit(.minutes(3))) struct AccessTests {
  @Test("A token is shown once, opens the API, and opens nothing when it is revoked")
  func tokens() async throws {
    try await TestServer.run { server in
      let made = try await server.post("/tokens", ["name": "phone"], key: "make")
      #expect(made.status == 201)
      let token: CreatedTokenView = try made.value()
      #expect(try await server.post("/tokens", ["name": "phone"], key: "make").body == made.body)
      #expect(try await server.post("/tokens", ["name": "tablet"], key: "make").code == "idempotency_key_reused")
      let list = try await server.get("/tokens")
      #expect(try list.value(Page<TokenView>.self).items.map(\.name) == ["test", "phone"])
      #expect(!String(decoding: list.body, as: UTF8.self).contains(token.token))
      #expect(try await server.call("GET", "/api/v1/tasks", token: token.token).status == 200)
      let revoked = try await server.call("DELETE", "/api/v1/tokens/\(token.id)", key: "revoke")
      #expect(try revoked.value(TokenView.self).revokedAt != nil)
      #expect(try await server.call("DELETE", "/api/v1/tokens/\(token.id)", key: "revoke").body == revoked.body)
      #expect(try await server.call("DELETE", "/api/v1/tokens/\(token.id)").code == "wrong_state")
      #expect(try await server.call("GET", "/api/v1/tasks", token: token.token).status == 401)
      #expect(try await server.call("DELETE", "/api/v1/tokens/token_x").code == "not_found")
      #expect(try await server.post("/tokens", ["name": " "]).code == "invalid")
    }
  }

  @Test("A secret goes in and never comes out")
  func secrets() async throws {
    try await TestServer.run { server in
      let set = try await server.call("PUT", "/api/v1/secrets/API_KEY", ["value": "s3cret"], key: "s")
      #expect(set.json == ["name": "API_KEY"])
      #expect(
        try await server.call("PUT", "/api/v1/secrets/API_KEY", ["value": "other"], key: "s").code
          == "idempotency_key_reused")
      #expect(try await server.get("/secrets").json == ["items": [["name": "API_KEY"]], "next": nil])
      for name in ["a%2Fb", "%00", "a b", String(repeating: "x", count: 129)] {
        let path = "/api/v1/secrets/" + name.replacing(" ", with: "%20")
        #expect(try await server.call("PUT", path, ["value": "x"]).code == "invalid", "\(name)")
      }
      #expect(try await server.call("PUT", "/api/v1/secrets/x", ["value": ""]).code == "invalid")
      #expect(try await server.call("DELETE", "/api/v1/secrets/API_KEY").status == 200)
      #expect(try await server.call("DELETE", "/api/v1/secrets/API_KEY").code == "not_found")
      #expect(try await server.get("/secrets").value(Page<SecretView>.self).items.isEmpty)
    }
  }

  @Test("The log has one line a request, and neither tokens, secrets nor prompts")
  func logs() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let session = try #require(try await server.task("the-prompt-text").session)
      _ = try await server.follow(session) { $0.hasEnd }
      _ = try await server.call("PUT", "/api/v1/secrets/k", ["value": "the-secret-value"])
      _ = try await server.call("PUT", "/api/v1/secrets/k", ["value": ["the-secret-value"]])
      let made: CreatedTokenView = try await server.post("/tokens", ["name": "phone"]).value()
      _ = try await server.call("GET", "/api/v1/tasks?access_token=\(server.token)")
      let all = server.logs.all.joined(separator: "\n")
      for hidden in [server.token, made.token, "the-secret-value", "the-prompt-text"] { #expect(!all.contains(hidden)) }
      let lines = server.logs.all.filter { $0.contains("path=/api/v1/secrets/k") && $0.hasPrefix("info request") }
      #expect(lines.count == 2)
      #expect(lines.first?.contains("method=PUT") == true)
      #expect(lines.first?.contains("status=200") == true)
      #expect(lines.first?.contains("route=/secrets/{secret}") == true)
      #expect(lines.first?.contains("token=token_") == true)
    }
  }

  @Test("A fault of the server is 500 without details, and is in the log once, under the request's id")
  func internalError() async throws {
    try await TestServer.run(secrets: BrokenSecrets()) { server in
      let answer = try await server.get("/secrets")
      #expect(answer.status == 500)
      #expect(answer.code == "internal")
      #expect(!String(decoding: answer.body, as: UTF8.self).contains("Broken"))
      let id = try #require(answer.header("x-request-id"))
      #expect(answer.json["request"]?.stringValue == id)
      let errors = server.logs.all.filter { $0.hasPrefix("error") }
      #expect(errors.count == 1)
      #expect(errors.first?.contains("request=\(id)") == true)
      #expect(errors.first?.contains("Broken") == true)
    }
  }

  @Test(
    "A request's trace is kept with all that it led to; a malformed one is replaced",
    arguments: [
      ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true), ("garbage", false),
      ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
    ])
  func trace(sent: String, isKept: Bool) async throws {
    try await TestServer.run { server in
      let body: JSONValue = ["name": "p", "repository": "/r"]
      let answer = try await server.call("POST", "/api/v1/projects", body, headers: ["traceparent": sent])
      #expect(answer.status == 201)
      let events = try await server.orchestrator.store.read { try $0.events(EventQuery()) }
      let added = try #require(events.first { $0.type == "project.added" })
      #expect((added.correlation == sent) == isKept)
      #expect(added.correlation?.count == 55)
      #expect(added.actor.token != nil)
    }
  }
}
