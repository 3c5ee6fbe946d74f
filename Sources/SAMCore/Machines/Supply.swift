// SPDX-License-Identifier: Apache-2.0

/// Brings tasks and machines together: which task begins where, which machine is ordered, and why a task waits.
enum Supply {
  /// Begins a queued task on a machine that is there, or sees to it that one comes.
  static func place(_ id: TaskID, _ decision: inout Decision) throws -> SAMTask {
    let task = try decision.get(SAMTask.self, id)
    guard let wish = task.wish else {
      let machines = try decision.all(Machine.self, StateQuery(Machine.kind, statuses: ["ready"], limit: 1000))
      guard let machine = machines.first(where: { !$0.isProvided }) else {
        throw Rejection(.noMachine, "no machine is ready; start samd on one, or wait for it to come back")
      }
      return try Attempt.begin(id, on: machine, in: &decision)
    }
    let cloud = CloudID(provider: wish.provider)
    guard try decision.find(Cloud.self, cloud) != nil else {
      throw Rejection(
        .noMachine, "there is no provider '\(wish.provider)'; configure it, or give the agent another machine")
    }
    try run(cloud, &decision)
    return try decision.get(SAMTask.self, id)
  }

  /// Does for a provider's tasks and machines what can be done now. It is called whenever either has changed.
  static func run(_ id: CloudID, _ decision: inout Decision) throws {
    var waiting = try decision.all(SAMTask.self, StateQuery(SAMTask.kind, statuses: ["queued"], limit: 10_000))
      .filter { $0.wish?.provider == id.provider }
    waiting = try begin(waiting, id, &decision)
    try order(for: waiting, id, &decision)
    try dropSurplus(demand: waiting.count, id, &decision)
  }

  private static func machines(_ id: CloudID, _ decision: inout Decision) throws -> [Machine] {
    let alive = MachineState.allCases.filter { $0 != .gone }.map(\.rawValue)
    return try decision.all(
      Machine.self, StateQuery(Machine.kind, statuses: alive, parent: id.rawValue, limit: 10_000))
  }

  /// Oldest task first, on the first machine that has room.
  /// - Returns: those for which there is none.
  private static func begin(
    _ waiting: [SAMTask], _ id: CloudID, _ decision: inout Decision
  ) throws -> [SAMTask] {
    var left: [SAMTask] = []
    for task in waiting {
      let free = try machines(id, &decision).first { $0.hasRoom && $0.wish?.kinds == task.wish?.kinds }
      guard let free else {
        left.append(task)
        continue
      }
      _ = try Attempt.begin(task.id, on: free, in: &decision)
    }
    return left
  }

  /// Orders machines for those that none is on its way for, and says to each what it waits for.
  private static func order(for waiting: [SAMTask], _ id: CloudID, _ decision: inout Decision) throws {
    let cloud = try decision.get(Cloud.self, id)
    let all = try machines(id, &decision)
    var count = all.count
    var coming = all.filter(\.isComing).map { (kinds: $0.wish?.kinds ?? [], places: $0.wish?.slots ?? 1) }
    for task in waiting {
      guard let wish = task.wish else { continue }
      var reason = "a machine of provider '\(id.provider)' is on its way"
      if let index = coming.firstIndex(where: { $0.kinds == wish.kinds && $0.places > 0 }) {
        coming[index].places -= 1
      } else if count >= wish.limit {
        reason = "provider '\(id.provider)' has \(count) machines, and \(wish.limit) is the limit; one must get free"
      } else {
        let kinds = wish.kinds.isEmpty ? [nil] : wish.kinds.map(Optional.some)
        if let kind = kinds.first(where: { cloud.block($0) == nil }) {
          try request(kind, wish, for: task, id, &decision)
          count += 1
          coming.append((wish.kinds, wish.slots - 1))
        } else if let block = kinds.lazy.compactMap({ cloud.block($0) }).first {
          reason = "provider '\(id.provider)' gives no machine now: \(block.error.message); SAM asks again"
        }
      }
      if task.waiting != .capacity(reason) {
        try decision.record(.held(.capacity(reason)), on: task.id, as: SAMTask.self)
      }
    }
  }

  private static func request(
    _ kind: String?, _ wish: MachineWish, for task: SAMTask, _ id: CloudID, _ decision: inout Decision
  ) throws {
    let machine = decision.newID(MachineID.self)
    let name = "sam-\(machine.rawValue.suffix(12).lowercased())"
    try decision.record(
      .requested(name: name, cloud: id, kind: kind, wish: wish, owner: task.owner), on: machine, as: Machine.self)
    decision.owe(.createMachine(machine), lane: machine.rawValue, subject: machine.rawValue)
  }

  /// What was ordered for a task that does not wait any more, and no provider was asked for yet, is not made.
  private static func dropSurplus(demand: Int, _ id: CloudID, _ decision: inout Decision) throws {
    let coming = try machines(id, &decision).filter(\.isComing)
    var surplus = coming.reduce(0) { $0 + ($1.wish?.slots ?? 1) } - demand
    for machine in coming.reversed() where machine.state == .requested {
      let places = machine.wish?.slots ?? 1
      guard surplus >= places else { continue }
      surplus -= places
      for row in try decision.effects(for: machine.id.rawValue) { decision.settle(row.id) }
      try decision.record(.dropped(reason: "nobody waits for it any more"), on: machine.id, as: Machine.self)
    }
  }
}

extension Machine {
  /// Whether it is on its way to be ready.
  fileprivate var isComing: Bool { state == .requested || state == .creating || state == .booting }
}
