// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I5: no more than is granted: machines of a provider, and sessions that work on one of them at a time.
struct I05Limits {
  private(set) var count = 0

  mutating func committed(_ changes: Changes, _ reader: SimReader) throws -> [String] {
    var wrong: [String] = []
    for event in changes.events where event.aggregate.kind == Machine.kind {
      let id = MachineID(trusted: event.aggregate.id)
      switch try StateCoding.event(event, of: Machine.self) {
      case .requested(_, let cloud, _, let wish, _):
        count += 1
        let alive = MachineState.allCases.filter { $0 != .gone }.map(\.rawValue)
        let all = try reader.states(StateQuery(Machine.kind, statuses: alive, parent: cloud.rawValue, limit: 10_000))
          .count
        if all > wish.limit { wrong.append("\(id) is machine \(all) of \(wish.limit)") }
      case .took:
        count += 1
        let machine = try reader.load(Machine.self, id)
        // A session that is taken up again finds its place there whatever else runs.
        guard let wish = machine.wish, !changes.events.contains(where: { $0.type == "machine.resumed" }) else {
          continue
        }
        if machine.busy.count > wish.slots {
          wrong.append("\(id) has \(machine.busy.count) sessions at work, not \(wish.slots)")
        }
      default: break
      }
    }
    return wrong
  }
}
