// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I11: a machine's end and its use are never both decided from one version of it.
struct I11OneWay {
  private(set) var count = 0
  private var versions: [String: Int64] = [:]

  mutating func committed(_ changes: Changes) -> [String] {
    var wrong: [String] = []
    var decided: [String: (ends: Bool, used: Bool)] = [:]
    for event in changes.events where event.aggregate.kind == Machine.kind {
      let id = event.aggregate.id
      if event.sequence != (versions[id] ?? event.sequence - 1) + 1 {
        wrong.append("\(id): version \(event.sequence) follows \(versions[id] ?? 0)")
      }
      versions[id] = event.sequence
      switch event.type {
      case "machine.destroying", "machine.draining", "machine.reappeared":
        decided[id, default: (false, false)].ends = true
      case "machine.took", "machine.resumed", "machine.woken": decided[id, default: (false, false)].used = true
      default: break
      }
    }
    count += decided.count
    for (id, what) in decided.sorted(by: { $0.key < $1.key }) where what.ends && what.used {
      wrong.append("\(id) is used and ended by one decision")
    }
    return wrong
  }

  mutating func restored() { versions = [:] }
}
