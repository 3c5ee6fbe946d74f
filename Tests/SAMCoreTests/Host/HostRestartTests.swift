// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// An agent that ends while it starts is started again, a few times, with growing delays; one that works has its credit back.
@Suite struct HostRestartTests {
  let one = TurnID(trusted: "turn_1")
  let two = TurnID(trusted: "turn_2")

  /// A session whose agent has worked and is gone, and a prompt that waits for the next.
  private func gone() -> HostProbe {
    var probe = HostProbe()
    probe.begin(one)
    probe.answers(one)
    probe.on(.agentExited(run: 1, reason: "gone"))
    probe.deliver(two)
    return probe
  }

  private func diesStarting(_ probe: inout HostProbe) {
    probe.on(.agentFailed(run: probe.run, reason: "exit status 7", mayPass: true))
    probe.on(.agentExited(run: probe.run, reason: "exit status 7"))
  }

  private func notices(_ probe: HostProbe) -> [String] {
    probe.items.compactMap { if case .entry(.notice(let notice), _) = $0.content { notice.text } else { nil } }
  }

  @Test("It is started again at once, then after 0.5, 1, 2 and 4 seconds; then the prompt fails with the reason")
  func delays() throws {
    var probe = gone()
    #expect(probe.run == 2)
    diesStarting(&probe)
    #expect(probe.run == 3, "at once")
    for (index, delay) in [500, 1000, 2000, 4000].enumerated() {
      diesStarting(&probe)
      #expect(probe.run == 3 + index, "not yet")
      #expect(probe.actions.contains(.wake(probe.uptime + .milliseconds(delay))))
      probe.wait(.milliseconds(delay - 1))
      #expect(probe.run == 3 + index, "not yet")
      probe.wait(.milliseconds(1))
      #expect(probe.run == 4 + index)
    }
    #expect(probe.ends(of: two) == [])
    diesStarting(&probe)
    guard case .failed(let reason) = try #require(probe.ends(of: two).first) else {
      Issue.record("\(probe.ends(of: two))")
      return
    }
    #expect(reason.contains("exit status 7") && reason.contains("6 times in a row"))
    #expect(notices(probe).count { $0.contains("started again") } == 5)
    let run = probe.run
    probe.wait(.seconds(600))
    #expect(probe.run == run, "nothing waits for it")
    #expect(probe.prompted == [one])
  }

  @Test("After the end of its credit the next prompt begins with all of it")
  func newPrompt() {
    var probe = gone()
    for _ in 1...6 {
      diesStarting(&probe)
      probe.wait(.seconds(30))
    }
    #expect(probe.ends(of: two).count == 1)
    let three = TurnID(trusted: "turn_3")
    probe.deliver(three)
    diesStarting(&probe)
    #expect(probe.ends(of: three) == [])
    probe.agentOpens(loaded: true, replayed: ["Do it"])
    #expect(probe.prompted == [one, three])
  }

  @Test("A hand-over that was cut off is looked for again and again before it is called ambiguous")
  func lookedFor() {
    var probe = HostProbe()
    probe.begin(one)
    probe.on(.agentExited(run: 1, reason: "gone"))
    diesStarting(&probe)
    probe.wait(.seconds(1))
    #expect(probe.ends(of: one) == [])
    probe.agentOpens(loaded: true, replayed: ["Do it"])
    #expect("\(probe.ends(of: one))".contains("interrupted"))
    #expect(probe.prompted == [one])
  }

  @Test("One that cannot work, or never has in this session, is not started again")
  func hopeless() {
    var probe = gone()
    probe.on(.agentFailed(run: 2, reason: "log in first"))
    #expect(probe.ends(of: two) == [.failed(reason: "log in first")])
    var fresh = HostProbe()
    fresh.deliver(one)
    diesStarting(&fresh)
    #expect(fresh.ends(of: one) == [.failed(reason: "exit status 7")])
  }

  @Test("A prompt that is cancelled while the agent is left alone ends at once, and nothing is started for it")
  func cancelled() {
    var probe = gone()
    diesStarting(&probe)
    diesStarting(&probe)
    probe.on(.cancel(two))
    #expect(probe.ends(of: two) == [.cancelled])
    let run = probe.run
    probe.wait(.seconds(60))
    #expect(probe.run == run)
  }

  @Test("Credit: what ended in a row is counted until it has worked, or has run for a minute")
  func credit() {
    var policy = RestartPolicy()
    var now = Duration.zero
    for _ in 1...3 { policy.ended(at: now) }
    policy.opened(at: now)
    now += .seconds(59)
    #expect(policy.ended(at: now) == .seconds(2), "it did not run for long")
    policy.opened(at: now)
    now += .seconds(60)
    #expect(policy.ended(at: now) == .zero)
    for _ in 1...20 { #expect(policy.ended(at: now) <= RestartPolicy.longest) }
    #expect(policy.isExhausted)
    policy.worked()
    #expect(policy.ended(at: now) == .zero && !policy.isExhausted)
  }
}
