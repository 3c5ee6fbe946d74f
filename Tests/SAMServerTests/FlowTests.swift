// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import SAMRPC
import SAMWebSocket
import Testing

@Suite(.timeLimit(.minutes(3))) struct FlowTests {
  @Test("A task made over HTTP runs to a branch, and its stream shows all that was said, in order")
  func task() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let task = try await server.task("Say hello")
      #expect(task.agent == "a")
      #expect(task.branch?.hasPrefix("sam/say-hello-") == true)
      let session = try #require(task.session)
      let frames = try await server.follow(session) { $0.hasEnd }
      #expect(frames.items.map(\.entry.seq) == Array(1...Int64(frames.items.count)))
      #expect(frames.items.compactMap(\.entry.said) == ["> Say hello", "hello", "done"])
      #expect(frames.items.allSatisfy { $0.entry.raw == nil && $0.cursor == $0.entry.cursor })
      let done = try await server.task(task.id) { $0.state == "completed" }
      #expect(done.result?.branch == task.branch)
      #expect(done.result?.commits.map(\.subject) == ["Say hello"])
      let view: SessionView = try await server.get("/sessions/\(session)").value()
      #expect(view.activeTurn == nil)
      #expect(view.agent == "a")
      let turns: Page<TurnView> = try await server.get("/sessions/\(session)/turns").value()
      #expect(turns.items.map(\.state) == ["finished"])
      let turn = try #require(turns.items.first)
      #expect(try await server.get("/turns/\(turn.id)").value(TurnView.self) == turn)
    }
  }

  @Test("Another prompt goes on in the same session, and a reader's cursor picks up where it was")
  func prompt() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let session = try #require(try await server.task("one").session)
      let first = try await server.follow(session) { $0.hasEnd }
      let cursor = try #require(first.items.last?.cursor)
      let answer = try await server.post("/sessions/\(session)/prompts", ["text": "two"])
      #expect(answer.status == 202)
      #expect(try answer.value(TurnView.self).number == 2)
      let more = try await server.follow(session, cursor: cursor.description) { $0.hasEnd }
      #expect(more.items.map(\.entry.seq).first == cursor.seq + 1)
      #expect(more.items.compactMap(\.entry.said) == ["> two", "hello", "done"])
      let all: Page<EntryItem> = try await server.get("/sessions/\(session)/entries?limit=200").value()
      #expect(all.items == first.items + more.items)
    }
  }

  @Test("Live is said once: when the reader has caught up")
  func live() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let task = try await server.task("wait")
      let session = try #require(task.session)
      let turn = try await server.working(session)
      let frames = try await within(.seconds(20)) {
        try await WebSocketClient.withConnection(
          url: server.streamURL(session), headers: server.authorized
        ) { connection in
          var frames: [StreamFrame] = []
          for await message in connection.messages {
            let frame = try message.frame()
            frames.append(frame)
            if frame == .live { server.machine.say(["a", "b"], in: turn) }
            if frames.items.contains(where: { $0.entry.said == "b" }) { break }
          }
          return frames
        }
      }
      #expect(frames.filter { $0 == .live }.count == 1)
      let place = try #require(frames.firstIndex(of: .live))
      #expect(Array(frames[..<place]).items.compactMap(\.entry.said) == ["> wait"])
      #expect(Array(frames[place...]).items.compactMap(\.entry.said) == ["a", "b"])
    }
  }

  @Test("An approval is listed, answered once, and the agent hears it")
  func approval() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let task = try await server.task("ask me")
      let waiting = try await server.task(task.id) { $0.state == "waiting" }
      let id = try #require(waiting.waiting?.approval)
      #expect(waiting.waiting?.kind == "approval")
      let asked: Page<ApprovalView> = try await server.get("/approvals?state=asked").value()
      #expect(asked.items.map(\.id) == [id])
      #expect(asked.items.first?.options.map(\.id) == ["yes", "no"])
      let session = try #require(task.session)
      #expect(try await server.get("/approvals?session=\(session)").value(Page<ApprovalView>.self).items.count == 1)
      #expect(try await server.get("/approvals?state=answered").value(Page<ApprovalView>.self).items.isEmpty)
      #expect(try await server.post("/approvals/\(id)/answer", ["option": "maybe"]).code == "invalid")
      let answered = try await server.post("/approvals/\(id)/answer", ["option": "yes"], key: "k1")
      #expect(answered.status == 200)
      #expect(try answered.value(ApprovalView.self).chosen == "yes")
      #expect(try await server.post("/approvals/\(id)/answer", ["option": "yes"], key: "k1").body == answered.body)
      #expect(try await server.post("/approvals/\(id)/answer", ["option": "no"], key: "k2").code == "already_answered")
      #expect(try await server.get("/approvals/\(id)").value(ApprovalView.self).state == "answered")
      let frames = try await server.follow(session) { $0.hasEnd }
      #expect(frames.items.compactMap(\.entry.said) == ["> ask me", "you said yes"])
    }
  }

  @Test("A task is cancelled while its agent works, and can be retried")
  func cancel() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let task = try await server.task("wait")
      _ = try await server.task(task.id) { $0.state == "running" }
      _ = try await server.working(try #require(task.session))
      let answer = try await server.post("/tasks/\(task.id)/cancel")
      #expect(answer.status == 200)
      #expect(try answer.value(TaskView.self).cancelRequested)
      _ = try await server.task(task.id) { $0.state == "cancelled" }
      #expect(try await server.post("/tasks/\(task.id)/cancel").code == "wrong_state")
      let again: TaskView = try await server.post("/tasks/\(task.id)/retry").value()
      #expect(again.session != task.session)
      let turn = try await server.working(try #require(again.session))
      #expect(try await server.post("/turns/\(turn)/cancel").status == 200)
      let paused = try await server.task(task.id) { $0.state == "waiting" }
      #expect(paused.waiting?.kind == "human")
    }
  }

  @Test("A retry with the same key gets the same answer; the key with another body is refused")
  func idempotency() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let body: JSONValue = ["project": "p", "agent": "a", "prompt": "once"]
      let first = try await server.post("/tasks", body, key: "same")
      let retry = try await server.post("/tasks", body, key: "same")
      #expect(retry.status == 202)
      #expect(retry.body == first.body)
      let other = try await server.post("/tasks", ["project": "p", "agent": "a", "prompt": "twice"], key: "same")
      #expect(other.status == 422)
      #expect(other.code == "idempotency_key_reused")
      #expect(try await server.get("/tasks").value(Page<TaskView>.self).items.count == 1)
      let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for _ in 0..<10 { group.addTask { try await server.post("/tasks", body, key: "many").body } }
        return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
      }
      #expect(answers.count == 1)
      #expect(try await server.get("/tasks").value(Page<TaskView>.self).items.count == 2)
    }
  }

  @Test("Lists come in pages, newest first, without gaps or repetitions")
  func pages() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      var made: [TaskID] = []
      for number in 0..<5 { made.append(try await server.task("wait \(number)").id) }
      var seen: [TaskID] = []
      var cursor: String?
      repeat {
        let page: Page<TaskView> = try await server.get("/tasks?limit=2" + (cursor.map { "&cursor=\($0)" } ?? ""))
          .value()
        #expect(page.items.count <= 2)
        seen += page.items.map(\.id)
        cursor = page.next
      } while cursor != nil
      #expect(seen == made.reversed())
      #expect(try await server.get("/sessions?limit=5").value(Page<SessionView>.self).next == nil)
      #expect(try await server.get("/tasks?project=p&state=running,starting,waiting").status == 200)
      #expect(try await server.get("/tasks?project=nothing").code == "not_found")
      for query in ["limit=0", "limit=201", "limit=x", "cursor=garbage", "state=happy"] {
        #expect(try await server.get("/tasks?\(query)").code == "invalid", "\(query)")
      }
      let foreign = ListCursor(kind: Session.kind, last: "session_1").description
      #expect(try await server.get("/tasks?cursor=\(foreign)").status == 422)
    }
  }

  @Test("A transcript comes in pages, oldest first; the agent's own messages only when asked for")
  func entries() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let session = try #require(try await server.task("one").session)
      let all = try await server.follow(session) { $0.hasEnd }.items
      var seen: [EntryItem] = []
      var cursor: String?
      repeat {
        let page: Page<EntryItem> =
          try await server.get("/sessions/\(session)/entries?limit=2" + (cursor.map { "&cursor=\($0)" } ?? "")).value()
        seen += page.items
        cursor = page.next
      } while cursor != nil
      #expect(seen == all)
      let raw: Page<EntryItem> = try await server.get("/sessions/\(session)/entries?raw=1").value()
      #expect(raw.items.compactMap(\.entry.raw) == [["secret_raw": true]])
      let foreign = Cursor(session: SessionID(trusted: "session_other"), seq: 1).description
      for cursor in ["garbage", foreign] {
        #expect(try await server.get("/sessions/\(session)/entries?cursor=\(cursor)").status == 422)
      }
    }
  }

  @Test("Projects and agents: made, shown, renamed by nobody, removed")
  func inventory() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let project: ProjectView = try await server.get("/projects/p").value()
      #expect(try await server.get("/projects/\(project.id)").value(ProjectView.self) == project)
      #expect(try await server.post("/projects", ["name": "p", "repository": "/x"]).code == "already_exists")
      #expect(try await server.post("/projects", ["name": "P!", "repository": "/x"]).code == "invalid")
      let removed = try await server.call("DELETE", "/api/v1/projects/p", key: "gone")
      #expect(try removed.value(ProjectView.self).state == "removed")
      #expect(try await server.call("DELETE", "/api/v1/projects/p", key: "gone").body == removed.body)
      #expect(try await server.get("/projects").value(Page<ProjectView>.self).items.isEmpty)
      #expect(try await server.get("/projects?state=removed").value(Page<ProjectView>.self).items.count == 1)
      #expect(try await server.get("/projects/p").code == "not_found")
      // Its name is free again.
      let again = try await server.post("/projects", ["name": "p", "repository": "/x"])
      #expect(try again.value(ProjectView.self).id != project.id)
      let agent = try await server.call(
        "PUT", "/api/v1/agents/b",
        [
          "command": "agent", "environment": ["MODE": "hidden-value"], "secrets": ["KEY": "agent-key"],
          "approvals": "allow",
        ])
      #expect(try agent.value(AgentView.self).environmentNames == ["MODE"])
      #expect(!String(decoding: agent.body, as: UTF8.self).contains("hidden-value"))
      #expect(try await server.get("/agents").value(Page<AgentView>.self).items.map(\.name) == ["a", "b"])
      let missing = try await server.post("/agents/b/check")
      #expect(missing.code == "not_found")
      #expect(missing.json["detail"]?.stringValue?.contains("agent-key") == true)
      #expect(try await server.call("PUT", "/api/v1/secrets/agent-key", ["value": "s3cret"]).status == 200)
      let check: AgentCheckView = try await server.post("/agents/b/check").value()
      #expect(check.works)
      #expect(check.program == "agent")
      #expect(try await server.call("DELETE", "/api/v1/agents/b").status == 200)
      #expect(try await server.get("/agents/b").value(AgentView.self).state == "removed")
      #expect(try await server.get("/machines").value(Page<MachineView>.self).items.map(\.name) == ["here"])
      #expect(try await server.get("/health").value(HealthView.self) == HealthView(version: "0"))
    }
  }

  @Test("Without a machine a task is refused with 503 and what to do")
  func noMachine() async throws {
    try await TestServer.run(withMachine: false) { server in
      try await server.setUp()
      let answer = try await server.post("/tasks", ["project": "p", "agent": "a", "prompt": "x"])
      #expect(answer.status == 503)
      #expect(answer.code == "no_machine")
      #expect(try await server.post("/agents/a/check").code == "no_machine")
    }
  }
}

extension EntryView {
  /// What was said, when this is text.
  var said: String? {
    switch body {
    case .user(let block): "> \(block.text)"
    case .agent(let block): block.text
    default: nil
    }
  }
}

extension TestServer {
  /// The turn of a session whose agent works.
  func working(_ session: SessionID) async throws -> TurnID {
    try await within(.seconds(20)) {
      while true {
        let turns: Page<TurnView> = try await get("/sessions/\(session)/turns?state=started").value()
        if let turn = turns.items.first { return turn.id }
        try await Task.sleep(for: .milliseconds(10))
      }
    }
  }
}
