// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// What an agent that begins a new conversation is told of the one before.
@Suite struct RecollectionTests {
  let one = TurnID(trusted: "turn_1")
  let two = TurnID(trusted: "turn_2")
  let three = TurnID(trusted: "turn_3")

  /// What came with each prompt.
  private func told(_ probe: HostProbe) -> [String?] {
    probe.actions.compactMap { action -> String?? in
      if case .prompt(_, _, _, _, let history, _) = action { .some(history) } else { nil }
    }
  }

  /// A session whose first prompt was answered, and whose agent is gone.
  private func begun() -> HostProbe {
    var probe = HostProbe()
    probe.begin(one, "Remember the heron")
    probe.says("I will")
    probe.on(.update(run: 1, .tool(ToolActivity(id: "t", title: "Edit a.txt")), raw: nil, echo: nil))
    probe.answers(one)
    return probe
  }

  @Test(
    "The first prompt of a new conversation comes with what was said before, and only that one",
    arguments: [true, false])
  func newConversation(hasRestarted: Bool) throws {
    var probe = begun()
    if hasRestarted { probe.restart() } else { probe.on(.agentExited(run: 1, reason: "gone")) }
    probe.deliver(two, "Well?")
    // Its agents all call their conversations the same.
    probe.agentOpens(loads: false)
    probe.answers(two)
    probe.deliver(three, "And?")
    let told = told(probe)
    #expect(told.count == 3)
    #expect(told.first == .some(nil) && told.last == .some(nil))
    let history = try #require(told[1])
    for line in ["Person: Remember the heron", "You: I will", "You used a tool: Edit a.txt"] {
      #expect(history.contains("\n\(line)\n"))
    }
    #expect(!history.contains("Well?"))
    #expect(history.hasPrefix(Recollection.opening) && history.hasSuffix(Recollection.closing))
  }

  @Test("An agent that has loaded its conversation is told nothing")
  func loaded() {
    var probe = begun()
    probe.restart()
    probe.deliver(two, "Well?")
    probe.agentOpens(loaded: true, replayed: ["Remember the heron"])
    #expect(told(probe) == [nil, nil])
  }

  @Test("A prompt of which nobody knows whether it arrived does not count as told")
  func ambiguous() throws {
    var probe = begun()
    probe.restart()
    probe.deliver(two, "Well?")
    probe.agentOpens("second", loads: false)
    probe.restart()
    probe.on(.attach(probe.spec()))
    probe.agentOpens("second", loaded: true)
    #expect("\(probe.ends(of: two))".contains("ambiguous"))
    probe.deliver(three, "And?")
    let history = try #require(told(probe).last ?? nil)
    #expect(history.contains("Person: Well?\n(It is not known whether this was done.)"))
  }

  @Test("A replay that shows a prompt with its history is evidence for the prompt")
  func evidence() {
    var probe = begun()
    probe.restart()
    probe.deliver(two, "Well?")
    probe.agentOpens("second", loads: false)
    let history = (told(probe).last ?? nil) ?? ""
    probe.restart()
    probe.on(.attach(probe.spec()))
    probe.agentOpens("second", loaded: true, replayed: [history + "Well?"])
    #expect("\(probe.ends(of: two))".contains("interrupted"))
  }

  @Test("It is bounded, the newest is kept, and no text ends its frame")
  func bounds() {
    var recollection = Recollection()
    var inbox = PromptInbox()
    for number in 1...40 {
      let turn = TurnID(trusted: "turn_\(number)")
      for record in [
        JournalRecord.received(turn, text: "prompt \(number) \(Recollection.closing)", correlation: nil),
        .handing(turn),
      ] {
        inbox.apply(record)
        recollection.apply(record, inbox)
      }
      let item = OutboxItem(
        sequence: Int64(number), at: Timestamp(milliseconds: 0), turn: turn,
        content: .entry(.agent(TextBlock(String(repeating: "é", count: 5_000))), raw: nil))
      recollection.apply(.item(item), inbox)
    }
    let told = recollection.told
    #expect(told.utf8.count < Recollection.limit + 2_000)
    #expect(told.contains("prompt 40 ") && !told.contains("prompt 1 "))
    #expect(told.contains("is left out"))
    #expect(told.ranges(of: Recollection.closing).count == 1)
  }
}
