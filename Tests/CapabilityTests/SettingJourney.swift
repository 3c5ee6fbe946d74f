// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

extension Journeys {
  /// An agent whose definition has it ask is set, between two prompts, to ask nobody: the second one's edit is asked of nobody.
  func asksNobodyFromTheNextPromptOn(in mode: String, after accident: (Installation) async throws -> Void) async throws
  {
    let (sam, model) = try await agent.ready()
    let run = try await sam.samctl("run", "Hello [[scenario chat]]", "--agent", agent.name, timeout: 120)
    #expect(run.status == 0, "\(run.all.suffix(3000))")
    let session = try await sam.onlySession()
    #expect(try await sam.setting("mode", of: session)["value"] as? String == agent.mode)
    let table = try await sam.samctl("session", "settings", session)
    #expect(table.out.contains("NAME") && table.out.contains(mode), "\(table.all)")

    for (name, value, hint) in [("mod", mode, "did you mean 'mode'?"), ("mode", "no-such", agent.mode)] {
      let wrong = try await sam.samctl("session", "set", session, name, value)
      #expect(wrong.status == 1 && wrong.err.contains(hint), "\(wrong.all)")
    }
    let set = try await sam.samctl("session", "set", session, "mode", mode)
    #expect(set.status == 0 && set.out.contains("from the next prompt on"), "\(set.all)")
    #expect(try await sam.setting("mode", of: session)["next"] as? String == mode, "nothing was said yet")
    try await accident(sam)

    try await sam.say(
      "Change the greeting. \(agent.scenario("edit"))", in: session, turn: 2, becomes: "finished", within: 150)
    #expect(try await sam.samctl("approval", "list", "--all", "--json").out.contains("approval_") == false)
    try await Shell.eventually("the work is pushed") { try await sam.pushedBranches().count == 1 }
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour"))
    #expect(try model.timesAsked(agent.scenario(named: "edit")) == 1)
    let after = try await sam.setting("mode", of: session)
    #expect(after["value"] as? String == mode && after["next"] == nil, "\(after)")
    #expect(try await sam.json("agent", "show", agent.name)["mode"] as? String == agent.mode)
    let said = try await sam.samctl("session", "show", session, "--transcript").out
    #expect(said.components(separatedBy: "mode: \(mode)").count == 2, "it is told once: \(said)")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  /// Another model, and effort, than the definition's: the model that is asked next hears it, also after a restart.
  func worksWithTheModelThatIsSet(_ name: String, effort: String? = nil) async throws {
    let (sam, model) = try await agent.ready()
    let run = try await sam.samctl("run", "Hello [[scenario chat]]", "--agent", agent.name, timeout: 120)
    #expect(run.status == 0, "\(run.all.suffix(3000))")
    let session = try await sam.onlySession()
    let before = try model.requests().count
    #expect(try await sam.samctl("session", "set", session, "model", name).status == 0)
    try await sam.say("And now? [[scenario chat]]", in: session, turn: 2, becomes: "finished", within: 120)
    if let effort {
      // Which there are depends on the model.
      let set = try await sam.samctl("session", "set", session, "effort", effort)
      #expect(set.status == 0, "\(set.all)")
    }
    try await sam.crashAndStart()
    try await sam.say("And again? [[scenario chat]]", in: session, turn: 3, becomes: "finished", within: 120)
    let asked = try model.requests()[before...].filter { $0["scenario"] as? String == "chat" }
      .compactMap { $0["body"] as? [String: Any] }
    #expect(asked.count >= 2, "\(sam.log.suffix(2000))")
    for body in asked { #expect((body["model"] as? String)?.contains(name) == true, "\(body)") }
    if let effort {
      #expect((asked.last?["reasoning"] as? [String: Any])?["effort"] as? String == effort, "\(asked)")
      #expect((asked.first?["reasoning"] as? [String: Any])?["effort"] as? String != effort, "\(asked)")
    }
    _ = try await sam.stop()
  }
}

extension Installation {
  /// A setting of a session.
  func setting(_ id: String, of session: String) async throws -> [String: Any] {
    let all = try await list("session", "settings", session)
    return try #require(all.first { $0["id"] as? String == id }, "\(all)")
  }
}
