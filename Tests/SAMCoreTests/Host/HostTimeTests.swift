// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// What a host waits for is counted by uptime; a silent agent is told of.
@Suite struct HostTimeTests {
  let turn = TurnID(trusted: "turn_1")
  let day = Duration.seconds(86_400)

  private func silences(_ probe: HostProbe) -> [String] {
    probe.items.compactMap { item in
      switch item.content {
      case .silent: "silent"
      case .heard: "heard"
      default: nil
      }
    }
  }

  @Test("An agent that works and says nothing is silent after the time, once, and heard when it speaks again")
  func silence() throws {
    var probe = HostProbe(settings: .init(silence: .seconds(600)))
    probe.begin(turn)
    probe.says("a")
    #expect(probe.actions.contains(.wake(probe.uptime + .seconds(600))))
    probe.wait(.seconds(599))
    #expect(silences(probe).isEmpty)
    probe.wait(.seconds(1))
    #expect(silences(probe) == ["silent"])
    let item = try #require(probe.items.last { if case .silent = $0.content { true } else { false } })
    #expect(item.turn == turn)
    #expect(item.content == .silent(since: probe.now + .seconds(-600)))
    probe.wait(.seconds(6000))
    #expect(silences(probe) == ["silent"], "it is said once")
    probe.says("b")
    #expect(silences(probe) == ["silent", "heard"])
    probe.wait(.seconds(600))
    #expect(silences(probe) == ["silent", "heard", "silent"])
    probe.answers(turn)
    #expect(silences(probe) == ["silent", "heard", "silent", "heard"])
    #expect(probe.ends(of: turn) == [.finished(stopReason: "end_turn")])
  }

  @Test("Any word counts: a thought, a tool call, a replayed prompt, a question")
  func words() {
    let words: [(inout HostProbe) -> Void] = [
      { $0.says("a") }, { $0.on(.update(run: 1, .thought(TextBlock("hm")), raw: nil, echo: nil)) },
      { $0.on(.update(run: 1, .tool(ToolActivity(id: "t")), raw: nil, echo: nil)) },
      { $0.on(.update(run: 1, nil, raw: nil, echo: "Do it")) }, { $0.on(.update(run: 1, nil, raw: nil, echo: nil)) },
      { $0.asks(ApprovalID(trusted: "approval_1")) },
    ]
    for word in words {
      var probe = HostProbe(settings: .init(silence: .seconds(600)))
      probe.begin(turn)
      probe.wait(.seconds(599))
      word(&probe)
      probe.wait(.seconds(599))
      #expect(silences(probe).isEmpty)
    }
  }

  @Test("An agent that waits for an answer, is idle, is being cancelled or is gone is not silent")
  func notSilent() {
    let states: [(inout HostProbe) -> Void] = [
      { $0.asks(ApprovalID(trusted: "approval_1")) }, { $0.answers(turn) },
      { $0.on(.agentExited(run: 1, reason: "crashed")) }, { $0.on(.cancel(turn)) },
    ]
    for state in states {
      var probe = HostProbe(settings: .init(cancelGrace: .seconds(9000), idle: .seconds(9000), silence: .seconds(600)))
      probe.begin(turn)
      probe.says("a")
      state(&probe)
      probe.wait(.seconds(8000))
      #expect(silences(probe).isEmpty)
    }
  }

  @Test("The silence of an agent that was answered begins with the answer")
  func answered() {
    var probe = HostProbe(settings: .init(silence: .seconds(600)))
    probe.begin(turn)
    let approval = ApprovalID(trusted: "approval_1")
    probe.asks(approval)
    probe.wait(.seconds(8000))
    probe.on(.answer(approval, option: "yes"))
    probe.wait(.seconds(599))
    #expect(silences(probe).isEmpty)
    probe.wait(.seconds(1))
    #expect(silences(probe) == ["silent"])
  }

  @Test("A wall clock that jumps by a day hurries nothing and holds nothing back", arguments: [1, -1])
  func jump(_ direction: Int) {
    let settings = SessionHost.Settings(
      cancelGrace: .seconds(20), idle: .seconds(120), silence: .seconds(600))
    /// What the host does about each deadline, and the moment before, when the clock jumps as soon as it is set.
    func atDeadline(
      _ after: Duration, _ begin: (inout HostProbe) -> Void, _ isDone: (HostProbe) -> Bool, _ what: String
    ) {
      var probe = HostProbe(settings: settings)
      probe.begin(turn)
      begin(&probe)
      probe.now = probe.now + day * direction
      probe.on(.tick)
      probe.wait(after - .milliseconds(1))
      #expect(!isDone(probe), "\(what) came early")
      probe.wait(.milliseconds(1))
      #expect(isDone(probe), "\(what) did not come")
    }
    func isStopped(_ probe: HostProbe) -> Bool { probe.actions.contains(.stopAgent(run: 1)) }
    atDeadline(
      .milliseconds(50),
      {
        $0.says("a"); $0.says("b")
      }, { $0.texts == ["a", "b"] }, "text")
    atDeadline(.seconds(20), { $0.on(.cancel(turn)) }, isStopped, "the end of the grace")
    atDeadline(.seconds(120), { $0.answers(turn) }, isStopped, "the end of the idle agent")
    atDeadline(.seconds(600), { $0.says("a") }, { silences($0) == ["silent"] }, "silence")
    atDeadline(
      .milliseconds(100),
      { probe in
        probe.says("a")
        probe.on(.deliveryFailed)
      }, { $0.sent.count == 2 }, "the next attempt to report")
  }

  @Test("Entries carry the time of day")
  func timeOfDay() {
    var probe = HostProbe()
    probe.begin(turn)
    probe.now = probe.now + day
    probe.says("a")
    #expect(probe.items.last?.at == probe.now)
  }
}
