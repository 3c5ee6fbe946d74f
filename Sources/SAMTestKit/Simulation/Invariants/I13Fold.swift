// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I13: the state rows are the fold of the ledger: each step as it happens, and all of it at the end.
struct I13Fold {
  private(set) var count = 0
  private var states: [AggregateKey: Folded] = [:]
  /// The facts of the last commit that changed nothing.
  private(set) var idle: [EventRecord] = []

  /// One aggregate, as the ledger tells it.
  private enum Folded: Equatable {
    case project(Project)
    case profile(Profile)
    case task(SAMTask)
    case session(Session)
    case turn(Turn)
    case approval(Approval)
    case grant(Grant)
    case machine(Machine)
    case workspace(Workspace)
    case cloud(Cloud)
    case quota(Quota)
    case attachment(Attachment)
  }

  mutating func committed(_ changes: Changes) throws -> [String] {
    idle = []
    for event in changes.events {
      let before = states[event.aggregate]
      states[event.aggregate] = try fold(event, before)
      if states[event.aggregate] == before { idle.append(event) }
    }
    return try changes.states.compactMap { row in
      count += 1
      guard let folded = states[row.key] else { return "\(row.key.id) has a state and no ledger" }
      return try encode(folded) == row.body ? nil : "\(row.key.id) is not the fold of its ledger"
    }
  }

  /// The sessions that a commit has changed, as they are now.
  func sessions(in changes: Changes) -> [Session] {
    changes.states.compactMap { if case .session(let it) = states[$0.key] { it } else { nil } }
  }

  /// The turns that a commit has changed, as they are now.
  func turns(in changes: Changes) -> [Turn] {
    changes.states.compactMap { if case .turn(let it) = states[$0.key] { it } else { nil } }
  }

  /// The whole ledger, from the beginning.
  mutating func whole(_ reader: SimReader) throws -> [String] {
    var wrong: [String] = []
    try restored(reader)
    for (key, folded) in states.sorted(by: { $0.key.id < $1.key.id }) {
      count += 1
      if try reader.state(key)?.body != encode(folded) { wrong.append("\(key.id) is not the fold of its whole ledger") }
    }
    return wrong
  }

  /// The store is another one.
  mutating func restored(_ reader: SimReader) throws {
    states = [:]
    for event in try reader.events(EventQuery(limit: 1_000_000)) {
      states[event.aggregate] = try fold(event, states[event.aggregate])
    }
  }

  private func fold(_ record: EventRecord, _ state: Folded?) throws -> Folded? {
    switch record.aggregate.kind {
    case Project.kind: .project(try next(record) { if case .project(let it) = state { it } else { nil } })
    case Profile.kind: .profile(try next(record) { if case .profile(let it) = state { it } else { nil } })
    case SAMTask.kind: .task(try next(record) { if case .task(let it) = state { it } else { nil } })
    case Session.kind: .session(try next(record) { if case .session(let it) = state { it } else { nil } })
    case Turn.kind: .turn(try next(record) { if case .turn(let it) = state { it } else { nil } })
    case Approval.kind: .approval(try next(record) { if case .approval(let it) = state { it } else { nil } })
    case Grant.kind: .grant(try next(record) { if case .grant(let it) = state { it } else { nil } })
    case Machine.kind: .machine(try next(record) { if case .machine(let it) = state { it } else { nil } })
    case Workspace.kind: .workspace(try next(record) { if case .workspace(let it) = state { it } else { nil } })
    case Cloud.kind: .cloud(try next(record) { if case .cloud(let it) = state { it } else { nil } })
    case Quota.kind: .quota(try next(record) { if case .quota(let it) = state { it } else { nil } })
    case Attachment.kind:
      .attachment(try next(record) { if case .attachment(let it) = state { it } else { nil } })
    default: nil
    }
  }

  private func next<A: Aggregate>(_ record: EventRecord, _ current: () -> A?) throws -> A {
    let event = try StateCoding.event(record, of: A.self)
    guard var state = current() else {
      guard let id = A.ID(rawValue: record.aggregate.id) else {
        throw StoreError(.corrupt, "'\(record.aggregate.id)' is no id of a \(A.kind)")
      }
      return try A(first: event, id: id, at: record.at)
    }
    try state.apply(event, at: record.at)
    return state
  }

  private func encode(_ folded: Folded) throws -> [UInt8] {
    switch folded {
    case .project(let state): try StateCoding.encode(state)
    case .profile(let state): try StateCoding.encode(state)
    case .task(let state): try StateCoding.encode(state)
    case .session(let state): try StateCoding.encode(state)
    case .turn(let state): try StateCoding.encode(state)
    case .approval(let state): try StateCoding.encode(state)
    case .grant(let state): try StateCoding.encode(state)
    case .machine(let state): try StateCoding.encode(state)
    case .workspace(let state): try StateCoding.encode(state)
    case .cloud(let state): try StateCoding.encode(state)
    case .quota(let state): try StateCoding.encode(state)
    case .attachment(let state): try StateCoding.encode(state)
    }
  }
}
