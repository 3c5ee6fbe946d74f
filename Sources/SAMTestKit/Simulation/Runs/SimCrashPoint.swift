// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A place at which something can die.
enum SimPlace: Hashable {
  /// The control plane has decided and not committed.
  case beforeCommit(String)
  /// It has committed and told nobody.
  case afterCommit(String)
  /// It is about to call the cloud.
  case beforeCall(SimCloud.CallKind)
  /// The cloud has done it, and the answer is on its way.
  case afterCall(SimCloud.CallKind)
  /// A frame is about to be sent.
  case beforeFrame(String)
  /// A frame has arrived and was not taken in.
  case onFrame(String)
  /// A session's host has done an action.
  case afterAction(String)
  /// An agent has done a step, and nobody has heard of it.
  case afterStep
}

/// What dies.
enum SimDeath: String, CaseIterable {
  /// The control plane's process, with this machine's runtime, which is in it.
  case control
  /// A machine's runtime; what it wrote is there.
  case runtime
  /// A machine's power; what was not synced is lost. On this machine the control plane goes with it.
  case power
  /// The connection, with all that is on its way.
  case link
  /// The connection; what is on its way arrives late.
  case lateLink
}

/// Counts the places that a run passes, and lets something die at one of them.
struct SimCrashPoint {
  /// What there was at a place.
  struct Passed {
    var place: SimPlace
    /// A machine that could die.
    var isUp: Bool
    /// Something on its disk that is not synced. Without it a loss of power is like a death of the process.
    var isAtRisk: Bool
    /// A connection that could break.
    var isLinked: Bool
    /// Something on its way. Without it nothing can arrive late.
    var isUnderWay: Bool
  }

  /// The place at which it dies; 0 = nothing dies, and all places are noted.
  var at = 0
  var death = SimDeath.control
  /// Whether it is about a machine at the cloud, not about this machine.
  var isElsewhere = false

  /// How many places were passed.
  private(set) var count = 0
  /// What was passed when nothing dies.
  var passed: [Int: Passed] = [:]
  /// At which place each kind of event was committed last.
  private(set) var marks: [String: [Int]] = [:]
  /// What the death left.
  var witness: SimWitness?

  /// - Returns: whether this place is to be looked at.
  mutating func arrives() -> Bool {
    count += 1
    return at == 0 || count == at
  }

  mutating func committed(_ changes: Changes) {
    guard at == 0 else { return }
    for event in changes.events { marks[event.type, default: []].append(count) }
  }
}

/// What a death left behind, looked at before anything is started again.
struct SimWitness {
  var place: SimPlace
  /// Whether agents died with it.
  var killedAgents: Bool
  /// The journals on the machine's disk.
  var journals: [SessionID: [JournalRecord]] = [:]
  /// The agents' own files.
  var histories: [SessionID: SimHistory] = [:]
  /// What was in the store before the transaction that was under way, and after the death.
  var store: (before: SimStoreDigest, after: SimStoreDigest)?
}

/// All that a store tells, to be compared.
struct SimStoreDigest: Equatable {
  var events: [EventRecord]
  var effects: [EffectRow]
  var states: [StateRow]
  var entries: [Int]

  init(_ reader: any StoreReader) throws {
    events = try reader.events(EventQuery(limit: 1_000_000))
    effects = try reader.effects(EffectQuery())
    let kinds = [
      Project.kind, Profile.kind, SAMTask.kind, Session.kind, Turn.kind, Approval.kind, Grant.kind,
      Machine.kind, Workspace.kind, Cloud.kind, Quota.kind, Attachment.kind,
    ]
    states = try kinds.flatMap { try reader.states(StateQuery($0, limit: 1_000_000)) }
    entries = try reader.list(Session.self, StateQuery(Session.kind, limit: 1_000_000)).map {
      try reader.entries($0.id, after: 0, limit: 1_000_000).count
    }
  }
}

extension SimWorld {
  /// Something passes a place at which it, or something else, can die.
  /// - Parameter machine: in whose process it is; nil = in the control plane's, or at the cloud.
  /// - Returns: whether who passes it is dead now.
  func passes(_ place: @autoclosure () -> SimPlace, on machine: MachineID? = nil) -> Bool {
    guard crashPoint?.arrives() == true else { return false }
    return die(at: place(), on: machine)
  }

  private func die(at place: SimPlace, on machine: MachineID?) -> Bool {
    guard let point = crashPoint else { return false }
    let target = point.isElsewhere ? machines.keys.sorted().first { machines[$0]?.isUp == true && $0 != local } : local
    let link = target.flatMap { machines[$0]?.connection }.flatMap { connections[$0]?.isUp == true ? $0 : nil }
    guard point.at > 0 else {
      crashPoint?.passed[point.count] = passed(place, target, link)
      return false
    }
    note(6, "DEATH of \(point.death) at \(place)")
    switch point.death {
    case .link, .lateLink:
      if let link { cut(link) }
      bear(SimWitness(place: place, killedAgents: false), of: target)
      return false
    case .runtime where target != local, .power where target != local:
      guard let target else { return false }
      crashMachine(target, power: point.death == .power)
      bear(SimWitness(place: place, killedAgents: true), of: target)
      return machine == target
    case .control, .runtime, .power:
      // What is under way in the store ends before anybody looks into it.
      if case .beforeCommit = place { return true }
      crashControl("at \(place)", power: point.death == .power)
      bear(SimWitness(place: place, killedAgents: !point.isElsewhere), of: target)
      return machine == nil || machine == local
    }
  }

  private func passed(_ place: SimPlace, _ target: MachineID?, _ link: Int?) -> SimCrashPoint.Passed {
    let machine = target.flatMap { machines[$0] }
    return SimCrashPoint.Passed(
      place: place, isUp: machine?.isUp == true, isAtRisk: machine?.journals.values.contains { $0.atRisk > 0 } == true,
      isLinked: link != nil, isUnderWay: link.flatMap { connections[$0]?.isCarrying } == true)
  }

  /// The control plane dies with a transaction that it has not committed.
  func diesUncommitted(_ name: String, before: SimStoreDigest?) {
    guard let point = crashPoint else { return }
    crashControl("before the commit of \(name)", power: point.death == .power)
    let target = point.isElsewhere ? machines.keys.sorted().first { $0 != local } : local
    var witness = SimWitness(place: .beforeCommit(name), killedAgents: !point.isElsewhere)
    do {
      let after = try read { try SimStoreDigest($0) }
      witness.store = before.map { ($0, after) }
    } catch { violated("read", "\(error)") }
    bear(witness, of: target)
  }

  private func bear(_ witness: SimWitness, of machine: MachineID?) {
    var witness = witness
    if let machine {
      witness.journals = machines[machine]?.journals.mapValues(\.records) ?? [:]
      witness.histories = machines[machine]?.histories ?? [:]
    }
    crashPoint?.witness = witness
  }
}
