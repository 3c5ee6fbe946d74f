// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// What leaves the machine: numbered, in order, not too often, not too much, and only in its own epoch.
@Suite struct HostReportTests {
  let turn = TurnID(trusted: "turn_1")
  let next = TurnID(trusted: "turn_2")

  @Test("The first piece of a message goes out at once, what follows within 50 ms as one")
  func coalescing() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("a")
    #expect(probe.texts == ["a"])
    let actions = probe.says("b")
    #expect(actions.contains(.wake(probe.uptime + .milliseconds(50))))
    probe.pass(.milliseconds(49))
    probe.says("c")
    #expect(probe.texts == ["a"])
    probe.wait(.milliseconds(1))
    #expect(probe.texts == ["a", "bc"])
  }

  @Test("4 KiB do not wait")
  func large() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("a")
    probe.says(String(repeating: "b", count: 4095))
    #expect(probe.texts.count == 1)
    probe.says("c")
    #expect(probe.texts.last?.utf8.count == 4096)
  }

  @Test("Another message, another kind, a tool call and the end of the turn come after what waited")
  func order() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("a")
    probe.says("b")
    probe.says("c", message: "2")
    probe.says("d", message: "2")
    probe.on(.update(run: 1, .thought(TextBlock("e", message: "2")), raw: nil, echo: nil))
    probe.on(.update(run: 1, .tool(ToolActivity(id: "t")), raw: JSONText(text: "{}"), echo: nil))
    probe.says("f")
    probe.says("g")
    probe.answers(turn)
    let seen = probe.items.compactMap { item -> String? in
      switch item.content {
      case .entry(.agent(let block), _): block.text
      case .entry(.thought(let block), _): "(\(block.text))"
      case .entry(.tool(let tool), let raw): "[\(tool.id) \(raw?.text ?? "")]"
      case .ended: "end"
      default: nil
      }
    }
    #expect(seen == ["a", "b", "c", "d", "(e)", "[t {}]", "f", "g", "end"])
    #expect(probe.items.map(\.sequence) == Array(1...Int64(probe.items.count)))
    #expect(probe.items.allSatisfy { $0.turn == turn })
  }

  @Test("What was said after a turn does not become the next turn's words")
  func afterwards() throws {
    var probe = HostProbe()
    probe.begin(turn)
    probe.answers(turn)
    probe.says("by the way, ")
    probe.says("one more thing")
    probe.deliver(next)
    let last = try #require(probe.items.last { if case .entry(.agent, _) = $0.content { true } else { false } })
    #expect(last.turn == nil)
    #expect(probe.texts == ["by the way, ", "one more thing"])
    #expect(probe.prompted == [turn, next])
  }

  @Test("One batch is on its way at a time; what is not acknowledged is sent again, unchanged")
  func again() throws {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("a")
    #expect(probe.sent.count == 1)
    probe.says("x", message: "2")
    #expect(probe.sent.count == 1)
    probe.on(.deliveryFailed)
    #expect(probe.sent.count == 1, "not at once")
    probe.wait(.seconds(1))
    #expect(probe.sent.count == 2)
    let first = try #require(probe.sent.first)
    let second = try #require(probe.sent.last)
    #expect(Array(second.items.prefix(first.items.count)) == first.items)
    probe.on(.acknowledged(second.items.last?.sequence ?? 0))
    #expect(probe.host.outbox.waiting.isEmpty)
    #expect(probe.sent.count == 2)
  }

  @Test("After a reconnection what waits is sent at once")
  func reconnection() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("a")
    for _ in 0..<8 {
      probe.on(.deliveryFailed)
      probe.wait(.seconds(20))
    }
    probe.on(.deliveryFailed)
    let count = probe.sent.count
    probe.on(.attach(probe.spec()))
    #expect(probe.sent.count == count + 1)
  }

  @Test("After a restart what was not acknowledged is sent again")
  func restart() throws {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("a")
    probe.on(.acknowledged(1))
    probe.answers(turn)
    let waiting = probe.host.outbox.waiting
    probe.restart()
    probe.on(.attach(probe.spec()))
    #expect(probe.host.outbox.waiting == waiting)
    #expect(probe.sent.last?.items == waiting)
  }

  @Test("Too much unacknowledged stops the reading of the agent, and half of it read again starts it")
  func backPressure() throws {
    var probe = HostProbe()
    probe.begin(turn)
    var count = 0
    var decided: [SessionHost.Action] = []
    while !decided.contains(.pauseReading), count < 10_000 {
      count += 1
      decided = probe.on(.update(run: 1, .tool(ToolActivity(id: "\(count)")), raw: nil, echo: nil))
    }
    #expect(probe.host.outbox.waiting.count == EntryOutbox.limit)
    #expect(!probe.says("more").contains(.pauseReading), "it is said once")
    while probe.host.outbox.waiting.count >= EntryOutbox.limit / 2 {
      #expect(!decided.contains(.resumeReading))
      let last = try #require(probe.sent.last?.items.last)
      decided = probe.on(.acknowledged(last.sequence))
    }
    #expect(decided.contains(.resumeReading))
    #expect(probe.items.count == count + 2, "nothing is dropped: every update and the start of the turn")
  }

  @Test("A batch holds at most 256 items")
  func batches() {
    var probe = HostProbe()
    probe.begin(turn)
    for number in 0..<600 { probe.on(.update(run: 1, .tool(ToolActivity(id: "\(number)")), raw: nil, echo: nil)) }
    while let last = probe.sent.last?.items.last, last.sequence < Int64(probe.items.count) {
      probe.on(.acknowledged(last.sequence))
    }
    #expect(probe.sent.allSatisfy { $0.items.count <= 256 })
    #expect(probe.sent.flatMap(\.items).map(\.sequence) == Array(1...Int64(probe.items.count)))
  }

  @Test("A session that is served elsewhere says nothing more and hands nothing over")
  func superseded() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.deliver(next)
    probe.says("a")
    let sent = probe.sent.count
    #expect(probe.on(.superseded).contains(.stopAgent(run: 1)))
    probe.says("still talking")
    probe.on(.agentExited(run: 1, reason: "ended"))
    probe.wait(.seconds(60))
    #expect(probe.sent.count == sent)
    #expect(probe.prompted == [turn])
    #expect(probe.run == 1, "no other agent is started")
    #expect(probe.host.isQuiet)
    probe.on(.attach(probe.spec(epoch: 2)))
    #expect(probe.sent.last?.epoch == 2)
    #expect("\(probe.ends(of: turn))".contains("interrupted"), "the later epoch hears how the turn ended")
  }

  @Test("An order of an earlier epoch is refused and changes nothing")
  func earlierEpoch() {
    var probe = HostProbe()
    probe.on(.attach(probe.spec(epoch: 2)))
    let count = probe.journal.count
    for actions in [probe.deliver(turn, epoch: 1), probe.on(.attach(probe.spec(epoch: 1)))] {
      let refused = actions.contains { if case .reply(.refused) = $0 { true } else { false } }
      #expect(refused)
    }
    #expect(probe.journal.count == count)
  }

  @Test("An acknowledgement of an earlier epoch takes nothing from the later one")
  func lateAcknowledgement() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("a")
    probe.on(.attach(probe.spec(epoch: 2)))
    probe.on(.agentExited(run: 1, reason: "ended"))
    let waiting = probe.host.outbox.waiting
    #expect(!waiting.isEmpty, "the later epoch hears how the turn ended")
    probe.on(.acknowledged(1))
    #expect(probe.host.outbox.waiting == waiting)
    #expect(probe.sent.last?.epoch == 2)
  }
}
