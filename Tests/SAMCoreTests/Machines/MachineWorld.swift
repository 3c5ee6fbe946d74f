// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// Situations with a provider of machines. The provider is played by hand: every outcome is what a test says.
extension World {
  static let installation = InstallationID(trusted: "sam_here")
  static let cloud = CloudID(provider: "hetzner")

  /// A provider, a project and an agent whose tasks want a machine of the provider.
  mutating func furnishCloud(
    wish: MachineWish = MachineWish(provider: "hetzner", kinds: ["small", "large"]), settling: Duration = .seconds(60)
  ) throws -> (project: ProjectID, profile: ProfileID) {
    try perform(
      OpenCloud(provider: "hetzner", installation: Self.installation, traits: ProviderTraits(settling: settling)))
    let project = try perform(AddProject(name: "demo", repository: "/srv/demo.git", defaultBranch: "main"))
    let profile = try perform(DefineProfile(name: "vibe", launch: AgentLaunch(command: "vibe"), machine: wish))
    return (project.id, profile.id)
  }

  /// A task in the furnished world.
  mutating func task(_ prompt: String = "Fix it") throws -> TaskID {
    let project = try #require(try all(Project.self).first)
    let profile = try #require(try all(Profile.self).first)
    return try perform(CreateTask(project: project.id, profile: profile.id, prompt: prompt)).id
  }

  // MARK: Looking

  /// The machines of the provider, in the order in which they were wanted.
  func machines(_ states: MachineState...) throws -> [Machine] {
    try all(Machine.self).filter { states.isEmpty || states.contains($0.state) }
  }

  func machine() throws -> Machine { try #require(try machines().first) }

  func cloud() throws -> Cloud { try get(Cloud.self, Self.cloud) }

  /// What is owed about machines and their provider, sweeps aside.
  func owed(about machine: MachineID? = nil) throws -> [Effect] {
    try effects().filter { machine == nil || $0.subject == machine?.rawValue }.map(\.effect).filter {
      if case .sweep = $0 { false } else { true }
    }
  }

  /// Whether somebody is about to look for a machine, and for the last time; nil = nobody is.
  func look(for machine: MachineID) throws -> Bool? {
    try effects().firstNonNil { row in
      if case .findMachine(machine, let isLast) = row.effect { isLast } else { nil }
    }
  }

  /// When a timer runs out, from now; nil = it is not set.
  func delay(of timer: SAMCore.Timer) throws -> Duration? {
    try effects().first { $0.effect == .timer(timer) }.map { $0.dueAt - now }
  }

  // MARK: The provider's side

  /// Time passes, and nothing is told of it.
  mutating func pass(_ duration: Duration) { now = now + duration }

  /// A machine as the provider shows it, with our labels.
  func shown(
    _ machine: MachineID?, handle: String = "4711", installation: InstallationID? = World.installation,
    name: String = "sam-x"
  ) -> ProvidedMachine {
    ProvidedMachine(
      handle: MachineHandle(version: 1, value: handle), name: name, installation: installation, machine: machine,
      address: "192.0.2.1")
  }

  /// The create call of a machine begins.
  mutating func begin(_ machine: MachineID) throws {
    let row = try #require(try effects().first { $0.effect == .createMachine(machine) })
    #expect(try perform(LeaseEffect(effect: row.id, attempt: row.attempt), by: .system))
  }

  /// The create call of a machine begins and ends.
  mutating func create(_ machine: MachineID, _ outcome: EffectOutcome? = nil) throws {
    try begin(machine)
    try settle(outcome ?? .created(shown(machine))) { $0 == .createMachine(machine) }
  }

  /// A machine calls for the first time, or again.
  mutating func connect(_ machine: MachineID) throws { try perform(MachineConnected(machine: machine), by: .system) }

  mutating func disconnect(_ machine: MachineID) throws {
    try perform(MachineDisconnected(machine: machine), by: .system)
  }

  /// A timer runs out.
  mutating func expire(_ timer: SAMCore.Timer) throws {
    let row = try #require(try effects().first { $0.effect == .timer(timer) }, "\(timer) is not set")
    now = max(now, row.dueAt)
    try perform(SettleEffect(effect: row.id, attempt: row.attempt, outcome: .done), by: .system)
  }

  /// The next look for a machine, when it is due.
  mutating func look(for machine: MachineID, _ outcome: EffectOutcome) throws {
    guard let isLast = try look(for: machine) else { throw Rejection(.notFound, "nobody looks for \(machine)") }
    let row = try #require(try effects().first { $0.effect == .findMachine(machine, isLast: isLast) })
    now = max(now, row.dueAt)
    try perform(SettleEffect(effect: row.id, attempt: row.attempt, outcome: outcome), by: .system)
  }

  /// The next sweep, when it is due.
  mutating func sweep(_ outcome: EffectOutcome) throws {
    let row = try #require(try effects().first { $0.effect == .sweep(Self.cloud) }, "no sweep is owed")
    now = max(now, row.dueAt)
    try perform(SettleEffect(effect: row.id, attempt: row.attempt, outcome: outcome), by: .system)
  }

  mutating func sweep(_ shown: ProvidedMachine...) throws { try sweep(.listed(shown)) }

  // MARK: Ready-made situations

  /// A task that works on a machine of its own.
  mutating func taskOnMachine(
    wish: MachineWish = MachineWish(provider: "hetzner", kinds: ["small", "large"])
  ) throws -> (machine: MachineID, task: TaskID, session: SessionID, turn: TurnID) {
    _ = try furnishCloud(wish: wish)
    let task = try task()
    let machine = try machine().id
    try create(machine)
    try connect(machine)
    let started = try start(task)
    return (machine, task, started.session, started.turn)
  }

  /// A machine whose only task is done and pushed: nobody needs it.
  mutating func idleMachine() throws -> (machine: MachineID, task: TaskID, session: SessionID, turn: TurnID) {
    let all = try taskOnMachine()
    try finish(all.session, all.turn)
    return all
  }

  /// A turn ends, and its work is pushed, or something else comes of it.
  mutating func finish(
    _ session: SessionID, _ turn: TurnID, _ outcome: EffectOutcome = .published(PublishedWork(result: TaskResult()))
  ) throws {
    try report(session, turn, .ended(.finished(stopReason: "end_turn")))
    try settle(outcome) { $0 == .publishWork(turn) }
  }
}

extension Sequence {
  /// The first result of a transformation that is not nil.
  func firstNonNil<Result>(_ transform: (Element) throws -> Result?) rethrows -> Result? {
    for element in self { if let result = try transform(element) { return result } }
    return nil
  }
}
