// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// Every arrow leads where its table says, and every missing arrow is refused and changes nothing.
@Suite struct StateTableTests {
  /// What a walk over one table needs.
  private struct Walker<A: Aggregate, State, Trigger>
  where State: Hashable & Sendable & CaseIterable, Trigger: Hashable & Sendable & CaseIterable {
    var table: StateTable<State, Trigger>
    var id: A.ID
    var first: A.Event
    var start: State
    var events: [Trigger: A.Event]
    var state: (A) -> State
    var others: [A.Event] = []

    /// The aggregate in every state that can be reached.
    func reached() throws -> [State: A] {
      let begun = try A(first: first, id: id, at: Samples.time)
      var found = [start: begun]
      var queue = [begun]
      while !queue.isEmpty {
        let current = queue.removeFirst()
        for arrow in table.arrows where arrow.from == state(current) && found[arrow.to] == nil {
          guard let event = events[arrow.on] else { continue }
          var next = current
          try next.apply(event, at: Samples.time)
          found[arrow.to] = next
          queue.append(next)
        }
      }
      return found
    }

    func check() throws {
      let reached = try reached()
      #expect(reached[start].map(state) == start)
      #expect(Set(reached.keys) == Set(State.allCases), "every state can be reached")
      #expect(Set(events.keys) == Set(Trigger.allCases), "every trigger has an event")
      for from in State.allCases {
        let before = try #require(reached[from])
        for trigger in Trigger.allCases {
          var after = before
          let event = try #require(events[trigger])
          if let to = table.next(from: from, on: trigger) {
            try after.apply(event, at: Samples.time)
            #expect(state(after) == to, "\(A.kind): \(from) on \(trigger)")
            #expect(after.index.status == "\(to)", "\(A.kind): lists show the new state")
          } else {
            #expect(throws: Rejection.self, "\(A.kind): \(from) on \(trigger)") {
              try after.apply(event, at: Samples.time)
            }
            #expect(after == before, "\(A.kind): a refused \(trigger) changed \(from)")
          }
        }
        var again = before
        #expect(throws: Rejection.self, "\(A.kind) does not begin twice") { try again.apply(first, at: Samples.time) }
        #expect(again == before)
      }
      for event in Array(events.values) + others where event != first {
        #expect(throws: Rejection.self, "\(A.kind) does not begin with \(event)") {
          _ = try A(first: event, id: id, at: Samples.time)
        }
      }
    }
  }

  @Test func projects() throws {
    try Walker<Project, Project.State, Project.Trigger>(
      table: Project.table, id: Samples.project, first: Samples.projectEvents[0].1, start: .active,
      events: [.remove: .removed], state: { $0.state }
    ).check()
  }

  @Test func tasks() throws {
    try Walker<SAMTask, TaskState, TaskTrigger>(
      table: SAMTask.table, id: Samples.task, first: Samples.taskEvents[1].1, start: .draft,
      events: [
        .ready: .readied, .queue: .queued, .run: .running, .wait: .waiting(.human("x")),
        .start: .started(
          session: Samples.session, workspace: Samples.workspace, machine: Samples.machine, branch: "b"),
        .complete: .completed(Samples.result), .fail: .failed(reason: "x"), .cancel: .cancelled, .reopen: .reopened,
        .retry: .retried,
      ], state: { $0.state }, others: [.cancelRequested, .held(.capacity("x"))]
    ).check()
  }

  @Test func sessions() throws {
    try Walker<Session, Session.State, Session.Trigger>(
      table: Session.table, id: Samples.session, first: Samples.sessionEvents[0].1, start: .preparing,
      events: [.prepare: .prepared, .close: .closed(reason: "x")], state: { $0.state },
      others: [
        .turnPutFirst(Samples.turn), .turnQueued(Samples.turn), .turnDropped(Samples.turn),
        .turnActivated(Samples.turn), .turnOver(Samples.turn),
      ]
    ).check()
  }

  @Test func turns() throws {
    try Walker<Turn, TurnState, TurnTrigger>(
      table: Turn.table, id: Samples.turn, first: Samples.turnEvents[0].1, start: .queued,
      events: [
        .dispatch: .dispatched, .deliver: .delivered, .start: .started, .requestCancel: .cancelRequested,
        .finish: .finished(stopReason: "end_turn"), .fail: .failed(reason: "x"), .interrupt: .interrupted(reason: "x"),
        .lose: .lost(reason: "x"), .cancel: .cancelled,
      ], state: { $0.state }
    ).check()
  }

  @Test func approvals() throws {
    try Walker<Approval, ApprovalState, Approval.Trigger>(
      table: Approval.table, id: Samples.approval, first: Samples.approvalEvents[0].1, start: .asked,
      events: [.answer: .answered(option: "yes", by: .owner), .expire: .expired, .void: .voided(reason: "x")],
      state: { $0.state }
    ).check()
  }

  @Test func grants() throws {
    try Walker<Grant, Grant.State, Grant.Trigger>(
      table: Grant.table, id: Samples.grant, first: Samples.grantEvents[0].1, start: .active,
      events: [.revoke: .revoked(by: .owner)], state: { $0.state }
    ).check()
  }

  @Test func machines() throws {
    let requested = Machine.Event.requested(
      name: "sam-1", cloud: Samples.cloud, kind: nil, wish: Samples.wish, owner: Samples.owner)
    try Walker<Machine, MachineState, MachineTrigger>(
      table: Machine.table, id: Samples.machine, first: requested, start: .requested,
      events: [
        .begin: .creating, .drop: .dropped(reason: "x"), .create: .created(handle: Samples.handle, address: nil),
        .refuse: .refused(reason: "x"), .enroll: .enrolled, .rest: .idled, .wake: .woken,
        .drain: .draining(reason: "x"), .lose: .lost, .find: .found, .destroy: .destroying(reason: "x"),
        .finish: .destroyed, .reappear: .reappeared(handle: Samples.handle),
      ], state: { $0.state },
      others: [
        .called, .hungUp, .located(handle: Samples.handle), .took(Samples.session), .rested(Samples.session),
        .resumed(Samples.session), .released(Samples.session), .discarded(by: .owner), .givenUp,
      ]
    ).check()
  }

  @Test("A machine's life begins where it comes from: registered, it is ready; discovered, it is to go")
  func machineBeginnings() throws {
    let begun = Samples.machineEvents.filter { ["registered", "requested", "discovered"].contains($0.0) }
    let states = try begun.map { try Machine(first: $0.1, id: Samples.machine, at: Samples.time).state }
    #expect(states == [.ready, .requested, .destroying])
  }

  @Test func clouds() throws {
    try Walker<Cloud, Cloud.State, Cloud.Trigger>(
      table: Cloud.table, id: Samples.cloud, first: Samples.cloudEvents[0].1, start: .open,
      events: [.hold: .held(generation: 1), .confirm: .confirmed(by: .owner)], state: { $0.state },
      others: [
        .settled(settlingSeconds: 0), .blocked(kind: nil, error: ProviderError(.quota, "x")), .eased(kind: nil),
        .unblocked(kind: nil), .suspected(Samples.handle), .cleared(Samples.handle),
      ]
    ).check()
  }

  @Test func quotas() throws {
    try Walker<Quota, Quota.State, Quota.Trigger>(
      table: Quota.table, id: Samples.quota, first: Samples.quotaEvents[0].1, start: .free,
      events: [
        .exhaust: .exhausted(reason: "x", until: Samples.time), .probe: .probing(Samples.session, until: Samples.time),
        .free: .freed,
      ], state: { $0.state }
    ).check()
  }

  @Test func workspaces() throws {
    try Walker<Workspace, Workspace.State, Workspace.Trigger>(
      table: Workspace.table, id: Samples.workspace, first: Samples.workspaceEvents[0].1, start: .requested,
      events: [
        .prepare: .prepared(baseCommit: "c"), .fail: .failed(reason: "x"), .destroy: .destroyed,
      ], state: { $0.state },
      others: [.touched(turn: 1), .saved(through: 1, bundle: nil), .unsavable(reason: "x")]
    ).check()
  }

  /// A profile is defined anew by the event that begins it, so it is walked by hand.
  @Test func profiles() throws {
    var profile = try Profile(first: Samples.profileEvents[0].1, id: Samples.profile, at: Samples.time)
    #expect(throws: Rejection.self) { _ = try Profile(first: .removed, id: Samples.profile, at: Samples.time) }
    try profile.apply(.removed, at: Samples.time)
    let removed = profile
    #expect(throws: Rejection.self) { try profile.apply(.removed, at: Samples.time) }
    #expect(profile == removed)
    try profile.apply(Samples.profileEvents[1].1, at: Samples.time)
    #expect(profile.state == .active && profile.approvals == .deny)
    #expect(Profile.table.arrows.count == 3, "each of them was walked")
  }

  @Test("A session begins its turns in order, one at a time, and none that is not its own")
  func queue() throws {
    let (one, two) = (TurnID(trusted: "turn_1"), TurnID(trusted: "turn_2"))
    var session = try Session(first: Samples.sessionEvents[0].1, id: Samples.session, at: Samples.time)
    func refused(_ event: Session.Event) {
      var copy = session
      #expect(throws: Rejection.self, "\(event)") { try copy.apply(event, at: Samples.time) }
      #expect(copy == session)
    }
    try session.apply(.turnQueued(one), at: Samples.time)
    try session.apply(.turnQueued(two), at: Samples.time)
    refused(.turnActivated(one))
    try session.apply(.prepared, at: Samples.time)
    refused(.turnActivated(two))
    try session.apply(.turnActivated(one), at: Samples.time)
    refused(.turnActivated(two))
    refused(.turnOver(two))
    try session.apply(.turnOver(one), at: Samples.time)
    try session.apply(.turnDropped(two), at: Samples.time)
    #expect(session.queue.isEmpty && session.active == nil && session.turns == 2)
    try session.apply(.closed(reason: "x"), at: Samples.time)
    refused(.turnQueued(one))
  }

  @Test("I9: every state that is not final can be left by a person's wish, or names what it waits for")
  func cancellable() {
    func check<State, Trigger>(
      _ table: StateTable<State, Trigger>, by ways: Set<Trigger>, waiting: [State: Trigger] = [:], final: Set<State>
    ) where State: CaseIterable, Trigger: CaseIterable {
      for state in State.allCases where !table.isFinal(state) && !final.contains(state) {
        let accepts = ways.contains { table.next(from: state, on: $0) != nil }
        let waits = waiting[state].map { table.next(from: state, on: $0) != nil } ?? false
        #expect(accepts || waits, "\(state) cannot be left")
      }
      for state in final where !table.arrows.filter({ $0.from == state }).isEmpty {
        Issue.record("\(state) is final and has a way out")
      }
    }
    check(Project.table, by: [.remove], final: [.removed])
    check(Profile.table, by: [.remove], waiting: [.removed: .define], final: [])
    check(Session.table, by: [.close], final: [.closed])
    check(
      Turn.table, by: [.cancel, .requestCancel], final: [.finished, .failed, .interrupted, .ambiguous, .cancelled])
    check(Approval.table, by: [.void], final: [.answered, .expired, .void])
    check(Grant.table, by: [.revoke], final: [.revoked])
    check(Cloud.table, by: [.confirm], waiting: [.open: .hold], final: [])
    for state in MachineState.allCases {
      let way = wayOut(of: state)
      #expect(Machine.table.next(from: state, on: way.on) != nil, "\(state) waits for what cannot come: \(way)")
    }
    check(Quota.table, by: [.free], waiting: [.free: .exhaust], final: [])
    check(Workspace.table, by: [.destroy], final: [.destroyed])
    for state in TaskState.allCases {
      let ways = SAMTask.table.arrows.filter { $0.from == state }.map(\.on)
      if SAMTask.ended.contains(state) {
        #expect(Set(ways).isSubset(of: [.reopen, .retry]), "an ended task only begins again")
      } else if state == .draft || state == .ready {
        #expect(ways.count == 1, "it is passed through in the transaction that makes the task, and seen by nobody")
      } else {
        #expect(ways.contains(.cancel), "\(state) cannot be cancelled")
      }
    }
  }

  /// What moves a machine on, and whose it is to happen: a timer, an owed effect, or an input that is named.
  private func wayOut(of state: MachineState) -> (on: MachineTrigger, by: String) {
    switch state {
    case .requested: (.begin, "owed: createMachine; withdrawn when its task is cancelled")
    case .creating: (.create, "owed: createMachine, then findMachine until the provider's lists have settled")
    case .booting: (.destroy, "timer: boot")
    case .ready: (.rest, "input: its last session has nothing to do")
    case .idle: (.drain, "timer: warm")
    case .draining: (.destroy, "owed: saveWork; what cannot be saved waits for a person's discard")
    case .lost: (.destroy, "timer: lost; unsaved work waits for the machine, or for a person's discard")
    case .destroying: (.finish, "owed: destroyMachine, or the create call that is still under way")
    case .gone: (.reappear, "final, unless a provider lists it again")
    }
  }
}
