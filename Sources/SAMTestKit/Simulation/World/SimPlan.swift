// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A run of which nothing is drawn: what agents do, how long everything takes, and how the cloud behaves.
struct SimPlan: Sendable {
  /// An agent that people have.
  struct Agent: Sendable {
    var launch = AgentLaunch(command: "loader", echoesPrompts: true)
    var approvals = ApprovalPolicy.ask
    var machine: MachineWish?
  }

  /// The agents, in order.
  var agents = [Agent()]
  /// What an agent does with a prompt.
  var acts: [SimAgent.Act] = [.take, .say, .finish("end_turn")]
  /// What it does with prompts of certain words.
  var special: [String: [SimAgent.Act]] = [:]
  /// The cloud.
  var cloud = SimCloud.Behaviour.steady
  /// Whether what is on its way when a connection breaks is taken in all the same.
  var bringsLateFrames = false

  func acts(for text: String) -> [SimAgent.Act] { special[text] ?? acts }
}

extension SimCloud.Behaviour {
  /// A calm cloud in which everything takes always the same time.
  static var steady: Self {
    var it = Self.calm
    it.latency = .milliseconds(200)...(.milliseconds(200))
    it.boot = .seconds(20)...(.seconds(20))
    it.traits.settling = .seconds(60)
    return it
  }
}

/// A run that somebody else drives, step by step: what happens when is decided by who looks at it.
extension SimWorld {
  /// A world that stands at its beginning.
  static func planned(_ plan: SimPlan, steps: [(at: Int64, step: SimScript.Step)] = [], isRecorded: Bool = false)
    -> SimWorld
  {
    let installation = InstallationID(trusted: "sam_simulated")
    let store = InMemoryStore(
      metadata: StoreMetadata(installation: installation, restoreGeneration: 0, schemaVersion: 1))
    let world = SimWorld(
      script: SimScript(plan: plan, steps: steps), store: store, installation: installation, isRecorded: isRecorded)
    world.begin()
    return world
  }

  /// Lets all happen that happens until a time, in milliseconds since the beginning.
  func run(to milliseconds: Int64) {
    while !isOver, let next = queue.nextTime, next <= milliseconds * 1000 { step() }
    now = max(now, milliseconds * 1000)
  }

  /// Lets some time pass.
  func run(seconds: Int64) { run(to: now / 1000 + seconds * 1000) }

  /// Goes on until something is so; it is looked at after everything that happens.
  /// - Returns: whether it came to be so.
  @discardableResult
  func run(atMost seconds: Int64, until isSo: (SimWorld) -> Bool) -> Bool {
    let end = now + seconds * 1_000_000
    while !isOver {
      if isSo(self) { return true }
      guard let next = queue.nextTime, next <= end else { break }
      step()
    }
    now = max(now, end)
    return isSo(self)
  }

  /// What every run is held to at its end.
  /// - Returns: what does not hold.
  func judge() -> [String] {
    if checks.violations.isEmpty { checkEnd() }
    return checks.violations
  }
}
