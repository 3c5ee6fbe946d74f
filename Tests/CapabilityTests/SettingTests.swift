// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// How an agent works is changed in the middle of a conversation, by the command line and the API, with the bundled agent.
/// Real agents: see ``Journeys``.
@Suite struct SettingTests {
  @Test func aTaskBeginsWithWhatIsSetForIt() async throws {
    let sam = try await ready()
    let run = try await sam.samctl("run", "Write a note", "--agent", "demo", "--set", "mode=accept", "--detach")
    #expect(run.status == 0, "\(run.all)")
    let session = try await sam.onlySession()
    try await sam.waitForTurn(in: session, ["finished"])
    #expect(try await sam.list("approval", "list", "--all").isEmpty, "nobody was asked")
    #expect(try await sam.setting("mode", of: session)["value"] as? String == "accept")
    _ = try await sam.stop()
  }

  @Test func whatTheAgentDoesNotHaveOrTakeIsSaidAndThePromptGoesAllTheSame() async throws {
    let sam = try await ready()
    let run = try await sam.samctl(
      "run", "Look [[demo no-edit]]", "--agent", "demo", "--set", "moed=accept", "--set", "mode=locked")
    #expect(run.status == 0, "\(run.all)")
    #expect(run.out.contains("the agent has no setting 'moed'; did you mean 'mode'?"), "\(run.out)")
    #expect(run.out.contains("'mode' was not set to 'locked': the agent refuses it"), "\(run.out)")
    #expect(run.out.contains("it stays 'ask'"), "\(run.out)")
    let session = try await sam.onlySession()
    let all = try await sam.list("session", "settings", session)
    #expect(all.allSatisfy { $0["next"] == nil } && all.count == 2, "it is not tried again: \(all)")
    try await sam.say("Look again [[demo no-edit]]", in: session, turn: 2, becomes: "finished")
    let warnings = try await sam.entries(of: session).filter { $0["level"] as? String == "warning" }
    #expect(warnings.count == 2, "\(warnings)")
    _ = try await sam.stop()
  }

  @Test func whatIsOnOrOffIsSetToo() async throws {
    let sam = try await ready()
    _ = try await sam.samctl("run", "Look [[demo no-edit]]", "--agent", "demo")
    let session = try await sam.onlySession()
    let wrong = try await sam.samctl("session", "set", session, "thoughts", "maybe")
    #expect(wrong.status != 0 && wrong.err.contains("there is on, off"), "\(wrong.all)")
    #expect(try await sam.samctl("session", "set", session, "thoughts", "off").status == 0)
    try await sam.say("Look [[demo no-edit]]", in: session, turn: 2, becomes: "finished")
    let thoughts = try await sam.entries(of: session).filter { $0["type"] as? String == "thought" }
    let turns = Set(thoughts.compactMap { $0["turn"] as? String })
    #expect(turns.count == 1, "only the first turn thought aloud")
    _ = try await sam.stop()
  }

  @Test func whatTheAgentChangesItselfIsNotPutBack() async throws {
    let sam = try await ready()
    _ = try await sam.samctl("run", "Look [[demo no-edit]]", "--agent", "demo", "--set", "mode=accept")
    let session = try await sam.onlySession()
    try await sam.say("Be careful [[demo mode=ask no-edit]]", in: session, turn: 2, becomes: "finished")
    let changed = try await sam.setting("mode", of: session)
    #expect(changed["value"] as? String == "ask" && changed["next"] == nil, "\(changed)")
    #expect(try await sam.samctl("session", "say", session, "Write a note").status == 0)
    let asked = try await sam.openApproval()
    #expect(try await sam.samctl("approval", "answer", asked, "allow").status == 0)
    try await sam.waitForTurn(in: session, ["finished"])
    let said = try await sam.samctl("session", "show", session, "--transcript").out
    #expect(said.contains("The agent has changed mode: ask"), "\(said)")
    _ = try await sam.stop()
  }

  @Test func anAgentThatBeginsANewConversationWorksAsItWasSetTo() async throws {
    let sam = try await ready()
    let added = try await sam.samctl("agent", "add", "forgetful", "--", Installation.samd, "demo-agent", "--forgetful")
    #expect(added.status == 0, "\(added.all)")
    _ = try await sam.samctl("run", "Look [[demo no-edit]]", "--agent", "forgetful")
    let session = try await sam.onlySession()
    #expect(try await sam.samctl("session", "set", session, "mode", "Accept edits").status == 0, "by its name too")
    try await sam.killAgents()
    try await sam.say("Write a note", in: session, turn: 2, becomes: "finished")
    #expect(try await sam.list("approval", "list", "--all").isEmpty)
    let said = try await sam.samctl("session", "show", session, "--transcript").out
    #expect(said.contains("begins a new one"), "\(said)")
    _ = try await sam.stop()
  }

  @Test func theAPITakesAChoiceOnceAndShowsItWithTheSession() async throws {
    let sam = try await ready()
    _ = try await sam.samctl("run", "Look [[demo no-edit]]", "--agent", "demo")
    let session = try await sam.onlySession()
    let put = "sessions/\(session)/settings/mode"
    let view = try await sam.send("PUT", put, #"{"value":"accept"}"#, token: sam.token)
    let settings = try #require(view["settings"] as? [[String: Any]])
    #expect(settings.first?["next"] as? String == "accept", "\(view)")
    #expect(try await sam.api("sessions/\(session)")["settings"] != nil)
    // What is chosen already is no news.
    _ = try await sam.send("PUT", put, #"{"value":"accept"}"#, token: sam.token)
    let said = try await sam.entries(of: session).filter { ($0["changes"] as? [Any])?.isEmpty == false }
    #expect(said.count == 1, "\(said)")
    let wrong = try await sam.send("PUT", "sessions/\(session)/settings/mood", #"{"value":"accept"}"#, token: sam.token)
    let detail = wrong["detail"] as? String ?? ""
    #expect(wrong["code"] as? String == "not_found" && detail.contains("did you mean 'mode'?"), "\(wrong)")
    let shown = try await sam.samctl("agent", "show", "demo")
    #expect(shown.out.contains("mode=ask thoughts=on"), "what holds where nobody has chosen anything: \(shown.out)")
    _ = try await sam.stop()
  }

  private func ready() async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    #expect(try await sam.samctl("project", "add", "sample", sam.remote.path).status == 0)
    return sam
  }
}
