// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

extension SimCloud {
  mutating func find(_ handle: MachineHandle, _ course: inout SimCourse) -> Answer {
    guard let index = servers.firstIndex(where: { $0.handle == handle }) else { return .found(nil) }
    return .found(seen(index, &course))
  }

  mutating func list(_ installation: InstallationID, _ course: inout SimCourse) -> Answer {
    var shown: [ProvidedMachine] = []
    for index in servers.indices where behaviour.listsOthers || servers[index].installation == installation {
      if let machine = seen(index, &course) { shown.append(machine) }
    }
    // A page that fails fails the whole list: a shorter one would read as machines that are gone.
    let further = (shown.count - 1) / max(1, behaviour.page)
    for _ in 0..<max(0, further) where !bucket.take(behaviour.limit, course.now) {
      return .failed(error(.rate(behaviour.limit)))
    }
    if strikes(.brokenList, &course) { return .failed(error(.brokenPage)) }
    return .listed(shown)
  }

  /// What a reader sees of a server: what it is now, or what it was a while ago.
  private mutating func seen(_ index: Int, _ course: inout SimCourse) -> ProvidedMachine? {
    let server = servers[index]
    let now = course.now
    let settling = behaviour.traits.settling
    var asOf = now
    let isNew = now - server.since < settling
    let wentLately = server.gone.map { $0 <= now && now - $0 < settling } ?? false
    if isNew || wentLately, strikes(.staleRead, &course) {
      asOf -= course.chance.duration(in: .milliseconds(1)...settling)
    }
    // What was answered as removed so long ago is listed rightly, whenever it really went.
    let isOver = server.done.map { now - $0 >= settling } ?? false
    if server.exists(isOver ? now : asOf) { return server.shown(asOf) }
    guard behaviour.listsLeftovers, server.since <= asOf else { return nil }
    let isLeft = server.parts.contains { isBilled($0, now) && resources[$0.resource].isLabelled }
    var leftover = server.shown(asOf)
    leftover.address = nil
    return isLeft ? leftover : nil
  }
}
