// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// A whole installation in one run: a control plane that dies, a machine that loses power, a cable, people, viewers.
struct DriverScene: Sendable {
  let run: ExecutorRun
  var flaw: Flaw?

  /// Plays it.
  /// - Returns: the promises that were broken, and how often what happened.
  func play() async throws -> (violations: [String], coverage: [String: Int]) {
    let faults = Faults(run, until: .milliseconds(2000 + run.draw(8000)))
    let plane = ControlPlane(run: run, faults: faults, flaw: flaw)
    let machine = DriverMachine(uplink: plane, run: run, flaw: flaw)
    let (id, sessions) = try await furnish(plane)
    let cable = Cable(plane: plane, machine: machine, id: id, run: run)
    let viewers = sessions.map { Viewer(session: $0, plane: plane, run: run, flaw: flaw) }
    try await withThrowingTaskGroup(of: Void.self) { infrastructure in
      infrastructure.addTask { try await plane.serve(deaths: run.draw(5)) { await cable.plug() } }
      infrastructure.addTask { try await machine.serve(losses: run.draw(4)) { await cable.plug() } }
      if run.oneIn(2) { infrastructure.addTask { try await cable.wear() } }
      if run.oneIn(2) { infrastructure.addTask { try await cable.age() } }
      for viewer in viewers { infrastructure.addTask { try await viewer.watch { _ in false } } }
      let guardian = Person(name: "guardian", plane: plane, run: run, sessions: sessions)
      for session in sessions { infrastructure.addTask { try await guardian.decide(in: session) } }
      try await withThrowingTaskGroup(of: Void.self) { people in
        for number in 0..<3 {
          let person = Person(name: "person\(number)", plane: plane, run: run, sessions: sessions)
          people.addTask { try await person.work() }
        }
        try await people.waitForAll()
      }
      try await run.waiting(for: "all that is owed") { try await settle(plane, sessions) }
      // Time enough for the slowest viewer.
      try await run.clock.sleep(for: .seconds(5))
      infrastructure.cancelAll()
    }
    try await DriverPromises(plane: plane, machine: machine, sessions: sessions, viewers: viewers).check()
    return (faults.violations, try await coverage(plane, machine))
  }

  private func furnish(_ plane: ControlPlane) async throws -> (MachineID, [SessionID]) {
    let launch = AgentLaunch(command: "scripted", echoesPrompts: run.oneIn(2))
    let project = try await plane.perform(AddProject(name: "demo", repository: "/srv/demo"), id: "project")
    let profile = try await plane.perform(DefineProfile(name: "scripted", launch: launch), id: "profile")
    let machine = try await plane.perform(RegisterMachine(name: "here", provider: "local"), id: "machine")
    var sessions: [SessionID] = []
    for number in 0..<2 {
      let task = try await plane.perform(
        CreateTask(project: project.id, profile: profile.id, prompt: "task \(number)"), id: "task-\(number)")
      if let session = task.session { sessions.append(session) }
    }
    return (machine.id, sessions)
  }

  /// How turns ended, and what died.
  private func coverage(_ plane: ControlPlane, _ machine: DriverMachine) async throws -> [String: Int] {
    var coverage = ["deaths": plane.life.number, "power losses": machine.disk.boot]
    for turn in try await plane.life.store.list(Turn.self, StateQuery(Turn.kind, limit: 10_000)) {
      coverage["turns \(turn.state.rawValue)", default: 0] += 1
    }
    for approval in try await plane.life.store.list(Approval.self, StateQuery(Approval.kind, limit: 10_000)) {
      coverage["approvals \(approval.state.rawValue)", default: 0] += 1
    }
    return coverage
  }

  /// Waits until nothing is owed and every turn is over.
  private func settle(_ plane: ControlPlane, _ sessions: [SessionID]) async throws {
    while true {
      try await run.clock.sleep(for: .milliseconds(500))
      guard plane.faults.areOver else { continue }
      let open = try await plane.life.store.read { reader in
        let states = TurnState.allCases.filter { !Turn.table.isFinal($0) }.map(\.rawValue)
        return try reader.states(StateQuery(Turn.kind, statuses: states, limit: 1)).count
          + reader.effects(EffectQuery(limit: 1)).count
      }
      if open == 0 { return }
    }
  }
}
