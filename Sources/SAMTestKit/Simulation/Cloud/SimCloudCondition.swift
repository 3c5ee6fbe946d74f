// SPDX-License-Identifier: Apache-2.0

extension SimCloud {
  /// What the provider's own pages would show of a resource.
  public enum Condition: String, Codable, Sendable, CaseIterable {
    /// A server that was made and never started.
    case stopped
    /// A server that is being started.
    case starting
    /// A server that is up, whatever its boot has come to.
    case running
    /// A server that goes down.
    case stopping
    /// A part that belongs to a server, or did a moment ago: it cannot be removed.
    case inUse
    /// A part that belongs to nothing.
    case available
    /// It is not there.
    case gone
  }

  /// How a resource is.
  /// - Parameters:
  ///   - resource: one of ``resources``.
  ///   - now: the time.
  public func condition(of resource: Resource, now: Duration) -> Condition {
    guard resource.isBilled(at: now), let server = servers.first(where: { $0.handle == resource.handle }) else {
      return .gone
    }
    guard resource.kind == .server else {
      let part = server.parts.first { resources[$0.resource].id == resource.id }
      guard let part, let gone = server.gone, gone + part.inUse <= now else { return .inUse }
      return .available
    }
    guard let up = server.up else { return .stopped }
    if let stopping = server.stopping, stopping <= now { return .stopping }
    return up <= now ? .running : .starting
  }
}
