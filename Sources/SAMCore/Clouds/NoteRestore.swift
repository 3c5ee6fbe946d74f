// SPDX-License-Identifier: Apache-2.0

/// The store came out of a backup: the world may be ahead of the ledger.
///
/// What was in flight then is unknown now, what machines numbered since then begins anew in another epoch, and nothing
/// is removed from a provider until a person confirms (``ConfirmRestore``). Each restore has epochs of its own, far above
/// those of the one before: machines may have been through epochs that this ledger has never heard of.
public struct NoteRestore: Command {
  /// The stable name.
  public static let name = "restore.note"
  /// Which restore: the store's ``StoreMetadata/restoreGeneration``.
  public var generation: Int

  /// - Parameter generation: which restore.
  public init(generation: Int) { self.generation = generation }

  /// The claim that is held while no person has confirmed.
  static let unconfirmed = "restore/unconfirmed"

  /// Does it once for each restore.
  public func decide(in decision: inout Decision) throws -> Done {
    let claim = "restore/\(generation)"
    guard try decision.holder(of: claim) == nil else { return Done() }
    try decision.claim(claim, for: "sam", or: "restore \(generation) is noted already")
    if try decision.holder(of: Self.unconfirmed) == nil {
      try decision.claim(Self.unconfirmed, for: String(generation), or: "restore \(generation) is not confirmed yet")
    }
    for cloud in try decision.all(Cloud.self, StateQuery(Cloud.kind, limit: 1000)) {
      try decision.record(.held(generation: generation), on: cloud.id, as: Cloud.self)
    }
    for row in try decision.allEffects() {
      guard case .createMachine(let machine) = row.effect else { continue }
      decision.settle(row.id)
      if try decision.get(Machine.self, machine).state == .requested {
        try decision.record(.creating, on: machine, as: Machine.self)
      }
      try MachineOutcome.created(.unknown, machine, &decision)
    }
    let open = StateQuery(Session.kind, statuses: ["preparing", "ready"], limit: 100_000)
    let sessions = try decision.all(Session.self, open)
    // Those at rest first: what ends may let another one begin, and that is to begin in its new epoch.
    for session in sessions.filter({ $0.active == nil }) + sessions.filter({ $0.active != nil }) {
      try Conversation.rebind(
        session.id, because: "SAM was restored from a backup", atLeast: Int64(generation) << 32, &decision)
      // What was done in it since the backup was made is not known: it is saved before its machine goes.
      if try decision.get(Workspace.self, session.workspace).state != .destroyed {
        try decision.record(.touched(turn: session.turns + 1), on: session.workspace, as: Workspace.self)
      }
    }
    return Done()
  }
}

/// A person has looked after a restore: what the ledger does not know may be removed again.
///
/// - Warning: Work that agents did after the backup was made, on machines or in sessions that the ledger does not know
///   any more, goes with those machines.
public struct ConfirmRestore: Command {
  /// The stable name.
  public static let name = "restore.confirm"

  /// Confirms for every provider.
  public init() {}

  /// Lets the reaper go on. Confirming twice is fine.
  public func decide(in decision: inout Decision) throws -> Done {
    guard decision.actor.kind == .user else {
      throw Rejection(.invalid, "only a person can confirm a restore")
    }
    if try decision.holder(of: NoteRestore.unconfirmed) != nil { decision.release(NoteRestore.unconfirmed) }
    for cloud in try decision.all(Cloud.self, StateQuery(Cloud.kind, statuses: ["held"], limit: 1000)) {
      try decision.record(.confirmed(by: decision.actor), on: cloud.id, as: Cloud.self)
    }
    return Done()
  }
}
