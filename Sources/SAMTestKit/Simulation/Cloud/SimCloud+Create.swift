// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

extension SimCloud {
  mutating func create(_ order: MachineOrder, _ course: inout SimCourse) -> Answer {
    let now = course.now
    if let wrong = fault(of: order) { return .failed(error(.invalid(wrong))) }
    if behaviour.uniqueNames, servers.contains(where: { $0.name == order.name && $0.exists(now) }) {
      return .failed(error(.nameTaken(order.name)))
    }
    if let quota = behaviour.quota, count(quota.of, now) >= quota.most { return .failed(error(.quota(quota))) }
    guard let kind = kind(of: order) else { return .failed(error(.invalid("there is no kind '\(order.kind ?? "")'"))) }
    guard isInStock(kind, &course) else { return .failed(error(.outOfStock(kind.name))) }
    let index = make(
      order.name, installation: order.installation, machine: order.machine, kind: kind.name, &course)
    for step in 1..<max(1, behaviour.steps) {
      if course.lastStep == step { return .failed(error(.halfMade(order.name))) }
      guard bucket.take(behaviour.limit, now) else {
        course.faults.append(.partialCreate)
        return .failed(error(.halfMade(order.name)))
      }
    }
    if strikes(.partialCreate, &course) { return .failed(error(.halfMade(order.name))) }
    start(index, &course)
    return .created(servers[index].shown(now))
  }

  private func fault(of order: MachineOrder) -> String? {
    if behaviour.hostNames, !SimNames.isHostName(order.name) { return "name '\(order.name)' is no host name" }
    if let longest = behaviour.longestLabel {
      for label in [order.installation.rawValue, order.machine.rawValue]
      where !SimNames.isLabel(label, longest: longest) {
        return "label '\(label)' is not allowed"
      }
    }
    return nil
  }

  private func kind(of order: MachineOrder) -> Kind? {
    guard let wanted = order.kind else { return behaviour.kinds.first }
    return behaviour.kinds.first { $0.name == wanted }
  }

  private func count(_ kind: Resource.Kind, _ now: Duration) -> Int {
    servers.reduce(0) { sum, server in
      let own = kind == .server && server.exists(now) ? 1 : 0
      return sum + own + server.parts.count { resources[$0.resource].kind == kind && isBilled($0, now) }
    }
  }

  func isBilled(_ part: SimPart, _ now: Duration) -> Bool { resources[part.resource].isBilled(at: now) }

  private mutating func isInStock(_ kind: Kind, _ course: inout SimCourse) -> Bool {
    let now = course.now
    windows.shortages.removeAll { $0.until <= now }
    if windows.shortages.contains(where: { $0.kind == kind.name }) { return false }
    if strikes(.outOfStock, &course) {
      windows.shortages.append((kind.name, now + course.chance.duration(in: behaviour.shortage)))
      return false
    }
    guard let stock = kind.stock else { return true }
    return servers.count { $0.kind == kind.name && $0.exists(now) } < stock
  }

  /// The first step: what is billed is there, with its labels.
  /// - Returns: its place.
  mutating func make(
    _ name: String, installation: InstallationID?, machine: MachineID?, kind: String, _ course: inout SimCourse
  ) -> Int {
    made += 1
    let now = course.now
    let handle = MachineHandle(version: 1, value: "\(self.name)-\(made)")
    func bill(_ kind: Resource.Kind, _ id: String, _ name: String, isLabelled: Bool) -> Int {
      resources.append(
        Resource(
          id: id, kind: kind, name: name, installation: installation, machine: machine, isLabelled: isLabelled,
          handle: handle, since: now, until: nil))
      course.changes.append(.made(id))
      return resources.count - 1
    }
    let own = bill(.server, handle.value, name, isLabelled: installation != nil)
    var server = SimServer(
      handle: handle, name: name, installation: installation, machine: machine, kind: kind,
      address: "192.0.2.\(made % 254 + 1)", since: now, resource: own)
    for (number, part) in behaviour.parts.enumerated() {
      let id = "\(handle.value)-\(part.kind.rawValue)-\(number + 1)"
      let place = bill(part.kind, id, name, isLabelled: part.isLabelled && installation != nil)
      let inUse = course.chance.duration(in: part.inUse)
      server.parts.append(SimPart(resource: place, outlives: part.outlives, inUse: inUse))
    }
    servers.append(server)
    return servers.count - 1
  }

  /// The second step: it is started.
  mutating func start(_ index: Int, _ course: inout SimCourse) {
    let now = course.now
    let up = now + course.chance.duration(in: behaviour.starting)
    servers[index].up = up
    servers[index].addressed = now + (behaviour.address.map { course.chance.duration(in: $0) } ?? .zero)
    let boot = max(up, now + course.chance.duration(in: behaviour.boot))
    if strikes(.neverBoots, &course) {
      servers[index].boots = nil
    } else if strikes(.bootsLate, &course) {
      servers[index].boots = now + course.chance.duration(in: behaviour.lateBoot)
    } else {
      servers[index].boots = boot
    }
    if strikes(.vanishes, &course) {
      end(index, at: now + course.chance.duration(in: behaviour.lifetime), &course)
    }
  }
}

/// What providers take as names and labels.
enum SimNames {
  /// RFC 1123, as Hetzner wants it of a server.
  static func isHostName(_ text: String) -> Bool {
    isWord(text) { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
  }

  /// https://docs.hetzner.cloud/reference/cloud#label-selector
  static func isLabel(_ text: String, longest: Int) -> Bool {
    text.utf8.count <= longest
      && isWord(text) {
        isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
      }
  }

  private static func isWord(_ text: String, _ isAllowed: (UInt8) -> Bool) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last) && text.utf8.allSatisfy(isAllowed)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}
