// SPDX-License-Identifier: Apache-2.0

/// Compares what a provider has with what the ledger knows, and removes what nobody answers for.
///
/// It touches only what carries the labels of this installation, only what it has seen for a while, only a few at a
/// time, and nothing at all after a restore that no person has confirmed, or when a list could not be read.
enum Reaper {
  /// How often a provider is swept.
  static let interval = Duration.seconds(60)
  /// How long a machine that the ledger does not know must have been seen before it is removed.
  static let age = Duration.seconds(300)
  /// How many machines one sweep may remove.
  static let most = 5

  /// A sweep ended. The next one is owed, whatever came of this one.
  static func swept(_ outcome: EffectOutcome, _ id: CloudID, _ decision: inout Decision) throws {
    if case .listed(let all) = outcome {
      let cloud = try decision.get(Cloud.self, id)
      try compare(all.filter { $0.installation == cloud.installation }, cloud, &decision)
    }
    decision.owe(.sweep(id), lane: id.rawValue, subject: id.rawValue, after: interval)
  }

  private static func compare(_ ours: [ProvidedMachine], _ cloud: Cloud, _ decision: inout Decision) throws {
    var removals = 0
    for shown in ours {
      // A label that is no key of ours was not made by SAM.
      guard let id = shown.machine else { continue }
      guard let machine = try decision.find(Machine.self, id), machine.cloud == cloud.id else {
        try suspect(shown, cloud, &removals, &decision)
        continue
      }
      try known(machine, shown, cloud, &removals, &decision)
    }
    for suspect in cloud.suspects where !ours.contains(where: { $0.handle == suspect.handle }) {
      try decision.record(.cleared(suspect.handle), on: cloud.id, as: Cloud.self)
    }
    try lookForSilent(cloud, seen: Set(ours.map(\.handle)), &decision)
  }

  private static func known(
    _ machine: Machine, _ shown: ProvidedMachine, _ cloud: Cloud, _ removals: inout Int, _ decision: inout Decision
  ) throws {
    switch machine.state {
    case .creating, .destroying:
      guard machine.handle == nil else { break }
      // The create call is under way, or has lost its answer: here it is.
      for row in try decision.effects(for: machine.id.rawValue) {
        if case .findMachine = row.effect { decision.settle(row.id) }
      }
      try MachineOutcome.exists(machine, shown, &decision)
      return
    case .gone:
      guard decision.now - machine.since >= cloud.settling + age else { return }
      guard cloud.state == .open, removals < most else { return }
      removals += 1
      try decision.record(.reappeared(handle: shown.handle), on: machine.id, as: Machine.self)
      MachineEnd.owe(machine.id, &decision)
      return
    default: break
    }
    // A second one with the key of a first: only the handle tells them apart.
    if let handle = machine.handle, handle != shown.handle { try suspect(shown, cloud, &removals, &decision) }
  }

  private static func suspect(
    _ shown: ProvidedMachine, _ cloud: Cloud, _ removals: inout Int, _ decision: inout Decision
  ) throws {
    guard let known = cloud.suspects.first(where: { $0.handle == shown.handle }) else {
      try decision.record(.suspected(shown.handle), on: cloud.id, as: Cloud.self)
      return
    }
    guard cloud.state == .open, decision.now - known.since >= age, removals < most else { return }
    removals += 1
    let id = decision.newID(MachineID.self)
    try decision.record(
      .discovered(name: shown.name, cloud: cloud.id, handle: shown.handle, owner: cloud.owner), on: id,
      as: Machine.self)
    try decision.record(.cleared(shown.handle), on: cloud.id, as: Cloud.self)
    MachineEnd.owe(id, &decision)
  }

  /// What is silent and not in the list may have been removed by somebody else: it is asked for by its handle.
  private static func lookForSilent(
    _ cloud: Cloud, seen: Set<MachineHandle>, _ decision: inout Decision
  ) throws {
    let silent = StateQuery(
      Machine.kind, statuses: [MachineState.booting, .lost].map(\.rawValue), parent: cloud.id.rawValue, limit: 1000)
    for machine in try decision.all(Machine.self, silent) {
      guard let handle = machine.handle, !seen.contains(handle) else { continue }
      guard decision.now - machine.since >= cloud.settling else { continue }
      let owed = try decision.effects(for: machine.id.rawValue).contains { $0.effect == .findMachine(machine.id) }
      if !owed { decision.owe(.findMachine(machine.id), lane: machine.id.rawValue, subject: machine.id.rawValue) }
    }
  }
}
