// SPDX-License-Identifier: Apache-2.0
import SAMCore
@testable import SAMTestKit
import Testing

/// A small world in which what once went wrong elsewhere is made to happen, at the moment at which it did.
struct Incident {
  let world: SimWorld

  /// A world in which everything takes its time and nothing goes wrong by itself.
  init(isElsewhere: Bool = true, warmSeconds: Int = 60, _ change: (inout SimPlan) -> Void = { _ in }) {
    var plan = SimPlan()
    plan.acts = [.take, .say, .edit, .finish("end_turn")]
    plan.agents = [
      SimPlan.Agent(machine: isElsewhere ? MachineWish(provider: "sim", warmSeconds: warmSeconds) : nil)
    ]
    change(&plan)
    world = .planned(plan)
    world.run(to: 1_000)
  }

  /// Somebody wants something done.
  func ask(_ text: String, agent: Int = 0) { world.order(.task(world.people.profiles[agent], text)) }

  /// Somebody says something in the session of an earlier prompt.
  func say(_ text: String, after earlier: String) throws {
    world.order(.prompt(try #require(turn(earlier)).session, text))
  }

  func turn(_ text: String) -> Turn? { world.all(Turn.self).last { $0.text == text } }
  func state(_ text: String) -> TurnState? { turn(text)?.state }
  func task(_ prompt: String) -> SAMTask? { world.all(SAMTask.self).last { $0.prompt == prompt } }
  /// The machines that are to be at the cloud, as the ledger knows them.
  var machines: [Machine] { world.all(Machine.self).filter(\.isProvided) }

  /// Goes on until something is so.
  /// - Returns: whether it came to be so.
  func reach(within seconds: Int64 = 600, _ isSo: () -> Bool) -> Bool {
    var seen = -1
    return world.run(atMost: seconds) { world in
      guard world.control.isUp, world.commits != seen else { return false }
      seen = world.commits
      return isSo()
    }
  }

  /// Goes on until nothing is owed and nothing is billed, while a person looks after what waits for a person.
  /// - Returns: what does not hold.
  func end(within seconds: Int64 = 7_200) -> [String] {
    let end = world.now + seconds * 1_000_000
    while !world.isOver, world.now < end {
      world.run(seconds: 10)
      guard world.control.isUp else { continue }
      for task in world.all(SAMTask.self, statuses: ["waiting"]) {
        if case .human = task.waiting { world.order(.cancelTask(task.id)) }
      }
      if world.unfinished().isEmpty { return world.judge() + billed.map { "\($0) is billed" } }
    }
    return world.checks.violations + ["there is no end to it: \(world.unfinished())"]
  }

  /// What is billed for this installation.
  var billed: [String] {
    world.cloud.billed(now: world.cloudTime).filter { $0.installation == world.installation }.map(\.id)
  }

  /// The servers that were ever made for this installation.
  var made: [SimCloud.Resource] {
    world.cloud.resources.filter { $0.kind == .server && $0.installation == world.installation }
  }

  /// The calls of one kind that reached the cloud.
  func calls(_ kind: SimCloud.CallKind) -> [SimCloud.Entry] { world.cloud.log.filter { $0.call.kind == kind } }

  /// How often agents were given a prompt, by the agents' own files.
  func taken(_ text: String) -> Int {
    world.machines.values.flatMap(\.histories.values).reduce(0) {
      $0 + $1.conversations.values.joined().count { $0.text == text }
    }
  }

  /// The machine at the cloud that runs now.
  func running() throws -> MachineID {
    try #require(world.machines.keys.sorted().first { $0 != world.local && world.machines[$0]?.isUp == true })
  }

  /// Cuts a machine's connection, with all that is on its way.
  func cut(_ machine: MachineID) throws { world.cut(try #require(world.machines[machine]?.connection)) }
}
