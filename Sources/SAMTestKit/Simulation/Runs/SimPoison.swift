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

  /// All but what is poisoned have come to rest: that is what I12 promises.
  func othersCameToRest() { checks.starvation.cameToRest() }
}
