// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// A new epoch: the control plane has lost the machine, or was restored. What ran before counts no more, and what the
/// control plane counts on is said again.
@Suite struct HostEpochTests {
  let turn = TurnID(trusted: "turn_1")
  let next = TurnID(trusted: "turn_2")

  @Test("A new epoch ends the running agent, and what it still says counts no more")
  func ends() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("a")
    probe.says("b")
    probe.asks(ApprovalID(trusted: "approval_1"))
    #expect(probe.on(.attach(probe.spec(epoch: 2))).contains(.stopAgent(run: 1)))
    let texts = probe.texts
    probe.says("still talking")
    let refusal = SessionHost.Action.respond(run: 1, ApprovalID(trusted: "approval_2"), option: nil)
    #expect(probe.asks(ApprovalID(trusted: "approval_2")).contains(refusal), "nobody is asked")
    probe.answers(turn)
    #expect(probe.texts == texts)
    #expect(probe.ends(of: turn).isEmpty)
    probe.on(.agentExited(run: 1, reason: "ended"))
    #expect(probe.ends(of: turn) == [.interrupted(reason: "the agent's process ended")])
    probe.on(.superseded)
    #expect(probe.sent.last?.epoch == 2, "the refusal of the earlier epoch's batch does not concern this one")
    #expect(probe.sent.last?.items.map(\.sequence) == [1], "the numbering begins anew")
    probe.on(.acknowledged(1))
    #expect(probe.host.isQuiet)
  }

  @Test("A prompt is handed to an agent of its own epoch: the one that ran before is gone first")
  func fresh() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.answers(turn)
    #expect(probe.deliver(next, epoch: 2).contains(.stopAgent(run: 1)))
    #expect(probe.prompted == [turn])
    probe.on(.agentExited(run: 1, reason: "ended"))
    #expect(probe.run == 2)
    probe.agentOpens(loaded: true, replayed: ["Do it"])
    #expect(probe.prompted == [turn, next])
  }

  @Test("A turn that is vouched for is known: nothing is said of it while it runs")
  func running() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.on(.attach(probe.spec(), turn: turn))
    #expect(probe.ends(of: turn).isEmpty)
    probe.answers(turn)
    probe.on(.attach(probe.spec(), turn: turn))
    #expect(probe.ends(of: turn).count == 1, "its end is on its way in this epoch already")
  }

  @Test("A turn that the machine does not know is ambiguous: its journal is lost")
  func unknown() {
    var probe = HostProbe()
    let actions = probe.on(.attach(probe.spec(), turn: turn))
    #expect(probe.ends(of: turn) == [.ambiguous(reason: "the machine has lost its journal")])
    #expect(actions.contains(.reply(.done)))
    #expect(probe.sent.last?.items.map(\.turn) == [turn])
    #expect(probe.prompted.isEmpty)
  }

  @Test("An attach without a turn says nothing of any")
  func withoutTurn() {
    var probe = HostProbe()
    probe.on(.attach(probe.spec()))
    #expect(probe.items.isEmpty)
  }

  @Test("A prompt that ran in an earlier epoch is not run again, and its end is said again")
  func ranBefore() {
    for isAttach in [false, true] {
      for end in ["end_turn", "cancelled"] {
        var probe = HostProbe()
        probe.begin(turn)
        probe.says("a")
        probe.answers(turn, end)
        probe.on(.acknowledged(99))
        if isAttach {
          probe.on(.attach(probe.spec(epoch: 2), turn: turn))
        } else {
          probe.deliver(turn, epoch: 2)
        }
        let again = probe.host.outbox.waiting.map(\.content)
        #expect(again == [.ended(.finished(stopReason: end))])
        #expect(probe.prompted == [turn])
        if isAttach { probe.on(.attach(probe.spec(epoch: 2), turn: turn)) } else { probe.deliver(turn, epoch: 2) }
        #expect(probe.host.outbox.waiting.count == 1, "once in this epoch")
      }
    }
  }

  @Test("After a restart too: the journal knows in which epoch an end was said")
  func ranBeforeRestart() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.answers(turn)
    probe.restart()
    probe.on(.attach(probe.spec(), turn: turn))
    #expect(probe.ends(of: turn).count == 1, "it waits in the outbox of this epoch")
    probe.restart()
    probe.on(.attach(probe.spec(epoch: 2), turn: turn))
    #expect(probe.ends(of: turn).count == 2)
    probe.restart()
    probe.on(.attach(probe.spec(epoch: 2), turn: turn))
    #expect(probe.ends(of: turn).count == 2)
  }

  @Test("What waited for its hand-over in an earlier epoch is not handed over, unless it is delivered in this one")
  func waitedBefore() {
    for isDelivered in [false, true] {
      var probe = HostProbe()
      probe.deliver(turn)
      probe.on(.attach(probe.spec(epoch: 2)))
      probe.on(.agentExited(run: 1, reason: "ended"))
      if isDelivered { probe.deliver(turn, epoch: 2) }
      if probe.run == 2 { probe.agentOpens() }
      if isDelivered {
        #expect(probe.prompted == [turn])
      } else {
        #expect(probe.prompted.isEmpty, "the control plane has ended that turn")
      }
    }
  }

  @Test("What was handed over in an earlier epoch and answered by nobody is ambiguous or interrupted in this one")
  func handedBefore() {
    for hasSpoken in [false, true] {
      var probe = HostProbe()
      probe.launch.echoesPrompts = false
      probe.begin(turn)
      if hasSpoken { probe.says("a") }
      probe.restart()
      probe.on(.attach(probe.spec(epoch: 2), turn: turn))
      #expect(probe.ends(of: turn).count == 1)
      let isInterrupted = probe.ends(of: turn).contains { if case .interrupted = $0 { true } else { false } }
      #expect(isInterrupted == hasSpoken)
      #expect(probe.prompted == [turn])
    }
  }
}
