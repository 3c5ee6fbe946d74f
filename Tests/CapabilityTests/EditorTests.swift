// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// An editor drives SAM: the official Python client and `samctl acp` against a real daemon.
@Suite(.serialized, .enabled(if: Editor.isInstalled, "\(Editor.skip)")) struct EditorTests {
  @Test func anEditorDrivesAWholeSessionWithAnApproval() async throws {
    let (sam, checkout) = try await ready()
    let editor = try Editor(
      [
        ("new", checkout), ("prompt", "Write a note about hello.py"), ("prompt", "[[demo say=heron no-edit]]"),
        ("answer", "reject_once"), ("prompt", "Write another"), ("cancel", "[[demo count=100000 rate=20]]"),
        ("prompt", "[[demo fail=tired]]"), ("restart", ""), ("load", checkout), ("list", checkout),
      ], ["--agent", "demo"], in: sam)
    let lines = try await editor.finish()
    let stops = lines.filter { ["prompt", "cancel"].contains($0["step"] as? String ?? "") }
      .map { ($0["result"] as? [String: Any])?["stopReason"] as? String ?? "error" }
    #expect(stops == ["end_turn", "end_turn", "end_turn", "cancelled", "error"], "\(editor.said)")
    #expect(lines.errors("prompt").first?.contains("tired") == true)

    // The first turn: thought, plan, a question with the change at the editor's own file, the edit, and the push.
    let first = lines.turn(endingWith: 0, of: ["prompt"])
    let question = try #require(first.compactMap { $0["question"] as? [String: Any] }.first)
    let diff = try #require((question["content"] as? [[String: Any]])?.first)
    #expect(diff["path"] as? String == "\(checkout)/hello.py" && "\(diff["newText"] ?? "")".contains("bonjour"))
    #expect(first.updates("tool_call").contains { $0["toolCallId"] as? String == question["toolCallId"] as? String })
    #expect(first.updates("tool_call_update").contains { $0["status"] as? String == "completed" })
    #expect(!first.updates("plan").isEmpty && !first.text("agent_thought_chunk").isEmpty)
    #expect(first.updates("user_message_chunk").isEmpty, "an editor shows what its person says itself")
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(first.text("agent_message_chunk").contains("Pushed branch \(branch)"))
    #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour"))
    #expect(lines.turn(endingWith: 1, of: ["prompt"]).text("agent_message_chunk").contains("heron"))

    // Another process has the whole conversation before session/load is answered.
    let start = try #require(lines.lastIndex { $0["step"] as? String == "initialize" })
    let replay = Array(lines[start...(try #require(lines.lastIndex { $0["step"] as? String == "load" }))])
    #expect(replay.text("user_message_chunk").hasPrefix("Write a note about hello.py[[demo say=heron no-edit]]"))
    #expect(replay.text("agent_message_chunk").contains("Pushed branch \(branch)"))
    let session = try #require(lines.answers("new").first?["sessionId"] as? String)
    let listed = lines.answers("list").first?["sessions"] as? [[String: Any]]
    #expect(listed?.map { $0["sessionId"] as? String } == [session])
    #expect(listed?.first?["cwd"] as? String == checkout)

    // No prompt ran twice.
    let conversation = try #require(try await sam.json("task", "show", session)["session"] as? String)
    #expect(try await sam.turns(of: conversation).count == 5)
    #expect(try await sam.stop() == 0)
    #expect(try sam.strays().isEmpty)
  }

  @Test func picturesAndFilesOfAnEditorReachTheAgent() async throws {
    let (sam, checkout) = try await ready()
    let file = "file://\(checkout)/sub/a%20note.md"
    let blocks: [[String: Any]] = [
      ["type": "text", "text": "Look at "],
      ["type": "resource", "resource": ["uri": file, "text": "not committed yet", "mimeType": "text/markdown"]],
      ["type": "text", "text": " and "],
      ["type": "resource_link", "name": "hello.py", "uri": "file://\(checkout)/hello.py"],
      ["type": "text", "text": " [[demo attachments no-edit]]"],
      ["type": "image", "data": Data([1, 2, 3]).base64EncodedString(), "mimeType": "image/png"],
    ]
    let script = String(decoding: try JSONSerialization.data(withJSONObject: blocks), as: UTF8.self)
    let steps: [Editor.Step] = [("new", checkout), ("blocks", script), ("restart", ""), ("load", checkout)]
    let editor = try Editor(steps, ["--agent", "demo"], in: sam)
    let lines = try await editor.finish()
    #expect(lines.answers("blocks").first?["stopReason"] as? String == "end_turn", "\(editor.said)")
    let said = lines.turn(endingWith: 0, of: ["blocks"]).text("agent_message_chunk")
    #expect(said.contains("I got text attachment:///sub/a%20note.md text/markdown 17 bytes "), "\(said)")
    #expect(said.contains("I got image - image/png 3 bytes "), "\(said)")
    let prompt = try #require((lines.first?["result"] as? [String: Any])?["agentCapabilities"] as? [String: Any])
    #expect("\(prompt)".contains("image = 1") || "\(prompt)".contains("\"image\": 1"), "\(prompt)")
    let replay = lines.text("user_message_chunk")
    #expect(replay.hasPrefix("Look at sub/a note.md and hello.py "), "\(replay)")
    #expect(replay.contains("[with picture-2.png (image/png, 3 bytes)]"), "\(replay)")
    _ = try await sam.stop()
  }

  @Test func anEditorSeesAndSetsHowTheAgentWorks() async throws {
    let (sam, checkout) = try await ready()
    func option(_ value: String) -> Editor.Step { ("option", "[\"mode\", \"\(value)\"]") }
    let editor = try Editor(
      [
        // The first session of an agent is the one that shows what can be set.
        ("new", checkout), ("prompt", "Write a note"), ("new", checkout), option("none"), option("accept"),
        ("prompt", "Write a note"), option("ask"), ("prompt", "Write a note"), ("mode", "accept"),
        ("prompt", "Write a note"), ("restart", ""), ("load", checkout), ("prompt", "Write a note"),
        ("prompt", "[[demo mode=ask no-edit]]"), ("resume", checkout),
      ], ["--agent", "demo"], in: sam)
    let lines = try await editor.finish()
    let new = lines.answers("new")
    #expect(new.first?["modes"] == nil && new.first?["configOptions"] == nil, "nobody knows yet: \(new)")
    let first = lines.turn(endingWith: 0, of: ["prompt"])
    #expect(first.updates("config_option_update").map(\.mode) == ["ask"], "told as soon as it is known: \(editor.said)")
    #expect(first.updates("current_mode_update").map { $0["currentModeId"] as? String } == ["ask"])
    #expect(new.last?.mode == "ask", "\(editor.said)")
    let modes = try #require(new.last?["modes"] as? [String: Any])
    let available = (modes["availableModes"] as? [[String: Any]])?.compactMap { $0["id"] as? String }
    #expect(modes["currentModeId"] as? String == "ask" && available == ["ask", "accept", "locked"], "\(modes)")
    #expect(lines.errors("option").first?.contains("there is ask, accept, locked") == true, "\(editor.said)")
    #expect(lines.answers("option").map(\.mode) == [nil, "accept", "ask"])
    #expect(lines.errors("mode").isEmpty)
    #expect(lines.answers("load").first?.mode == "accept", "\(editor.said)")

    // Whether a turn asked is whether it ran in that mode.
    let asked = (0..<6).map { number in
      lines.turn(endingWith: number, of: ["prompt"]).contains { $0["question"] != nil }
    }
    #expect(asked == [true, false, true, false, false, false], "\(editor.said)")
    let last = lines.turn(endingWith: 5, of: ["prompt"])
    #expect(last.updates("config_option_update").map(\.mode) == ["ask"], "the agent has changed it itself")
    #expect(lines.answers("resume").first?.mode == "ask")
    _ = try await sam.stop()
  }

  @Test func anEditorIsToldWhatIsSetElsewhere() async throws {
    let (sam, checkout) = try await ready()
    let editor = try Editor(
      [("new", checkout), ("prompt", "[[demo say=heron sleep=4 no-edit]]"), ("prompt", "Write a note")],
      ["--agent", "demo"], in: sam)
    try await editor.wait(for: "the agent at work") { "\($0)".contains("heron") }
    let set = try await sam.samctl("session", "set", try await sam.onlySession(), "mode", "accept")
    #expect(set.status == 0, "\(set.all)")
    let lines = try await editor.finish()
    // What is set while the first news are read is read with them.
    let updates = lines.updates("config_option_update").map(\.mode)
    #expect(updates.last == "accept" && Set(updates).count == updates.count, "\(editor.said)")
    #expect(!lines.turn(endingWith: 1, of: ["prompt"]).contains { $0["question"] != nil }, "\(editor.said)")
    _ = try await sam.stop()
  }

  @Test func aPromptThatMeetsALimitOfUseStaysOpenUntilSAMHasGoneOnWithIt() async throws {
    let (sam, checkout) = try await ready()
    let editor = try Editor(
      [("new", checkout), ("prompt", "Write a note [[demo quota=6]]")], ["--agent", "demo"], in: sam)
    let lines = try await editor.finish()
    #expect(lines.answers("prompt").first?["stopReason"] as? String == "end_turn", "\(editor.said)")
    let said = lines.turn(endingWith: 0, of: ["prompt"]).text("agent_message_chunk")
    #expect(said.contains("goes on by itself at"), "its person is told until when it waits: \(said)")
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(said.contains("Pushed branch \(branch)"))
    _ = try await sam.stop()
  }

  @Test func aPromptThatWaitsForTheEndOfALimitCanBeCancelled() async throws {
    let (sam, checkout) = try await ready()
    let editor = try Editor(
      [("new", checkout), ("prompt", "Write a note [[demo quota=3600]]")], ["--agent", "demo"], in: sam)
    try await editor.wait(for: "that it waits") { "\($0)".contains("goes on by itself at") }
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    try await sam.waitForTurn(in: session, ["queued"])
    #expect(editor.process.isRunning, "the prompt is open")
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    #expect(try await sam.samctl("task", "cancel", task).status == 0)
    let lines = try await editor.finish()
    #expect(lines.answers("prompt").first?["stopReason"] as? String == "cancelled", "\(editor.said)")
    _ = try await sam.stop()
  }

  @Test func whenAnotherAnswersFirstTheQuestionIsTakenBackAndTheTurnGoesOn() async throws {
    let (sam, checkout) = try await ready()
    let editor = try Editor(
      [("answer", "nothing"), ("new", checkout), ("prompt", "Write a note")], ["--agent", "demo"], in: sam)
    try await editor.wait(for: "a question") { $0["question"] != nil }
    let approval = try #require(try await sam.list("approval", "list").first?["id"] as? String)
    #expect(try await sam.samctl("approval", "answer", approval, "allow").status == 0)
    let lines = try await editor.finish()
    #expect(lines.answers("prompt").first?["stopReason"] as? String == "end_turn", "\(editor.said)")
    #expect(lines.contains { $0["takenBack"] != nil }, "\(editor.said)")
    #expect(lines.updates("tool_call_update").contains { $0["status"] as? String == "completed" })
    _ = try await sam.stop()
  }

  @Test func whenTheEditorGoesTheWorkGoesOnAndItsQuestionWaits() async throws {
    let (sam, checkout) = try await ready()
    let editor = try Editor(
      [("answer", "nothing"), ("new", checkout), ("prompt", "Write a note")], ["--agent", "demo"], in: sam)
    try await editor.wait(for: "a question") { $0["question"] != nil }
    let task = try #require(try editor.lines().answers("new").first?["sessionId"] as? String)
    editor.process.send(SIGKILL)
    let approval = try #require(try await sam.list("approval", "list").first?["id"] as? String)
    #expect(try await sam.samctl("approval", "answer", approval, "allow").status == 0)
    try await sam.waitForTask(task, ["completed"])
    _ = try await sam.stop()
  }

  @Test func withoutALoginAnEditorIsToldHowToLogIn() async throws {
    let sam = try Installation()
    let nobody = try await Editor([("new", "/"), ("login", "samctl-login")], [], in: sam).finish()
    for error in nobody.errors("new") + nobody.errors("login") {
      #expect(error.hasPrefix("-32000 ") && error.contains("samctl login"), "\(error)")
    }
    #expect(nobody.errors("new").count == 1 && nobody.errors("login").count == 1)
    try await sam.start()
    let refused = try await Editor([("new", "/")], ["--token", "wrong"], in: sam).finish()
    #expect(refused.errors("new").first?.hasPrefix("-32000 ") == true, "\(refused)")
    #expect(refused.errors("new").first?.contains("samctl login") == true, "\(refused)")
    _ = try await sam.stop()
  }

  @Test func aFolderThatIsOfNoProjectSaysWhatToDo() async throws {
    let (sam, _) = try await ready()
    let other = sam.folder.appendingPathComponent("other").path
    _ = try await sam.git("init", "-q", other)
    _ = try await sam.git("-C", other, "remote", "add", "origin", "https://example.com/other.git")
    let lines = try await Editor([("new", other), ("new", sam.data.path)], ["--agent", "demo"], in: sam).finish()
    let errors = lines.errors("new")
    #expect(errors.first?.contains("samctl project add NAME https://example.com/other.git") == true, "\(errors)")
    #expect(errors.last?.contains("--project NAME") == true && errors.count == 2, "\(errors)")
    // Whoever names the project needs no checkout.
    let named = try await Editor([("new", other)], ["--agent", "demo", "--project", "sample"], in: sam).finish()
    #expect(named.answers("new").first?["sessionId"] != nil, "\(named)")
    _ = try await sam.stop()
  }

  @Test(.enabled(if: RealAgent.vibe.isInstalled, "\(RealAgent.vibe.skip)"))
  func anEditorDrivesVibe() async throws {
    let (sam, checkout) = try await ready()
    let model = try await ScriptedServer.model(in: sam.folder)
    sam.companion = model
    try await RealAgent.vibe.define(in: sam, model: model)
    let editor = try Editor(
      [
        ("new", checkout), ("prompt", "Change the greeting. [[scenario edit]]"), ("prompt", "Hello [[scenario chat]]"),
        ("cancel", "Count. [[scenario drip]]"), ("restart", ""), ("load", checkout),
      ], ["--agent", "vibe"], in: sam)
    let lines = try await editor.finish(within: 240)
    #expect(lines.answers("prompt").map { $0["stopReason"] as? String } == ["end_turn", "end_turn"], "\(editor.said)")
    #expect(lines.answers("cancel").first?["stopReason"] as? String == "cancelled", "\(editor.said)")
    let first = lines.turn(endingWith: 0, of: ["prompt"])
    #expect(first.contains { "\($0["question"] ?? "")".contains("hello.py") })
    #expect("\(first.updates("tool_call") + first.updates("tool_call_update"))".contains("bonjour"))
    #expect(!lines.updates("available_commands_update").isEmpty && !lines.updates("usage_update").isEmpty)
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour"))
    #expect(try model.timesAsked("scenario edit") == 1)
    _ = try await sam.stop()
  }

  /// An installation with the project `sample`, and a person's own checkout of it.
  private func ready() async throws -> (Installation, String) {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    #expect(try await sam.samctl("project", "add", "sample", sam.remote.path).status == 0)
    let checkout = sam.folder.appendingPathComponent("checkout").path
    _ = try await sam.git("clone", "-q", "file://\(sam.remote.path)", checkout)
    return (sam, checkout)
  }
}
