// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Who may what: rules, answers that stand, answers that come too late, and questions of agents that are gone.
@Suite struct ApprovalTests {
  @Test func rulesAllowAndRefuseWithoutAPersonAndTheRestIsAsked() async throws {
    let sam = try await ready()
    let added = try await sam.samctl(
      "agent", "add", "careful", "--allow", "edit:NOTES.md", "--allow", "execute:git status *", "--deny", "edit:*.py",
      "--", Installation.samd, "demo-agent")
    #expect(added.status == 0, "\(added.all)")
    let shown = try await sam.samctl("agent", "show", "careful")
    #expect(shown.out.contains("deny edit:*.py") && shown.out.contains("allow execute:git status *"), "\(shown.all)")

    // Nobody is there to answer: without the rules this would wait.
    let allowed = try await sam.samctl("run", "Write a note [[demo ask-command]]", "--agent", "careful")
    #expect(allowed.status == 0, "\(allowed.all)")
    #expect(allowed.out.contains("Allow (by policy: allow edit:NOTES.md)"), "\(allowed.all)")
    #expect(allowed.out.contains("Allow (by policy: allow execute:git status *)"))
    #expect(allowed.out.contains("`git status --short` says"))
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(try await sam.content(of: "NOTES.md", on: branch).contains("Write a note"))

    let refused = try await sam.samctl("run", "Change hello.py", "--agent", "careful")
    #expect(refused.out.contains("Reject (by policy: deny edit:*.py)"), "\(refused.all)")
    #expect(try await sam.pushedBranches() == [branch], "nothing was changed")

    _ = try await sam.samctl("run", "Change read.me", "--agent", "careful", "--detach")
    let open = try await sam.openApproval()
    let list = try await sam.samctl("approval", "list", "--all")
    for words in ["Allow, by policy: allow edit:NOTES.md", "Reject, by policy: deny edit:*.py", open] {
      #expect(list.out.contains(words), "\(list.all)")
    }
    #expect(try await sam.samctl("approval", "answer", open, "allow").status == 0)
    let show = try await sam.samctl("approval", "show", open)
    #expect(show.out.contains("read.me") && show.out.contains("+Change read.me"), "what was shown: \(show.all)")
    #expect(show.out.contains("Allow, by \(try await sam.tokenName())"), "who answered: \(show.all)")
    try await Shell.eventually("the change is pushed") { try await sam.pushedBranches().count == 2 }
    _ = try await sam.stop()
  }

  @Test func anAnswerStandsForTheSessionUntilItIsRevoked() async throws {
    let sam = try await ready()
    _ = try await sam.samctl("run", "One [[demo ask-command no-edit]]", "--agent", "demo", "--detach")
    let first = try await sam.openApproval()
    let answer = try await sam.samctl("approval", "answer", first, "allow", "--for", "session")
    #expect(answer.status == 0 && answer.out.contains("samctl grant revoke grant_"), "\(answer.all)")
    let session = try await sam.onlySession()
    try await sam.waitForTurn(in: session, ["finished"])

    // Also after the power failed.
    try await sam.crashAndStart()
    try await sam.say("Two [[demo ask-command no-edit]]", in: session, turn: 2, becomes: "finished")
    let grants = try await sam.list("grant", "list")
    #expect(grants.count == 1 && grants[0]["subject"] as? String == "execute:git status --short", "\(grants)")
    let grant = try #require(grants.first?["id"] as? String)
    let transcript = try await sam.samctl("session", "show", session, "--transcript")
    #expect(transcript.out.contains(", \(grant), for the session)"), "it was given: \(transcript.all)")
    #expect(transcript.out.contains("Allow (by grant, \(grant))"), "it was used: \(transcript.all)")

    #expect(try await sam.samctl("grant", "revoke", grant).status == 0)
    #expect(try await sam.list("grant", "list").isEmpty)
    _ = try await sam.samctl("session", "say", session, "Three [[demo ask-command no-edit]]")
    let third = try await sam.openApproval()
    #expect(third != first)
    #expect(try await sam.samctl("approval", "answer", third, "allow", "--for", "project").status == 0)
    try await sam.waitForTurn(in: session, ["finished"])

    // In a later conversation of the same agent too, and by the API it is seen and taken back.
    let later = try await sam.samctl("run", "Four [[demo ask-command no-edit]]", "--agent", "demo")
    #expect(later.status == 0 && later.out.contains("by grant"), "\(later.all)")
    let items = try await sam.api("grants")["items"] as? [[String: Any]] ?? []
    #expect(items.map { $0["scope"] as? String } == ["project"])
    let id = try #require(items.first?["id"] as? String)
    let revoked = try await sam.send("DELETE", "grants/\(id)", token: try sam.token)
    #expect(revoked["state"] as? String == "revoked", "\(revoked)")
    _ = try await sam.samctl("run", "Five [[demo ask-command no-edit]]", "--agent", "demo", "--detach")
    _ = try await sam.openApproval()
    _ = try await sam.stop()
  }

  @Test func ofTwoAnswersAtOnceOneCountsAndTheOtherIsToldWhich() async throws {
    let sam = try await ready()
    let made = try await sam.samctl("token", "create", "phone")
    let phone = made.out.trimmed
    for number in 1...4 {
      _ = try await sam.samctl("run", "Note \(number)", "--agent", "demo", "--detach")
      let id = try await sam.openApproval()
      async let here = sam.samctl("approval", "answer", id, "allow")
      async let there = sam.send("POST", "approvals/\(id)/answer", #"{"option":"reject"}"#, token: phone)
      let (typed, sent) = try await (here, there)
      let shown = try await sam.json("approval", "show", id)
      #expect(shown["state"] as? String == "answered")
      if typed.status == 0 {
        let detail = "\(sent["detail"] ?? "")"
        #expect(sent["code"] as? String == "already_answered")
        #expect(detail.contains("was answered 'Allow' by \(try await sam.tokenName())"), "\(sent)")
        #expect(shown["chosen"] as? String == "allow" && shown["answered_by"] as? String != "phone")
      } else {
        #expect(sent["state"] as? String == "answered", "one of the two counts: \(sent)")
        #expect(typed.err.contains("was answered 'Reject' by phone"), "\(typed.all)")
        #expect(shown["chosen"] as? String == "reject" && shown["answered_by"] as? String == "phone")
      }
    }
    _ = try await sam.stop()
  }

  @Test func theQuestionOfAnAgentThatIsGoneIsVoidAndOnlyTheAgentAsksAnew() async throws {
    let sam = try await ready()
    _ = try await sam.samctl("run", "Write a note", "--agent", "demo", "--detach")
    let first = try await sam.openApproval()
    let session = try await sam.onlySession()
    try await sam.killAgents()
    try await Shell.eventually("the question is void") {
      try await sam.json("approval", "show", first)["state"] as? String == "void"
    }
    let late = try await sam.samctl("approval", "answer", first, "allow")
    #expect(late.status != 0 && late.err.contains("is not asked any more"), "\(late.all)")
    let transcript = try await sam.samctl("session", "show", session, "--transcript")
    #expect(transcript.out.contains("No longer asked"), "\(transcript.all)")
    #expect(try await sam.list("approval", "list").isEmpty, "nobody asks for the agent")

    _ = try await sam.samctl("session", "say", session, "Write it again")
    let second = try await sam.openApproval()
    #expect(second != first)
    // The daemon dies with the machine's agents: a restart finds nobody who waits for the answer, and says so.
    try await sam.crashAndStart()
    try await Shell.eventually("the question is void after the restart") {
      try await sam.json("approval", "show", second)["state"] as? String == "void"
    }
    let after = try await sam.samctl("approval", "answer", second, "allow")
    #expect(after.status != 0 && after.err.contains("is not asked any more"), "\(after.all)")
    _ = try await sam.samctl("session", "say", session, "And again")
    #expect(try await sam.samctl("approval", "answer", try await sam.openApproval(), "allow").status == 0)
    try await Shell.eventually("the note is pushed") { try await sam.pushedBranches().count == 1 }
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  @Test func whatIsNoRuleIsRefusedByTheCommandLineAndByTheAPI() async throws {
    let sam = try await ready()
    let typed = try await sam.samctl("agent", "add", "x", "--allow", "edit:../x", "--", "c")
    #expect(typed.status == 2 && typed.err.contains("beneath the workspace"), "\(typed.all)")
    let sent = try await sam.send(
      "PUT", "agents/x", #"{"command":"c","rules":[{"action":"allow","match":"edti"}]}"#, token: try sam.token)
    #expect(sent["code"] as? String == "invalid" && "\(sent["detail"] ?? "")".contains("begin with one of"), "\(sent)")
    let kept = try await sam.send(
      "PUT", "agents/x", #"{"command":"c","rules":[{"action":"deny","match":"fetch"}]}"#, token: try sam.token)
    #expect("\(kept["rules"] ?? "")".contains("fetch"), "\(kept)")
    _ = try await sam.stop()
  }

  @Test func whatAnAgentWantsToKnowIsFilledInAndReachesIt() async throws {
    let sam = try await ready()
    _ = try await sam.samctl("run", "Ask me [[demo question no-edit]]", "--agent", "demo", "--detach")
    let open = try await sam.openApproval()
    let shown = try await sam.samctl("approval", "show", open)
    for words in ["Which colour?", "colour — Colour: one of 'red', 'blue'", "a whole number from 1 to 9; now 3"] {
      #expect(shown.out.contains(words), "\(shown.all)")
    }
    let wrong: [([String], String)] = [
      ([], "'colour' is missing; give one of 'red', 'blue'"), (["number=12"], "give a whole number from 1 to 9"),
      (["colour=Red", "size=3"], "there is no field 'size'"), (["colour"], "write NAME=VALUE"),
    ]
    for (values, reason) in wrong {
      let refused = try await sam.samctl(["approval", "answer", open, "allow"] + values.flatMap { ["--value", $0] })
      #expect(refused.status != 0 && refused.all.contains(reason), "\(values): \(refused.all)")
    }
    let answer = try await sam.samctl(
      "approval", "answer", open, "allow", "--value", "colour=Blue", "--value", "name=the heron")
    #expect(answer.status == 0 && answer.out.contains("colour = blue, name = the heron, number = 3"), "\(answer.all)")
    let session = try await sam.onlySession()
    try await sam.waitForTurn(in: session, ["finished"])
    let transcript = try await sam.samctl("session", "show", session, "--transcript")
    #expect(transcript.out.contains(#"You said yes: colour="blue" number=3 name="the heron""#), "\(transcript.all)")
    #expect(transcript.out.contains("Answered: Send: colour = blue, name = the heron, number = 3"))

    // A page, and a no; with a policy that refuses all, nobody is asked.
    _ = try await sam.samctl("session", "say", session, "[[demo page=https://sam.example/login no-edit]]")
    let page = try await sam.openApproval()
    #expect(try await sam.samctl("approval", "show", page).out.contains("https://sam.example/login"))
    #expect(try await sam.samctl("approval", "answer", page, "reject").status == 0)
    try await sam.waitForTurn(in: session, ["finished"])
    #expect(try await sam.samctl("session", "show", session, "--transcript").out.contains("You said no"))
    _ = try await sam.stop()
  }

  private func ready() async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote(files: ["hello.py": "def greet():\n    return \"hello\"\n", "read.me": "Read me.\n"])
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    return sam
  }
}

extension Installation {
  /// Waits until something is asked, and returns its id.
  func openApproval(within seconds: Double = 60) async throws -> String {
    var id: String?
    try await Shell.eventually("something is asked; log: \(log.suffix(1500))", within: seconds) {
      id = try await self.list("approval", "list").first?["id"] as? String
      return id != nil
    }
    return try #require(id)
  }

  /// The name of the token with which `samctl` comes here.
  func tokenName() async throws -> String {
    try #require(try await list("token", "list").min { "\($0["id"] ?? "")" < "\($1["id"] ?? "")" }?["name"] as? String)
  }

  /// The session that is there.
  func onlySession() async throws -> String {
    try #require(try await list("session", "list").first?["id"] as? String)
  }

  /// Says something, and waits for what becomes of it while nobody answers anything.
  func say(
    _ text: String, in session: String, turn: Int, becomes state: String, within seconds: Double = 60
  ) async throws {
    let said = try await samctl("session", "say", session, text)
    guard said.status == 0 else { throw Shell.TimedOut(description: said.all) }
    try await Shell.eventually("turn \(turn) is \(state)", within: seconds) {
      let turns = try await self.turns(of: session)
      return turns.count == turn && turns.last?["state"] as? String == state
    }
  }

  /// Sends a change to the API through curl: another client than ours.
  func send(_ method: String, _ path: String, _ body: String? = nil, token: String) async throws -> [String: Any] {
    let content = body.map { ["-H", "Content-Type: application/json", "--data-binary", $0] } ?? []
    let result = try await Shell.run(
      "curl",
      [
        "-sS", "-X", method, "-H", "Authorization: Bearer \(token)", "-H", "Idempotency-Key: \(UUID().uuidString)",
        "\(try endpoint)/api/v1/\(path)",
      ] + content)
    guard let object = result.json as? [String: Any] else {
      throw Shell.TimedOut(description: "\(method) \(path): \(result.all)")
    }
    return object
  }
}
