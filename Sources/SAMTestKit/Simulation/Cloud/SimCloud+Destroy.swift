// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

extension SimCloud {
  /// One attempt: it does what can be done now, waits for nothing, and says what is left.
  mutating func destroy(_ handle: MachineHandle, _ course: inout SimCourse) -> Answer {
    let now = course.now
    guard let index = servers.firstIndex(where: { $0.handle == handle }) else { return .destroyed(left: []) }
    var left: [String] = []
    if servers[index].exists(now) {
      // Scaleway's recordings: while it is `starting`, the actions that are allowed do not include `terminate`.
      let isStarting = servers[index].up.map { now < $0 } ?? false
      if servers[index].stopping == nil, !isStarting {
        if strikes(.removesNothing, &course) { return .destroyed(left: []) }
        stop(index, &course)
      }
      if servers[index].exists(now), servers[index].done == nil {
        left.append("server \(handle.value) is \(isStarting ? "starting" : "going down")")
      }
    }
    for part in servers[index].parts where part.outlives && isBilled(part, now) {
      let id = resources[part.resource].id
      let what = "\(resources[part.resource].kind.rawValue) \(id)"
      guard let gone = servers[index].gone, gone + part.inUse <= now else {
        left.append("\(what) is in use")
        continue
      }
      // Each part is a call of its own: it may be one too many, or fail.
      if !bucket.take(behaviour.limit, now) || strikes(.leavesPart, &course) {
        left.append("\(what) is there still")
        continue
      }
      resources[part.resource].until = now
      course.changes.append(.ended(id))
    }
    return .destroyed(left: left)
  }

  private mutating func stop(_ index: Int, _ course: inout SimCourse) {
    let now = course.now
    let removal = course.chance.duration(in: behaviour.removal)
    var gone = servers[index].up == nil ? now : now + removal
    if strikes(.removesLate, &course) {
      servers[index].done = now
      gone = now + course.chance.duration(in: .milliseconds(1)...behaviour.traits.settling)
    }
    servers[index].stopping = now
    for number in servers[index].parts.indices where !servers[index].parts[number].outlives {
      if strikes(.leavesPart, &course) { servers[index].parts[number].outlives = true }
    }
    end(index, at: gone, &course)
  }

  /// A server goes at a time, and what goes with it; what outlives it stays.
  mutating func end(_ index: Int, at time: Duration, _ course: inout SimCourse) {
    servers[index].gone = time
    let parts = servers[index].parts.filter { !$0.outlives }.map(\.resource)
    for place in [servers[index].resource] + parts {
      resources[place].until = time
      course.changes.append(
        time <= course.now ? .ended(resources[place].id) : .ending(resources[place].id, at: time))
    }
  }
}
