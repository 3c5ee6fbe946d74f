// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// Owed effects run in order within their lane, side by side across lanes, when they are due, and none twice at once.
@Suite struct DispatcherTests {
  let start = Timestamp(milliseconds: 1_000_000)
  let booted = Duration.seconds(70)

  /// Both clocks, so long after the start.
  private func at(_ passed: Duration = .zero) -> Moment { Moment(wall: start + passed, uptime: booted + passed) }

  private func row(
    _ name: String, lane: String, class kind: EffectRow.Class = .idempotent, due: Duration = .zero,
    status: EffectRow.Status = .runnable
  ) -> EffectRow {
    EffectRow(
      id: EffectID(trusted: "effect_\(name)"), effect: .endSession(SessionID(trusted: "session_\(name)")), lane: lane,
      class: kind, subject: name, dueAt: start + due, status: status, createdAt: start)
  }

  private func owed(_ rows: EffectRow...) -> Dispatcher.Input {
    var changes = Changes()
    changes.owed = rows
    return .committed(changes)
  }

  private func settled(_ row: EffectRow) -> Dispatcher.Input {
    var changes = Changes()
    changes.settled = [row.id]
    return .committed(changes)
  }

  private func updated(_ row: EffectRow) -> Dispatcher.Input {
    var changes = Changes()
    changes.updated = [row]
    return .committed(changes)
  }

  @Test("Within a lane one after the other, across lanes side by side")
  func lanes() {
    var dispatcher = Dispatcher.loaded()
    let (a1, a2, b1) = (row("a1", lane: "a"), row("a2", lane: "a"), row("b1", lane: "b"))
    #expect(dispatcher.on(owed(a1, a2, b1), now: at()) == [.run(a1), .run(b1)])
    #expect(dispatcher.on(settled(a1), now: at()) == [], "its execution has not ended yet")
    #expect(dispatcher.on(.finished(a1.id), now: at()) == [.run(a2)])
    #expect(dispatcher.on(settled(b1), now: at()) + dispatcher.on(.finished(b1.id), now: at()) == [])
    #expect(dispatcher.count == 1)
  }

  @Test("An effect that is not due keeps its lane, and wakes when it is")
  func due() {
    var dispatcher = Dispatcher.loaded()
    let (first, second) = (row("1", lane: "a", due: .seconds(5)), row("2", lane: "a"))
    #expect(dispatcher.on(owed(first, second), now: at()) == [.wake(booted + .seconds(5))])
    #expect(dispatcher.on(.tick, now: at(.seconds(4))) == [], "the tick that was asked for is still to come")
    #expect(dispatcher.on(.tick, now: at(.seconds(5))) == [.run(first)])
  }

  @Test("One input asks for one wake: the earliest")
  func wakes() {
    var dispatcher = Dispatcher.loaded()
    let rows = (1...9).map { row("\($0)", lane: "lane \($0)", due: .seconds(10 - $0)) }
    var changes = Changes()
    changes.owed = rows
    #expect(dispatcher.on(.committed(changes), now: at()) == [.wake(booted + .seconds(1))])
    #expect(dispatcher.on(owed(row("later", lane: "x", due: .seconds(7))), now: at()) == [])
    #expect(dispatcher.on(.tick, now: at(.seconds(1))) == [.run(rows[8]), .wake(booted + .seconds(2))])
  }

  @Test("An effect that is to be tried again runs again, with its new attempt, when it is due")
  func again() {
    var dispatcher = Dispatcher.loaded()
    let first = row("1", lane: "a")
    _ = dispatcher.on(owed(first), now: at())
    var next = first
    next.attempt = 2
    next.dueAt = start + .seconds(1)
    #expect(dispatcher.on(updated(next), now: at()) == [])
    #expect(dispatcher.on(.finished(first.id), now: at()) == [.wake(booted + .seconds(1))])
    #expect(dispatcher.on(.tick, now: at(.seconds(1))) == [.run(next)])
  }

  @Test("At most once: leased on disk before it runs")
  func lease() {
    var dispatcher = Dispatcher.loaded()
    let first = row("1", lane: "a", class: .atMostOnce)
    var leased = first
    leased.status = .leased
    #expect(dispatcher.on(owed(first), now: at()) == [.lease(first)])
    #expect(dispatcher.on(updated(leased), now: at()) == [.run(leased)])
    #expect(dispatcher.on(updated(leased), now: at()) == [], "once")
  }

  @Test("At most once: withdrawn before its lease, it does not run and its lane goes on")
  func leaseRefused() {
    var dispatcher = Dispatcher.loaded()
    let (first, second) = (row("1", lane: "a", class: .atMostOnce), row("2", lane: "a"))
    _ = dispatcher.on(owed(first, second), now: at())
    #expect(dispatcher.on(settled(first), now: at()) == [])
    #expect(dispatcher.on(.finished(first.id), now: at()) == [.run(second)])
  }

  @Test("What had begun when the process died is settled as unknown, before its lane goes on")
  func leasedAtLoad() {
    var dispatcher = Dispatcher()
    let (first, second) = (row("1", lane: "a", class: .atMostOnce, status: .leased), row("2", lane: "a"))
    #expect(dispatcher.on(.loaded([first, second]), now: at()) == [.settleUnknown(first)])
    _ = dispatcher.on(settled(first), now: at())
    #expect(dispatcher.on(.finished(first.id), now: at()) == [.run(second)])
  }

  @Test("Withdrawn while it runs: nothing else of the lane begins before it has ended")
  func withdrawn() {
    var dispatcher = Dispatcher.loaded()
    let (first, second) = (row("1", lane: "a"), row("2", lane: "a"))
    _ = dispatcher.on(owed(first, second), now: at())
    #expect(dispatcher.on(settled(first), now: at()) == [])
    #expect(dispatcher.on(.tick, now: at()) == [])
    #expect(dispatcher.on(.finished(first.id), now: at()) == [.run(second)])
  }

  @Test("What is to be tried again holds up its lane, and no other; who withdraws it frees the lane")
  func postponed() {
    var dispatcher = Dispatcher.loaded()
    let (first, second) = (row("1", lane: "a"), row("2", lane: "a"))
    _ = dispatcher.on(owed(first, second), now: at())
    var postponed = first
    postponed.dueAt = at().wall + .seconds(30)
    #expect(dispatcher.on(updated(postponed), now: at()) == [])
    #expect(dispatcher.on(.finished(first.id), now: at()) == [.wake(at().uptime + .seconds(30))])
    let other = row("3", lane: "b")
    #expect(dispatcher.on(owed(other), now: at()) == [.run(other)])
    #expect(dispatcher.on(settled(first), now: at()) == [.run(second)])
  }

  @Test("What was settled or changed while the rows were being loaded is not run as it was")
  func commitsBeforeLoad() {
    var dispatcher = Dispatcher()
    let (first, second) = (row("1", lane: "a"), row("2", lane: "b"))
    _ = dispatcher.on(settled(first), now: at())
    var postponed = second
    postponed.dueAt = at().wall + .seconds(30)
    _ = dispatcher.on(updated(postponed), now: at())
    #expect(dispatcher.on(.loaded([first, second]), now: at()) == [.wake(at().uptime + .seconds(30))])
    #expect(dispatcher.count == 1)
    #expect(dispatcher.on(settled(second), now: at()) == [])
    #expect(dispatcher.count == 0)
  }

  @Test("Rows that were committed while they were being loaded are there once, behind what was owed before")
  func loadedTwice() {
    var dispatcher = Dispatcher()
    let (earlier, first) = (row("0", lane: "a"), row("1", lane: "a"))
    #expect(dispatcher.on(owed(first), now: at()) == [], "nobody knows what comes before it")
    #expect(dispatcher.on(.loaded([earlier, first]), now: at()) == [.run(earlier)])
    #expect(dispatcher.count == 2)
    #expect(
      dispatcher.on(settled(earlier), now: at()) + dispatcher.on(.finished(earlier.id), now: at()) == [.run(first)])
  }
}

extension Dispatcher {
  /// One whose process started with nothing owed.
  static func loaded() -> Dispatcher {
    var dispatcher = Dispatcher()
    _ = dispatcher.on(.loaded([]), now: Moment(wall: Timestamp(milliseconds: 0), uptime: .zero))
    return dispatcher
  }
}
