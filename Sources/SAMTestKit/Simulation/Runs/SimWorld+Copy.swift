// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

extension SimWorld {
  /// The same world once more, as it is at this moment: what both have in common need not be played twice.
  ///
  /// Only a world whose store is in memory can be copied. Ids that are made from now on differ from the original's.
  func copy() -> SimWorld? {
    guard let store = store as? InMemoryStore else { return nil }
    let copy = SimWorld(
      script: script, store: store.durableCopy(), installation: installation, isRecorded: trace.isRecorded)
    (copy.faults, copy.chance, copy.cloudChance, copy.queue) = (faults, chance, cloudChance, queue)
    (copy.now, copy.skew, copy.local) = (now, skew, local)
    (copy.backup, copy.generation, copy.fullDisk) = (backup?.durableCopy(), generation, fullDisk)
    copy.control = control
    let seed = script.seed &* 1_000_003 &+ UInt64(events) << 16 &+ UInt64(control.incarnation)
    copy.control.engine = Engine(ids: IDSource(generator: SeededGenerator(seed: seed)))
    (copy.machines, copy.connections, copy.connectionCount) = (machines, connections, connectionCount)
    copy.disconnections = disconnections
    (copy.cloud, copy.cloudDownUntil, copy.remote) = (cloud, cloudDownUntil, remote)
    (copy.people, copy.viewers) = (people, viewers)
    (copy.checks, copy.coverage, copy.trace) = (checks, coverage, trace)
    (copy.healedAt, copy.leaksCheckedAt) = (healedAt, leaksCheckedAt)
    (copy.events, copy.commits, copy.crashes, copy.isOver) = (events, commits, crashes, isOver)
    (copy.crashPoint, copy.poison) = (crashPoint, poison)
    return copy
  }
}
