// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A machine: its disk, and the runtime's process on it while that lives.
struct SimMachine {
  let id: MachineID
  let isLocal: Bool
  /// How the cloud knows it.
  var handle: MachineHandle?
  /// Which life of the runtime's process this is.
  var incarnation = 0
  var isUp = false
  /// The cloud has removed it.
  var isGone = false
  var begun: Int64 = 0
  var unreachableUntil: Int64 = 0
  /// Its disk is full.
  var isSick = false

  // On the disk.
  var journals: [SessionID: SimJournal] = [:]
  var histories: [SessionID: SimHistory] = [:]
  var workspaces: [WorkspaceID: SimWorkspace] = [:]

  // In the process.
  var connection: Int?
  var sessions: [SessionID: SimSession] = [:]

  init(id: MachineID, isLocal: Bool, handle: MachineHandle? = nil) {
    self.id = id
    self.isLocal = isLocal
    self.handle = handle
  }

  func lives(_ life: Int) -> Bool { isUp && incarnation == life }
}

/// What the production driver `MachineRuntime` does.
extension SimWorld {
  func startMachine(_ id: MachineID, _ life: Int) {
    guard var machine = machines[id], !machine.isUp, !machine.isGone, machine.incarnation == life else { return }
    machine.incarnation += 1
    machine.isUp = true
    machine.begun = now
    machines[id] = machine
    note(20, "machine \(id.rawValue.suffix(6)) starts, life \(machine.incarnation)")
    if !machine.isLocal { queue.add(.dial(id, machine.incarnation), at: after(10...500)) }
  }

  /// The runtime's process dies, and all agents with it: their guard sees to that. With the power goes what was not
  /// synced.
  func stopMachine(_ id: MachineID, power: Bool) {
    guard var machine = machines[id], machine.isUp else { return }
    machine.isUp = false
    machine.isSick = false
    machine.sessions = [:]
    machine.connection = nil
    for session in machine.journals.keys.sorted() where power {
      let risk = machine.journals[session]?.atRisk ?? 0
      machine.journals[session]?.fail(keeping: script.plan == nil ? chance.below(risk + 1) : 0)
    }
    machines[id] = machine
    note(21, "CRASH machine \(id.rawValue.suffix(6))\(power ? " without power" : "")")
    crashes += 1
    for number in connections.keys.sorted() where connections[number]?.machine == id {
      // A machine without power says nothing to anybody.
      cut(number, controlHears: !power)
    }
  }

  func crashMachine(_ id: MachineID, power: Bool) {
    guard let machine = machines[id], machine.isUp else { return }
    // This machine's runtime is in the control plane's process.
    if machine.isLocal {
      crashControl("with its machine")
      return
    }
    stopMachine(id, power: power)
    queue.add(.machineStart(id, machine.incarnation), at: after(1_000...60_000))
  }

  /// A machine can do nothing for a while, and somebody wants something of it just then.
  func fallIll(_ id: MachineID, _ seconds: Int) {
    guard let life = machines[id]?.incarnation else { return }
    machines[id]?.isSick = true
    note(24, "the disk of machine \(id.rawValue.suffix(6)) is full")
    queue.add(.recover(id, life), at: now + Int64(seconds) * 1_000_000)
    let sessions = find(Machine.self, id)?.sessions.compactMap { find(Session.self, $0) } ?? []
    if let session = sessions.first(where: { $0.state == .ready }) { order(.prompt(session.id, "go on")) }
  }

  func recover(_ id: MachineID, _ life: Int) {
    if machines[id]?.lives(life) == true, machines[id]?.isSick == true { crashMachine(id, power: false) }
  }

  /// The cloud has removed it: nothing of it is left.
  func removeMachine(_ id: MachineID) {
    guard machines[id]?.isGone == false else { return }
    stopMachine(id, power: false)
    machines[id]?.isGone = true
    machines[id]?.journals = [:]
    machines[id]?.histories = [:]
    machines[id]?.workspaces = [:]
    note(22, "machine \(id.rawValue.suffix(6)) is gone")
  }

  func serve(_ request: MachineRequest, on id: MachineID, route: SimRoute) {
    if machines[id]?.isSick == true { return answer(route, .failed(LinkError("the disk is full"))) }
    if isPoisoned(request) { return answer(route, .failed(LinkError("it never gets through"))) }
    switch request {
    case .prepare, .publish, .save, .check:
      guard let life = machines[id]?.incarnation else { return }
      queue.add(.work(id, life, connection: route.connection, id: route.number, request), at: after(50...4_000))
    case .deliver(let delivery): feed(id, delivery.spec.session, .deliver(delivery), route: route)
    case .attach(let spec, let turn): feed(id, spec.session, .attach(spec, turn: turn), route: route)
    case .cancel(let session, let turn): feed(id, session, .cancel(turn), route: route)
    case .answer(let session, let approval, let option, let values):
      feed(id, session, .answer(approval, option: option, values: values), route: route)
    case .end(let session): feed(id, session, .end, route: route)
    }
  }

  /// Git has done its work, or cannot.
  func finishWork(_ id: MachineID, _ life: Int, _ connection: Int, _ number: Int64, _ request: MachineRequest) {
    guard machines[id]?.lives(life) == true else { return }
    let answer: LinkAnswer<MachineReply>
    if chance.oneIn(faults.gitFails) {
      answer =
        chance.oneIn(2)
        ? .failed(LinkError("the remote cannot be reached")) : .given(.refused(reason: "the remote refuses"))
    } else {
      answer = .given(git(request, on: id))
    }
    self.answer((connection, number), answer)
  }

  private func git(_ request: MachineRequest, on id: MachineID) -> MachineReply {
    switch request {
    case .prepare(let order):
      if machines[id]?.workspaces[order.workspace] == nil {
        machines[id]?.workspaces[order.workspace] = SimWorkspace(branch: order.branch)
      }
      return .prepared(baseCommit: "c0ffee")
    case .publish(let order):
      guard let workspace = machines[id]?.workspaces[order.workspace] else {
        return .refused(reason: "there is no such workspace")
      }
      if chance.oneIn(faults.gitFails) { return .published(keep(workspace, problem: "the push was refused")) }
      if chance.oneIn(faults.keepFails) { return .published(Self.unkept) }
      if !remote.branches[workspace.branch, default: []].isSuperset(of: workspace.pieces) {
        remote.branches[workspace.branch, default: []].formUnion(workspace.pieces)
        remote.pushes += 1
      }
      return .published(PublishedWork(result: TaskResult(branch: workspace.pieces.isEmpty ? nil : workspace.branch)))
    case .save(let order):
      guard let workspace = machines[id]?.workspaces[order.workspace] else {
        return .refused(reason: "there is no such workspace")
      }
      return .published(chance.oneIn(faults.keepFails) ? Self.unkept : keep(workspace, problem: nil))
    default: return .done
    }
  }

  /// It could be neither pushed nor kept.
  private static let unkept = PublishedWork(
    result: TaskResult(), problem: "the push was refused, and the bundle could not be stored", bundle: nil)

  private func keep(_ workspace: SimWorkspace, problem: String?) -> PublishedWork {
    remote.bundles.formUnion(workspace.pieces)
    remote.bundleCount += 1
    return PublishedWork(
      result: TaskResult(branch: workspace.branch), problem: problem,
      bundle: BlobID(trusted: "blob_\(remote.bundleCount)"))
  }
}
