// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMClient
import SAMCore
import Testing

@Suite struct RouteTests {
  struct Route: Sendable, CustomTestStringConvertible {
    var request: String
    var body = ""
    var call: @Sendable (SAMClient) async throws -> Void
    var testDescription: String { request }
  }

  static let session = SessionID(trusted: "session_1")
  static let task = TaskID(trusted: "task_1")
  static let turn = TurnID(trusted: "turn_1")
  static let approval = ApprovalID(trusted: "approval_1")

  static let reading: [Route] = [
    Route(request: "GET /api/v1/health") { _ = try await $0.health() },
    Route(request: "GET /api/v1/projects?limit=7&cursor=abc") { _ = try await $0.projects(limit: 7, cursor: "abc") },
    Route(request: "GET /api/v1/projects/a%20%2Fb.c") { _ = try await $0.project("a /b.c") },
    Route(request: "GET /api/v1/projects/%2E%2E") { _ = try await $0.project("..") },
    Route(request: "GET /api/v1/agents") { _ = try await $0.agents() },
    Route(request: "GET /api/v1/tasks?project=sh%26op&state=running") {
      _ = try await $0.tasks(project: "sh&op", state: "running")
    },
    Route(request: "GET /api/v1/tasks/task_1") { _ = try await $0.task(task) },
    Route(request: "GET /api/v1/sessions?state=ready&limit=2") { _ = try await $0.sessions(state: "ready", limit: 2) },
    Route(request: "GET /api/v1/sessions/session_1") { _ = try await $0.session(session) },
    Route(request: "GET /api/v1/sessions/session_1/turns") { _ = try await $0.turns(session) },
    Route(request: "GET /api/v1/turns/turn_1") { _ = try await $0.turn(turn) },
    Route(request: "GET /api/v1/sessions/session_1/entries?limit=3&raw=1") {
      _ = try await $0.entries(session, limit: 3, raw: true)
    },
    Route(request: "GET /api/v1/approvals?state=asked&session=session_1") {
      _ = try await $0.approvals(state: "asked", session: session)
    },
    Route(request: "GET /api/v1/approvals/approval_1") { _ = try await $0.approval(approval) },
    Route(request: "GET /api/v1/agents/vibe") { _ = try await $0.agent("vibe") },
    Route(request: "GET /api/v1/catalog") { _ = try await $0.catalog() },
    Route(request: "GET /api/v1/grants?state=revoked&session=session_1&project=sh%26op") {
      _ = try await $0.grants(state: "revoked", session: session, project: "sh&op")
    },
    Route(request: "GET /api/v1/grants/grant_1") { _ = try await $0.grant(GrantID(trusted: "grant_1")) },
    Route(request: "GET /api/v1/machines") { _ = try await $0.machines() },
    Route(request: "GET /api/v1/tokens") { _ = try await $0.tokens() },
    Route(request: "GET /api/v1/secrets") { _ = try await $0.secrets() },
  ]

  static let changing: [Route] = [
    Route(request: "POST /api/v1/projects", body: #"{"default_branch":"dev","name":"shop","repository":"/src/shop"}"#) {
      _ = try await $0.addProject(CreateProjectBody(name: "shop", repository: "/src/shop", defaultBranch: "dev"))
    },
    Route(request: "DELETE /api/v1/projects/shop") { _ = try await $0.removeProject("shop") },
    Route(request: "PUT /api/v1/agents/vibe", body: #"{"arguments":["--x"],"command":"vibe-acp"}"#) {
      _ = try await $0.defineAgent("vibe", DefineAgentBody(command: "vibe-acp", arguments: ["--x"]))
    },
    Route(request: "DELETE /api/v1/agents/vibe") { _ = try await $0.removeAgent("vibe") },
    Route(request: "POST /api/v1/agents/vibe/check") { _ = try await $0.checkAgent("vibe") },
    Route(request: "POST /api/v1/tasks", body: #"{"agent":"vibe","project":"shop","prompt":"Fix it"}"#) {
      _ = try await $0.createTask(CreateTaskBody(project: "shop", agent: "vibe", prompt: "Fix it"))
    },
    Route(request: "POST /api/v1/tasks/task_1/cancel") { _ = try await $0.cancelTask(task) },
    Route(request: "POST /api/v1/tasks/task_1/retry") { _ = try await $0.retryTask(task) },
    Route(request: "POST /api/v1/sessions/session_1/prompts", body: #"{"supersedes":"turn_1","text":"Go on"}"#) {
      _ = try await $0.prompt(session, SendPromptBody(text: "Go on", supersedes: turn))
    },
    Route(request: "POST /api/v1/turns/turn_1/cancel") { _ = try await $0.cancelTurn(turn) },
    Route(request: "POST /api/v1/approvals/approval_1/answer", body: #"{"option":"yes"}"#) {
      _ = try await $0.answerApproval(approval, option: "yes")
    },
    Route(request: "POST /api/v1/approvals/approval_1/answer", body: #"{"option":"yes","scope":"project"}"#) {
      _ = try await $0.answerApproval(approval, option: "yes", scope: .project)
    },
    Route(request: "DELETE /api/v1/grants/grant_1") { _ = try await $0.revokeGrant(GrantID(trusted: "grant_1")) },
    Route(request: "POST /api/v1/tokens", body: #"{"name":"phone"}"#) { _ = try await $0.createToken(name: "phone") },
    Route(request: "DELETE /api/v1/tokens/token_1") { try await $0.revokeToken(TokenID(trusted: "token_1")) },
    Route(request: "PUT /api/v1/sessions/session_1/settings/web%2Fsearch", body: #"{"value":"on"}"#) {
      _ = try await $0.choose("web/search", "on", in: session)
    },
    Route(request: "PUT /api/v1/secrets/key", body: #"{"value":"s3cret"}"#) {
      try await $0.setSecret("key", value: "s3cret")
    },
    Route(request: "DELETE /api/v1/secrets/key") { try await $0.removeSecret("key") },
  ]

  @Test(arguments: reading) func aReadingRouteIsAskedWithTheTokenAndWithoutAKey(_ route: Route) async throws {
    let request = try await onlyRequest(of: route)
    #expect(request.key == nil)
    #expect(request.authorization == "Bearer secret")
  }

  @Test(arguments: changing) func aChangingRouteIsAskedWithTheTokenAndAKey(_ route: Route) async throws {
    let request = try await onlyRequest(of: route)
    #expect((1...128).contains(request.key?.utf8.count ?? 0))
    #expect(request.authorization == "Bearer secret")
  }

  private func onlyRequest(of route: Route) async throws -> FakeSamd.Request {
    let samd = FakeSamd()
    try await samd.run { client in
      do {
        try await route.call(client)
      } catch let error as SAMClientError where error.code == .badAnswer {
        // The answer is an empty object; what counts here is the request.
      }
    }
    let request = try #require(samd.requests.first)
    #expect(samd.requests.count == 1)
    #expect("\(request.method) \(request.target)" == route.request)
    #expect(request.body == route.body)
    return request
  }

  @Test func answersAreTypedValues() async throws {
    let samd = FakeSamd { request, _ in
      request.target.hasPrefix("/api/v1/tasks")
        ? try .value(Samples.taskView(), status: 202) : try .value(Samples.project())
    }
    try await samd.run { client in
      let project = try await client.project("shop")
      #expect(try project == Samples.project())
      let created = try await client.createTask(CreateTaskBody(project: "shop", agent: "demo", prompt: "Fix it"))
      #expect(try created == Samples.taskView())
    }
  }

  @Test func allPagesOfAListAreRead() async throws {
    let samd = FakeSamd { request, _ in
      let isLast = request.target.contains("cursor=more")
      return try .value(Page(items: [SecretView(name: isLast ? "b" : "a")], next: isLast ? nil : "more"))
    }
    try await samd.run { client in
      let all = try await client.all { try await client.secrets(cursor: $0) }
      #expect(all.map(\.name) == ["a", "b"])
      let first = try await client.all(limit: 1) { try await client.secrets(cursor: $0) }
      #expect(first.map(\.name) == ["a"])
    }
    #expect(samd.requests.count == 3)
  }
}
