// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A provider's whole account in memory: its machines, what is billed with them, and how it misbehaves.
///
/// It is a value: it has no clock, no thread and no chance of its own. Time and chance are handed in, so that one seed
/// gives one run, in every process and every build. ``SimCloudProvider`` makes a ``CloudProvider`` of it.
public struct SimCloud: Sendable {
  /// Its name: handles begin with it.
  public let name: String
  /// How it behaves from now on.
  public var behaviour: Behaviour
  /// All that was ever billed, in the order in which it was made.
  public internal(set) var resources: [Resource] = []
  /// All calls, with what really happened, oldest first.
  public internal(set) var log: [Entry] = []

  /// The servers that exist, or whose removal some list may not know yet, in the order in which they were made.
  var servers: [SimServer] = []
  var made = 0
  var bucket = SimBucket()
  var windows = SimWindows()
  var ordered: [OrderedFault] = []

  /// - Parameters:
  ///   - name: its name.
  ///   - behaviour: how it behaves.
  public init(name: String = "sim", behaviour: Behaviour = .calm) {
    self.name = name
    self.behaviour = behaviour
  }

  /// A call arrives. What it does is done at once, or in part, or not at all; the answer is on its way for `after`.
  /// - Parameters:
  ///   - call: what is asked.
  ///   - now: the time since a fixed point; it must not go back between calls.
  ///   - chance: where it draws from.
  public mutating func perform(
    _ call: Call, now: Duration, chance: inout SeededGenerator
  ) -> (answer: Answer, after: Duration) {
    var course = SimCourse(call: call, now: now, chance: chance)
    course.after = course.chance.duration(in: behaviour.latency)
    if strikes(.slow, &course) { course.after += course.chance.duration(in: behaviour.slowness) }
    let answer = answer(&course)
    log.append(
      Entry(at: now, call: call, faults: course.faults, changes: course.changes, answer: answer, after: course.after))
    chance = course.chance
    forget(now)
    return (answer, course.after)
  }

  /// The machines whose boot is complete: what would dial home.
  /// - Parameter now: the time.
  public func booted(now: Duration) -> [BootedMachine] {
    servers.compactMap { server in
      guard let boots = server.boots, boots <= now, server.runs(now) else { return nil }
      return BootedMachine(
        handle: server.handle, name: server.name, installation: server.installation, machine: server.machine,
        since: boots)
    }
  }

  private mutating func answer(_ course: inout SimCourse) -> Answer {
    if let refusal = refusal(&course) { return .failed(error(refusal)) }
    // A call that never arrived, and one whose answer got lost, look the same from outside.
    if strikes(.lostCall, &course) { return silence(&course) }
    let lost = strikes(.lostAnswer, &course)
    if strikes(.errorBefore, &course) { return .failed(error(.serverError(course.call.kind))) }
    let broken = strikes(.errorAfter, &course)
    if lost || broken, course.call.kind == .create {
      course.lastStep = course.chance.integer(in: 1...max(1, behaviour.steps))
    }
    let answer =
      switch course.call {
      case .create(let order): create(order, &course)
      case .find(let handle): find(handle, &course)
      case .list(let installation): list(installation, &course)
      case .destroy(let handle): destroy(handle, &course)
      }
    if broken { return .failed(error(.serverError(course.call.kind))) }
    return lost ? silence(&course) : answer
  }

  private mutating func silence(_ course: inout SimCourse) -> Answer {
    course.after = behaviour.timeout
    return .failed(error(.silence(course.call.kind)))
  }

  func error(_ refusal: SimRefusal) -> ProviderError { behaviour.dialect.error(refusal) }

  /// Lets go of servers that no list and no part reminds of any more.
  private mutating func forget(_ now: Duration) {
    servers.removeAll { server in
      guard let gone = server.gone, gone + behaviour.traits.settling < now else { return false }
      return server.parts.allSatisfy { resources[$0.resource].until != nil }
    }
  }
}
