// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The main job with a real agent, through the command line. Only its model is scripted.
struct Journeys {
  let agent: RealAgent

  func editsWithAnApproval() async throws {
    let (sam, model) = try await agent.ready()
    let result = try await run("Change the greeting. \(agent.scenario("edit"))", answering: "allow", in: sam)
    #expect(result.run.status == 0, "\(result.run.all.suffix(3000))\n\(sam.log.suffix(3000))")
    #expect(result.answered >= 1, "the edit was asked for")
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour"))
    let changed = try await sam.git("-C", sam.remote.path, "diff", "--name-only", "main", branch)
    #expect(changed == "hello.py\n", "nothing of the agent's own is in the commit")
    #expect(result.run.out.contains("bonjour"))
    #expect(try model.timesAsked(agent.scenario(named: "edit")) == 1)
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  func aRefusedEditIsOnNoBranch() async throws {
    let (sam, _) = try await agent.ready()
    let result = try await run("Change it. \(agent.scenario("edit"))", answering: "reject", in: sam)
    #expect(result.answered >= 1)
    #expect(
      result.run.out.contains("\"answered\"") && result.run.out.contains("reject"), "\(result.run.all.suffix(2000))")
    for branch in try await sam.pushedBranches() {
      #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour") == false)
    }
    _ = try await sam.stop()
  }

  func runsACommandAndShowsItsOutput() async throws {
    let (sam, _) = try await agent.ready()
    let result = try await run("Ask the shell. \(agent.scenario("bash"))", answering: "allow", in: sam)
    #expect(result.run.status == 0, "\(result.run.all.suffix(2000))")
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    let tools = try await sam.entries(of: session).filter { $0["type"] as? String == "tool" }
    #expect(tools.contains { "\($0["output"] ?? "")".contains("from-the-shell-42") }, "\(tools)")
    _ = try await sam.stop()
  }

  func cancelsWhileTheModelIsSilent() async throws {
    let (sam, _) = try await agent.ready()
    _ = try await sam.samctl("run", "Wait. [[scenario slow]]", "--agent", agent.name, "--detach")
    let (task, session) = try await only(sam)
    try await sam.waitForTurn(in: session, ["started"])
    let before = Date.now
    #expect(try await sam.samctl("task", "cancel", task).status == 0)
    try await sam.waitForTask(task, ["cancelled"])
    #expect(Date.now.timeIntervalSince(before) < 15)
    try await sayAndComplete("Hello [[scenario chat]]", task, session, in: sam)
    _ = try await sam.stop()
  }

  /// The conversation goes on after its program, or all of SAM, was killed between two turns.
  func remembersAfter(_ accident: (Installation) async throws -> Void) async throws {
    let (sam, model) = try await agent.ready()
    _ = try await sam.samctl("run", "Remember the heron. [[scenario chat]]", "--agent", agent.name, "--detach")
    let (task, session) = try await only(sam)
    try await sam.waitForTask(task, ["completed"])
    try await accident(sam)
    try await sayAndComplete("What was it? [[scenario chat]]", task, session, in: sam)
    let last = try #require(try model.conversations().last)
    let shown = ScriptedServer.texts(last)
    #expect(shown.contains { $0.contains("the heron") }, "the model is shown what was said before")
    #expect(shown.contains { $0.contains("What was it?") })
    let users = try await sam.entries(of: session).filter { $0["type"] as? String == "user" }
    #expect(users.count == 2, "every message of the person is in the transcript once")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  /// `kill -9` of the daemon in the middle of a turn: what docs/failpoints.md states, and a follow-up works.
  func goesOnAfterAKillOfTheDaemonInATurn() async throws {
    let (sam, model) = try await agent.ready(daemon: ["SAM_FAILPOINT": "first-chunk"])
    _ = try await sam.samctl("run", "Change the greeting. \(agent.scenario("edit"))", "--agent", agent.name, "--detach")
    try await sam.waitForEnd(within: 150)
    try await sam.start()
    let (task, session) = try await only(sam)
    try await sam.waitForTurn(in: session, ["interrupted"], within: 150)
    try await sam.waitForTask(task, ["waiting"], within: 120)
    // An agent may say its first word before it asks its model; asked twice it is never.
    let asked = try model.timesAsked(agent.scenario(named: "edit"))
    #expect(asked <= 1)
    try await sayAndComplete("And now? [[scenario chat]]", task, session, in: sam)
    let last = try #require(try model.conversations().last)
    #expect(ScriptedServer.texts(last).contains { $0.contains("Change the greeting.") })
    #expect(try model.timesAsked(agent.scenario(named: "edit")) == asked, "nothing was sent again")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  /// A limit of use of the model's vendor: the session waits until the time that the vendor names, and goes on once.
  func waitsForTheEndOfALimitOfUse() async throws {
    let (sam, model) = try await agent.ready()
    let prompt = "Are you there? \(agent.scenario("limit"))"
    _ = try await sam.samctl("run", prompt, "--agent", agent.name, "--detach")
    let (task, session) = try await only(sam)
    let waits = try await sam.waitForTask(task, ["waiting"], within: 90)
    let waiting = try #require(waits["waiting"] as? [String: Any])
    #expect(waiting["kind"] as? String == "quota" && waiting["until"] is String, "\(waiting)")
    let shown = try await sam.samctl("session", "show", session)
    #expect(shown.out.contains("a limit of use is reached") && shown.out.contains("goes on by itself at"))
    try await sam.waitForTask(task, ["completed"], within: 240)
    let states = try await sam.turns(of: session).map { $0["state"] as? String }
    #expect(states.last == "finished" && states.dropLast().allSatisfy { $0 == "failed" }, "\(states)")
    let said = try await sam.entries(of: session).filter { "\($0["text"] ?? "")".contains("Here I am again.") }
    #expect(said.count == 1, "it went on once")
    #expect(try model.timesAsked(agent.scenario(named: "limit")) == states.count, "nothing was asked while it waited")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  /// How an MCP server is reached.
  enum Transport: CaseIterable { case http, stdio }

  /// The tool of a server that the agent's definition names, with a key from SAM's secrets, also after a restart.
  func usesAToolOfAnMCPServer(over transport: Transport) async throws {
    let (sam, model) = try await agent.ready()
    let mcp = try await ScriptedServer.mcp(in: sam.folder, token: "of-this-test", listens: transport == .http)
    let set = try await sam.samctl("secret", "set", "mcp-key", input: "Bearer of-this-test\n")
    #expect(set.status == 0, "\(set.all)")
    let options =
      switch transport {
      case .http: ["--mcp-http", "orchestrator=\(mcp.url)", "--mcp-header", "orchestrator:Authorization=mcp-key"]
      case .stdio:
        ["--mcp-stdio", "orchestrator=\(mcp.command)", "--mcp-env", "orchestrator:MCP_AUTHORIZATION=mcp-key"]
      }
    try await agent.define(in: sam, model: model, options: options)
    let result = try await run("Report. \(agent.scenario("mcp"))", answering: "allow", in: sam)
    #expect(result.run.status == 0, "\(result.run.all.suffix(3000))\n\(sam.log.suffix(3000))")
    #expect(result.answered >= 1, "the person was asked first")
    #expect(try calls(of: mcp) == 1)
    let (task, session) = try await only(sam)
    let shown = try await sam.entries(of: session)
    #expect("\(shown)".contains(agent.shows), "the result is shown: \("\(shown)".suffix(2000))")

    // The conversation that is loaded again has the server too.
    try await sam.killAgents()
    let again = Task {
      try await sam.samctl("session", "say", session, "Report. \(agent.scenario("mcp"))", "--attach", timeout: 120)
    }
    _ = try await answerAll("allow", in: sam, until: again)
    #expect(try await again.value.status == 0)
    try await sam.waitForTask(task, ["completed"])
    #expect(try calls(of: mcp) == 2)
    let listed = try await sam.samctl("agent", "list", "--json")
    #expect(
      listed.out.contains("orchestrator") && listed.out.contains("mcp-key")
        && !listed.out.contains("Bearer of-this-test"),
      "\(listed.out)")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  private func calls(of mcp: ScriptedServer) throws -> Int {
    try mcp.requests().count { $0["method"] as? String == "tools/call" }
  }

  /// The model that the agent's definition names is the one that is asked, with the effort of the definition.
  func worksWithTheModel(_ name: String, effort: String? = nil) async throws {
    let (sam, model) = try await agent.ready(options: ["--model", name] + (effort.map { ["--effort", $0] } ?? []))
    _ = try await sam.samctl("run", "Hello [[scenario chat]]", "--agent", agent.name, timeout: 120)
    // Some models of Codex are asked without a list of tools, so this is no conversation to ``ScriptedServer``.
    let asked = try model.requests().filter { $0["scenario"] as? String == "chat" }
      .compactMap { $0["body"] as? [String: Any] }
    #expect(!asked.isEmpty, "\(sam.log.suffix(2000))")
    for body in asked {
      #expect((body["model"] as? String)?.contains(name) == true, "\(body)")
      if let effort { #expect((body["reasoning"] as? [String: Any])?["effort"] as? String == effort, "\(body)") }
    }
    _ = try await sam.stop()
  }

  func checkSaysWhatItCanDo() async throws {
    let (sam, _) = try await agent.ready()
    let check = try await sam.samctl("agent", "check", agent.name)
    #expect(check.status == 0 && check.out.contains("load"), "\(check.all)")
    if agent.adapter != nil { #expect(check.out.contains("mcp.http"), "\(check.all)") }
    _ = try await sam.stop()
  }

  // MARK: -

  private func only(_ sam: Installation) async throws -> (task: String, session: String) {
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    var session: String?
    try await Shell.eventually("the task has a session") {
      session = try await sam.list("session", "list").first?["id"] as? String
      return session != nil
    }
    return (task, try #require(session))
  }

  private func sayAndComplete(_ text: String, _ task: String, _ session: String, in sam: Installation) async throws {
    let said = try await sam.samctl("session", "say", session, text, timeout: 150)
    #expect(said.status == 0, "\(said.all)\n\(sam.log.suffix(3000))")
    try await sam.waitForTask(task, ["completed"], within: 150)
  }

  /// Runs a task, and answers each question through the API as another client than the one that runs it.
  private func run(
    _ prompt: String, answering answer: String, in sam: Installation
  ) async throws -> (run: Shell.Result, answered: Int) {
    let run = Task { try await sam.samctl("run", prompt, "--agent", agent.name, "--json", timeout: 240) }
    let answered = try await answerAll(answer, in: sam, until: run)
    return (try await run.value, answered)
  }

  /// Answers every question through the API until the run ends.
  private func answerAll(
    _ answer: String, in sam: Installation, until run: Task<Shell.Result, any Error>
  ) async throws -> Int {
    let done = Flag()
    let watcher = Task {
      _ = try? await run.value
      done.raise()
    }
    var answered = 0
    while !done.isRaised {
      for approval in try await sam.list("approval", "list") where approval["state"] as? String == "asked" {
        guard let id = approval["id"] as? String else { continue }
        let result = try await sam.samctl("approval", "answer", id, answer)
        #expect(result.status == 0, "\(result.all)")
        answered += 1
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    await watcher.value
    return answered
  }
}
