// SPDX-License-Identifier: Apache-2.0

/// Compares what a provider has with what the ledger knows, and removes what nobody answers for.
///
/// It touches only what carries the labels of this installation, only what it has seen for a while, only a few at a
/// time, and nothing at all after a restore that no person has confirmed, or when a list could not be read.
enum Reaper {
  /// How often a provider is swept.
  static let interval = Duration.seconds(60)
  /// In how many sweeps in a row a machine that the ledger does not answer for must have been seen before it is removed.
  static let sightings = 5
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
    case .creating where machine.handle == nil, .destroying where machine.handle == nil:
      // The create call is under way, or has lost its answer: here it is.
      for row in try decision.effects(for: machine.id.rawValue) {
        if case .findMachine = row.effect { decision.settle(row.id) }
      }
      try MachineOutcome.exists(machine, shown, &decision)
    case .gone: try suspect(shown, cloud, &removals, &decision)
    default:
      // A second one with the key of a first: only the handle tells them apart.
      if machine.handle != shown.handle { try suspect(shown, cloud, &removals, &decision) }
    }
  }

  /// The ledger does not answer for it. Lists may be behind, and so may the ledger: it must have been seen for a while.
  private static func suspect(
    _ shown: ProvidedMachine, _ cloud: Cloud, _ removals: inout Int, _ decision: inout Decision
  ) throws {
    let earlier = cloud.suspects.first { $0.handle == shown.handle }?.sightings ?? 0
    guard cloud.state == .open, earlier >= sightings, removals < most else {
      // Held sightings are not counted for ever.
      if earlier < sightings { try decision.record(.suspected(shown.handle), on: cloud.id, as: Cloud.self) }
      return
    }
    removals += 1
    try decision.record(.cleared(shown.handle), on: cloud.id, as: Cloud.self)
    if let key = shown.machine, let machine = try decision.find(Machine.self, key), machine.state == .gone,
      machine.cloud == cloud.id
    {
      try decision.record(.reappeared(handle: shown.handle), on: key, as: Machine.self)
      MachineEnd.owe(key, &decision)
      return
    }
    let id = decision.newID(MachineID.self)
    try decision.record(
      .discovered(name: shown.name, cloud: cloud.id, handle: shown.handle, owner: cloud.owner), on: id,
      as: Machine.self)
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
      let isLookedFor = try decision.effects(for: machine.id.rawValue).contains {
        if case .findMachine = $0.effect { true } else { false }
      }
      if !isLookedFor { MachineOutcome.look(for: machine.id, after: .zero, isLast: false, &decision) }
    }
  }
}
