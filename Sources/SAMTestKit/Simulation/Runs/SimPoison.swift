// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What fails for ever in a run, whatever is tried.
struct SimPoison {
  /// Machines whose removal fails.
  var machines: Set<MachineID> = []
  /// Sessions whose requests fail on their way.
  var sessions: Set<SessionID> = []
  /// A provider that is always out of order; nil = none.
  var provider: String?

  /// Whether anything fails for ever.
  var isActive: Bool { !machines.isEmpty || !sessions.isEmpty || provider != nil }

  /// What a poisoned call is answered with.
  static let error = ProviderError(.unavailable, "it is always out of order")
}

extension SimWorld {
  /// Whether a call fails because what it is about is poisoned.
  func isPoisoned(_ row: EffectRow, provider: String) -> Bool {
    if provider == poison.provider { return true }
    if case .destroyMachine(let id) = row.effect { return poison.machines.contains(id) }
    return false
  }

  /// Whether a request never gets through.
  func isPoisoned(_ request: MachineRequest) -> Bool {
    switch request {
    case .deliver(let delivery): poison.sessions.contains(delivery.spec.session)
    case .attach(let spec, _): poison.sessions.contains(spec.session)
    case .cancel(let session, _), .answer(let session, _, _, _), .end(let session): poison.sessions.contains(session)
    case .prepare, .publish, .save, .check: false
    }
  }

  /// One of the sessions in which something goes on, or one of the provided machines; nothing where there is none yet.
  func plantPoison(_ pick: Int) {
    let busy = all(Turn.self, statuses: TurnState.allCases.filter { !Turn.table.isFinal($0) }.map(\.rawValue))
    let provided = all(Machine.self).filter { $0.isProvided && $0.state != .gone }
    if pick % 2 == 0, let turn = choose(busy, pick) {
      poison.sessions = [turn.session]
    } else if let machine = choose(provided, pick) {
      poison.machines = [machine.id]
    }
    note(74, "poisoned: \(poison.sessions.map(\.rawValue) + poison.machines.map(\.rawValue))")
  }

  /// The ids of all that comes to its end only with what is poisoned.
  func heldUp(by poison: SimPoison) -> Set<String> {
    var held = Set(poison.machines.map(\.rawValue))
    for session in poison.sessions.compactMap({ find(Session.self, $0) }) {
      held.formUnion([session.id.rawValue, session.task.rawValue, session.workspace.rawValue])
      held.formUnion(all(Turn.self).filter { $0.session == session.id }.map(\.id.rawValue))
      held.formUnion(all(Approval.self).filter { $0.session == session.id }.map(\.id.rawValue))
      held.formUnion(all(Machine.self).filter { $0.sessions.contains(session.id) }.map(\.id.rawValue))
    }
    return held
  }

  /// All but what is poisoned have come to rest: that is what I12 promises. Then it gets through after all.
  func othersCameToRest() {
    checks.starvation.cameToRest()
    poison = SimPoison()
    if healedAt != nil { healedAt = now }
    note(75, "all others have come to rest; what was poisoned gets through")
  }
}
