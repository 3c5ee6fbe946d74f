// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// When effects are due is counted by uptime: a wall clock that jumps hurries nothing and holds nothing back.
@Suite struct DispatcherTimeTests {
  let start = Timestamp(milliseconds: 1_700_000_000_000)
  let day = Duration.seconds(86_400)
  let machine = MachineID(trusted: "machine_1")

  private func row(
    _ name: String, _ effect: Effect = .endSession(SessionID(trusted: "session_1")), due: Duration
  ) -> EffectRow {
    EffectRow(
      id: EffectID(trusted: "effect_\(name)"), effect: effect, lane: "lane \(name)", class: effect.class, subject: name,
      dueAt: start + due, createdAt: start)
  }

  private func owed(_ row: EffectRow) -> Dispatcher.Input {
    var changes = Changes()
    changes.owed = [row]
    return .committed(changes)
  }

  @Test("A jump by a day, forward or back, changes no due time", arguments: [1, -1])
  func jump(_ direction: Int) {
    for delay in [Duration.zero, .milliseconds(500), .seconds(600), .seconds(86_400)] {
      var dispatcher = Dispatcher.loaded()
      let row = row("a", due: delay)
      let first = dispatcher.on(owed(row), now: Moment(wall: start, uptime: .seconds(5)))
      guard delay > .zero else {
        #expect(first == [.run(row)])
        continue
      }
      #expect(first == [.wake(.seconds(5) + delay)])
      let jumped = start + day * direction
      let early = Moment(wall: jumped + delay, uptime: .seconds(5) + delay - .milliseconds(1))
      #expect(dispatcher.on(.tick, now: early) == [], "too early, whatever the clock says")
      #expect(dispatcher.on(.tick, now: Moment(wall: jumped, uptime: .seconds(5) + delay)) == [.run(row)])
    }
  }

  @Test("What is decided while the clock is wrong waits as long as was decided", arguments: [1, -1])
  func decidedWhileWrong(_ direction: Int) {
    var dispatcher = Dispatcher.loaded()
    let wrong = start + day * direction
    var row = row("a", due: .zero)
    (row.createdAt, row.dueAt) = (wrong, wrong + .seconds(30))
    #expect(dispatcher.on(owed(row), now: Moment(wall: wrong, uptime: .zero)) == [.wake(.seconds(30))])
    #expect(dispatcher.on(.tick, now: Moment(wall: start, uptime: .seconds(30))) == [.run(row)])
  }

  /// How long a row waits that a process finds after its start, when the wall clock shows `wall` then.
  private func waits(_ row: EffectRow, at wall: Timestamp) -> Duration {
    var dispatcher = Dispatcher()
    for action in dispatcher.on(.loaded([row]), now: Moment(wall: wall, uptime: .zero)) {
      if case .wake(let time) = action { return time }
    }
    return .zero
  }

  @Test("After a start a timer waits for what is left of it, and never longer than it was set for")
  func afterStart() {
    let row = row("a", .timer(.approval(ApprovalID(trusted: "approval_1"))), due: .seconds(600))
    #expect(waits(row, at: start + .seconds(200)) == .seconds(400))
    #expect(waits(row, at: start + .seconds(900)) == .zero, "its time passed while nobody looked")
    #expect(waits(row, at: start + day) == .zero)
    #expect(waits(row, at: start + day * -1) == .seconds(600), "the clock was ahead then, or is behind now")
  }

  @Test(
    "After a start what waited for a machine that was away waits no longer than it would have, whatever the clock says")
  func awayBeforeStart() {
    var row = row("a", due: .zero)
    row.createdAt = start + day * -1
    (row.dueAt, row.lastError) = (start + .seconds(15), "the machine is not connected")
    #expect(waits(row, at: start) == .seconds(15))
    #expect(waits(row, at: start + .seconds(-36_000)) == .seconds(30), "the wall clock was set back meanwhile")
  }

  @Test(
    "After a start a timer that may end a machine waits a minute at least, whatever the clock says",
    arguments: [1, -1])
  func destructive(_ direction: Int) {
    for timer in [SAMCore.Timer.boot(machine), .lost(machine), .warm(machine)] {
      let row = row("a", .timer(timer), due: .seconds(600))
      #expect(waits(row, at: start + .seconds(599)) == .seconds(60))
      #expect(waits(row, at: start + .seconds(200)) == .seconds(400))
      let after = waits(row, at: start + day * direction)
      #expect(after == (direction > 0 ? .seconds(60) : .seconds(600)))
      let short = self.row("b", .timer(timer), due: .zero)
      #expect(waits(short, at: start + day * direction) == .seconds(60), "also one that was set for no time at all")
    }
  }
}
