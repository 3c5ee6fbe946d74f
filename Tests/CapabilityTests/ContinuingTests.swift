// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A conversation goes on whatever its agent can do and however it ends.
@Suite struct ContinuingTests {
  @Test(arguments: ["agent", "daemon"]) func anAgentThatCannotLoadIsToldWhatWasSaidBefore(_ killed: String) async throws
  {
    let sam = try await ready()
    _ = try await sam.samctl(
      "agent", "add", "forgetful", "--", Installation.samd, "demo-agent", "--forgetful")
    let run = try await sam.samctl(
      "run", "Remember the heron [[demo say=osprey no-edit]]", "--agent", "forgetful")
    #expect(run.status == 0, "\(run.all)")
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    if killed == "agent" { try await sam.killAgents() } else { try await sam.crashAndStart() }

    let said = try await sam.samctl("session", "say", session, "Well? [[demo recall no-edit]]", "--attach")
    #expect(said.status == 0, "\(said.all)\n\(sam.log.suffix(2000))")
    #expect(said.out.contains("begins a new one"), "the person is told: \(said.out)")
    let texts = try await sam.entries(of: session).filter { $0["type"] as? String == "agent" }
      .compactMap { $0["text"] as? String }.joined()
    let recalled = try #require(texts.range(of: "I was told: ")).upperBound
    let told = texts[recalled...]
    #expect(told.contains("Person: Remember the heron"), "\(told)")
    #expect(told.contains("You: osprey"), "\(told)")
    #expect(!told.contains("Well?"), "the new prompt is no history")
    #expect(texts.ranges(of: "osprey\n").count == 2, "it was said once and told once; nothing was done again: \(texts)")
    let users = try await sam.entries(of: session).filter { $0["type"] as? String == "user" }
    #expect(users.compactMap { $0["text"] as? String }.allSatisfy { !$0.contains("conversation-so-far") })
    try await end(sam)
  }

  /// An agent that works once: it dies when it is asked to load a conversation, so often as a file says.
  private static func brittle(_ counter: String) -> String {
    """
    echo run >> \(counter)
    while read -r line; do
      id=$(printf '%s' "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
      case $line in
      *'"initialize"'*)
        echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":{\\"protocolVersion\\":1,\\"agentCapabilities\\":{\\"loadSession\\":true}}}" ;;
      *'"session/new"'*) echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":{\\"sessionId\\":\\"one\\"}}" ;;
      *'"session/load"'*)
        [ "$(wc -l < \(counter))" -gt "$1" ] || { echo 'the disk of the agent is worn out' >&2; exit 7; }
        echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":{}}" ;;
      *'"session/prompt"'*) echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":{\\"stopReason\\":\\"end_turn\\"}}" ;;
      esac
    done
    """
  }

  @Test func anAgentThatDiesWhileItStartsIsStartedAgainWithDelays() async throws {
    let (sam, session, task) = try await brittle(until: 3)
    #expect(try await sam.samctl("session", "say", session, "Again").status == 0)
    try await sam.waitForTask(task, ["completed"])
    let notices = try await self.notices(in: session, sam)
    #expect(notices.count { $0.contains("started again") && $0.contains("worn out") } == 2, "\(notices)")
    try await end(sam)
  }

  @Test func anAgentThatOnlyDiesEndsTheTaskWithItsLastWordsAndWhatToDo() async throws {
    let (sam, session, task) = try await brittle(until: 100)
    #expect(try await sam.samctl("session", "say", session, "Again").status == 0)
    let failed = try await sam.waitForTask(task, ["failed"])
    let reason = "\(failed)"
    #expect(reason.contains("worn out") && reason.contains("exited with code 7"), "\(reason)")
    #expect(reason.contains("6 times in a row") && reason.contains("agent check"), "\(reason)")
    let runs = try String(contentsOf: sam.folder.appendingPathComponent("runs"), encoding: .utf8)
    #expect(runs.split(separator: "\n").count == 7, "one that worked, and six that did not")
    #expect(try sam.strays().isEmpty)
    try await end(sam)
  }

  /// The turn is being cancelled until its agent says so or is ended; what is said meanwhile waits.
  @Test func aCancelReachesTheAgentAtOnceAndNoFollowUpMeetsALiveTurn() async throws {
    let sam = try await ready(flags: ["--cancel-grace", "4"])
    let heard = sam.folder.appendingPathComponent("heard")
    let deaf = """
      while read -r line; do
        printf '%s\\n' "$line" >> \(heard.path)
        id=$(printf '%s' "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
        case $line in
        *'"initialize"'*) echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":{\\"protocolVersion\\":1}}" ;;
        *'"session/new"'*) echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":{\\"sessionId\\":\\"s$$\\"}}" ;;
        *Stubborn*'Onward'* | *'"text":"Onward"'*) echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":{\\"stopReason\\":\\"end_turn\\"}}" ;;
        *'"session/prompt"'*) echo '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"'s$$'","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"On it"}}}}' ;;
        esac
      done
      """
    _ = try await sam.samctl("agent", "add", "deaf", "--", "sh", "-c", deaf)
    _ = try await sam.samctl("run", "Stubborn", "--agent", "deaf", "--detach")
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    var session = ""
    try await Shell.eventually("the task has a session") {
      session = try await sam.list("session", "list").first?["id"] as? String ?? ""
      return !session.isEmpty
    }
    try await sam.waitForTurn(in: session, ["started"])
    let begun = ContinuousClock.now
    #expect(try await sam.samctl("task", "cancel", task).status == 0)
    try await Shell.eventually("the cancel is on the agent's standard input", within: 3) {
      try String(contentsOf: heard, encoding: .utf8).contains("session/cancel")
    }
    try await sam.waitForTurn(in: session, ["cancelling"], within: 1)
    #expect(try await sam.samctl("session", "say", session, "Onward").status == 0)
    let states = try await sam.turns(of: session).compactMap { $0["state"] as? String }
    #expect(states == ["cancelling", "queued"])
    try await sam.waitForTurn(in: session, ["finished"])
    #expect(ContinuousClock.now - begun > .seconds(4), "it had its grace")
    let turns = try await sam.turns(of: session)
    #expect(turns.first?["reason"] as? String == "cancelled", "\(turns)")
    let prompts = try String(contentsOf: heard, encoding: .utf8).split(separator: "\n").map(String.init)
    let cancel = try #require(prompts.firstIndex { $0.contains("session/cancel") })
    #expect(prompts[cancel + 1].contains("\"initialize\""), "what was said meanwhile met a new agent")
    try await end(sam)
  }

  @Test func anIdleAgentIsEndedAndTheNextPromptFindsItAsItWas() async throws {
    let sam = try await ready(flags: ["--agent-idle", "1"])
    #expect(try await sam.samctl("run", "Hello [[demo say=heron no-edit]]", "--agent", "demo").status == 0)
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    try await Shell.eventually("the idle agent is ended") { try sam.strays().isEmpty }
    let said = try await sam.samctl("session", "say", session, "More [[demo recall no-edit]]", "--attach")
    #expect(said.status == 0 && said.out.contains("I was told: nothing"), "it remembers by itself: \(said.all)")
    #expect(said.out.contains("taken its conversation up"), "\(said.out)")
    try await end(sam)
  }

  // MARK: -

  private func ready(flags: [String] = []) async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start(flags: flags)
    #expect(try await sam.samctl("project", "add", "sample", sam.remote.path).status == 0)
    return sam
  }

  /// A session whose agent worked once and is gone. Until its run of this number it dies when it loads.
  private func brittle(until run: Int) async throws -> (Installation, session: String, task: String) {
    let sam = try await ready(flags: ["--agent-idle", "1"])
    let counter = sam.folder.appendingPathComponent("runs").path
    _ = try await sam.samctl("agent", "add", "brittle", "--", "sh", "-c", Self.brittle(counter), "sh", "\(run)")
    #expect(try await sam.samctl("run", "Hello", "--agent", "brittle").status == 0)
    try await Shell.eventually("the idle agent is ended") { try sam.strays().isEmpty }
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    return (sam, session, task)
  }

  private func notices(in session: String, _ sam: Installation) async throws -> [String] {
    try await sam.entries(of: session).filter { $0["type"] as? String == "notice" }.compactMap { $0["text"] as? String }
  }

  private func end(_ sam: Installation) async throws {
    #expect(try await sam.stop() == 0, "\(sam.log.suffix(2000))")
    #expect(try sam.strays().isEmpty)
  }
}
