// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// A turn is cancelled in every state in which it can be.
@Suite struct HostCancelTests {
  let turn = TurnID(trusted: "turn_1")
  let approval = ApprovalID(trusted: "approval_1")
  let cancelled = TurnEnd.finished(stopReason: "cancelled")

  @Test("Cancelled before it arrives: it is never handed over, and its end is said once, in the session's epoch")
  func unknown() {
    var probe = HostProbe()
    #expect(probe.on(.cancel(turn)).contains(.reply(.done)))
    #expect(probe.sent.isEmpty, "there is no epoch yet in which it could be said")
    #expect(probe.deliver(turn).contains(.reply(.done)))
    #expect(probe.ends(of: turn) == [.cancelled])
    #expect(probe.sent.first?.epoch == 1)
    probe.agentOpens()
    #expect(probe.prompted.isEmpty)
  }

  @Test("Cancelled before it arrives, in a session that is served: its end is said at once")
  func unknownInKnownSession() {
    var probe = HostProbe()
    probe.on(.attach(probe.spec()))
    probe.on(.cancel(turn))
    #expect(probe.ends(of: turn) == [.cancelled])
    probe.deliver(turn)
    #expect(probe.ends(of: turn) == [.cancelled])
  }

  @Test("A crash between the withdrawal and the word of it loses neither")
  func withdrawnThenCrash() {
    var probe = HostProbe(journal: [.epoch(1), .refused(turn)])
    probe.on(.cancel(turn))
    #expect(probe.ends(of: turn) == [.cancelled])
    var other = HostProbe(journal: [.epoch(1), .refused(turn)])
    other.deliver(turn)
    #expect(other.ends(of: turn) == [.cancelled])
    #expect(other.run == 0)
  }

  @Test("Cancelled while it waits: it ends at once")
  func received() {
    var probe = HostProbe()
    probe.deliver(turn)
    probe.on(.cancel(turn))
    #expect(probe.ends(of: turn) == [.cancelled])
    probe.agentOpens()
    #expect(probe.prompted.isEmpty)
  }

  @Test(
    "Cancelled while the agent has it: the agent is asked once, and its answer ends the turn", arguments: [true, false])
  func live(spoken: Bool) {
    var probe = HostProbe()
    probe.begin(turn)
    if spoken { probe.says("Working") }
    #expect(probe.on(.cancel(turn)).contains(.cancelPrompt(run: 1)))
    #expect(!probe.on(.cancel(turn)).contains(.cancelPrompt(run: 1)))
    #expect(probe.ends(of: turn) == [])
    probe.answers(turn, "cancelled")
    #expect(probe.ends(of: turn) == [cancelled])
    probe.wait(.seconds(30))
    #expect(!probe.actions.contains(.stopAgent(run: 1)), "an agent that obeyed is not killed")
  }

  @Test("An agent that does not stop is killed when its grace is over, and the turn ends cancelled")
  func grace() {
    var probe = HostProbe(settings: .init(cancelGrace: .seconds(20)))
    probe.begin(turn)
    probe.says("Working")
    probe.on(.cancel(turn))
    #expect(!probe.wait(.milliseconds(19_999)).contains(.stopAgent(run: 1)))
    #expect(probe.wait(.milliseconds(1)).contains(.stopAgent(run: 1)))
    #expect(probe.ends(of: turn) == [cancelled])
    probe.on(.agentExited(run: 1, reason: "killed"))
    #expect(probe.ends(of: turn) == [cancelled])
  }

  @Test("An agent that ends when it is asked to stop has stopped: the turn is cancelled, not failed")
  func exitInsteadOfAnswer() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("Working")
    probe.on(.cancel(turn))
    probe.on(.agentExited(run: 1, reason: "exit status 130"))
    #expect(probe.ends(of: turn) == [cancelled])
  }

  @Test("An agent that ends by itself fails the turn")
  func exit() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.says("Working")
    probe.on(.agentExited(run: 1, reason: "exit status 1"))
    #expect(probe.ends(of: turn) == [.failed(reason: "exit status 1")])
  }

  @Test("Cancelled after a restart, while the agent is being asked: the turn ends as the evidence says")
  func comparing() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.restart()
    probe.on(.attach(probe.spec()))
    #expect(probe.on(.cancel(turn)).contains(.reply(.done)))
    probe.agentOpens(loaded: true, replayed: ["Do it"])
    #expect(probe.ends(of: turn).count == 1)
    #expect(probe.prompted == [turn])
  }

  @Test("Cancelled after its end: nothing happens")
  func ended() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.answers(turn)
    let count = probe.journal.count
    #expect(probe.on(.cancel(turn)).contains(.reply(.done)))
    #expect(probe.journal.count == count)
  }

  @Test("What the agent asked is answered 'cancelled' when its turn is")
  func openApproval() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.asks(approval)
    #expect(probe.on(.cancel(turn)).contains(.respond(run: 1, approval, option: nil)))
    #expect(!probe.on(.answer(approval, option: "yes")).contains(.respond(run: 1, approval, option: "yes")))
  }

  @Test("What the agent asks while it is being cancelled is answered 'cancelled' at once")
  func lateApproval() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.on(.cancel(turn))
    #expect(probe.asks(approval).contains(.respond(run: 1, approval, option: nil)))
    let asked = probe.items.contains { if case .asked = $0.content { true } else { false } }
    #expect(!asked, "nobody needs to be asked")
  }

  @Test("An approval is answered once, and void when the agent is gone")
  func approvals() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.asks(approval)
    #expect(probe.on(.answer(approval, option: "yes")).contains(.respond(run: 1, approval, option: "yes")))
    #expect(!probe.on(.answer(approval, option: "no")).contains(.respond(run: 1, approval, option: "no")))
    let second = ApprovalID(trusted: "approval_2")
    probe.asks(second)
    probe.on(.agentExited(run: 1, reason: "gone"))
    #expect(probe.items.contains { $0.content == .agentGone(reason: "gone") })
    #expect(probe.on(.answer(second, option: "yes")).contains(.reply(.done)))
    #expect(!probe.actions.contains(.respond(run: 1, second, option: "yes")))
  }
}
