// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A small run without faults, at each place of which something is to die.
struct CrashScenario: Sendable {
  /// What it is about.
  enum Subject: Sendable {
    /// A prompt to an agent.
    case prompt
    /// A machine that is made for a task.
    case create
    /// A machine that nobody needs any more, with work on it that is nowhere else.
    case destroy
  }
  /// An agent, and what it lets one know after a crash.
  struct Agent: Sendable {
    var loads: Bool
    var echoes: Bool

    static let all = [
      Self(loads: true, echoes: true), Self(loads: true, echoes: false), Self(loads: false, echoes: true),
    ]

    var name: String { loads ? (echoes ? "loads and echoes" : "loads without echo") : "cannot load" }
    var launch: AgentLaunch { AgentLaunch(command: loads ? "loader" : "forgetful", echoesPrompts: echoes) }
  }

  var name: String
  var subject: Subject
  var agent: Agent
  var plan: SimPlan
  /// Whether it is about a machine at the cloud.
  var isElsewhere: Bool
  /// The kinds of events with whose commit the places begin and end that are looked at.
  var window: (opens: String, closes: String?)

  /// What the agent is to do in the turn that is looked at, and in the one after it.
  static let words = (watched: "write it", next: "go on")

  /// A prompt, on this machine or on one at the cloud that is there already.
  static func prompt(_ agent: Agent, asks: Bool, isElsewhere: Bool) -> Self {
    var plan = SimPlan()
    plan.acts = [.take, .say, .edit, .finish("end_turn")]
    plan.special[words.watched] =
      [.take, .say, .tool] + (asks ? [.ask] : []) + [.edit, .say, .finish("end_turn")]
    plan.agents = [SimPlan.Agent(launch: agent.launch, machine: isElsewhere ? Self.wish : nil)]
    return Self(
      name: "one prompt\(asks ? " with an approval" : ""), \(isElsewhere ? "machine at a cloud" : "this machine"), "
        + agent.name,
      subject: .prompt, agent: agent, plan: plan, isElsewhere: isElsewhere,
      window: isElsewhere ? ("turn.queued", nil) : ("task.created", nil))
  }

  /// A machine that is made for a task, at a provider that answers at once or after the machine has booted.
  static func create(isLate: Bool) -> Self {
    var plan = SimPlan()
    plan.acts = [.take, .say, .edit, .finish("end_turn")]
    plan.agents = [SimPlan.Agent(machine: Self.wish)]
    if isLate {
      plan.cloud.latency = .seconds(25)...(.seconds(25))
      plan.cloud.boot = .seconds(10)...(.seconds(10))
    }
    return Self(
      name: "one machine created, \(isLate ? "the provider answers late" : "calm provider")", subject: .create,
      agent: Agent(loads: true, echoes: true), plan: plan, isElsewhere: true,
      window: ("task.created", "workspace.prepared"))
  }

  /// A machine whose agent died over its work, and that nobody needs any more.
  static func destroy(isLate: Bool) -> Self {
    var plan = SimPlan()
    plan.acts = [.take, .say, .edit, .finish("end_turn")]
    plan.special[words.watched] = [.take, .say, .edit, .die]
    plan.agents = [SimPlan.Agent(machine: Self.wish)]
    if isLate {
      plan.cloud.latency = .seconds(25)...(.seconds(25))
      plan.cloud.removal = .seconds(12)...(.seconds(12))
      plan.cloud.parts = [
        SimCloud.Part(.volume, outlives: true, isLabelled: false, inUse: .seconds(5)...(.seconds(5)))
      ]
    }
    return Self(
      name: "one machine destroyed, \(isLate ? "slowly and in parts" : "calm provider")", subject: .destroy,
      agent: Agent(loads: true, echoes: true), plan: plan, isElsewhere: true,
      window: ("machine.draining", "machine.destroyed"))
  }

  private static let wish = MachineWish(provider: "sim", warmSeconds: 30)
}
