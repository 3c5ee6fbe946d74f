// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I3: every resource carries installation and ledger key from its create call; one that the ledger does not answer for
/// lives no longer than the bound, and the time in which reaper or cloud could do nothing.
struct I03Leaks {
  /// The age floor, two sweeps, the provider's lists, and some calls.
  static let bound = 300 + 2 * 60 + 2 * 130 + 300
  private(set) var count = 0
  private var orphaned: [String: Int] = [:]
  private var suspected: [MachineHandle: Int] = [:]

  /// SAM asked for its removal: it has done its part, and the bound begins anew.
  mutating func destroys(_ handle: MachineHandle, _ billed: [SimCloud.Resource]) {
    for resource in billed where resource.handle == handle { orphaned[resource.id] = nil }
  }

  mutating func check(
    _ billed: [SimCloud.Resource], _ installation: InstallationID, seconds: Int, isAble: Bool,
    _ reader: SimReader
  ) throws -> [String] {
    var wrong: [String] = []
    var left: [String: Int] = [:]
    let machines = try reader.list(
      Machine.self, StateQuery(Machine.kind, statuses: Machine.billed.map(\.rawValue).sorted(), limit: 100_000))
    for resource in billed where resource.isLabelled {
      guard let key = resource.machine, resource.installation != nil else {
        if resource.installation == installation { wrong.append("\(resource.id) carries no ledger key") }
        continue
      }
      guard resource.installation == installation else { continue }
      count += 1
      guard !isAnsweredFor(resource, key, machines) else { continue }
      left[resource.id] = (orphaned[resource.id] ?? 0) + (isAble ? seconds : 0)
      if left[resource.id] ?? 0 > Self.bound {
        wrong.append(
          "\(resource.id) of \(key) has been billed for \(left[resource.id] ?? 0) s and nobody answers for it")
      }
    }
    orphaned = left
    let handles = Set(billed.map(\.handle))
    var stale: [MachineHandle: Int] = [:]
    for suspect in try reader.list(Cloud.self, StateQuery(Cloud.kind, limit: 1_000)).flatMap(\.suspects)
    where !handles.contains(suspect.handle) {
      stale[suspect.handle] = (suspected[suspect.handle] ?? 0) + (isAble ? seconds : 0)
      if stale[suspect.handle] ?? 0 > Self.bound { wrong.append("\(suspect.handle.value) is suspected and is gone") }
    }
    suspected = stale
    return wrong
  }

  private func isAnsweredFor(_ resource: SimCloud.Resource, _ key: MachineID, _ machines: [Machine]) -> Bool {
    machines.contains { machine in
      machine.handle == resource.handle || (machine.id == key && machine.handle == nil)
    }
  }
}
