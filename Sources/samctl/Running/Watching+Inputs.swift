// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// What feeds the watch.
extension Watching {
  struct Finished: Error { let status: EndStatus }

  func stream(from cursor: Cursor?) async throws -> EndStatus? {
    func take(_ input: Watch.Input) async throws {
      if let status = try await feed(input) { throw Finished(status: status) }
    }
    do {
      try await client.follow(session, from: cursor) { change in
        switch change {
        case .live: try await take(.live)
        case .resumed: try await take(.resumed)
        case .lost(let error, _): try await take(.lost(error.message))
        case .reset(_, let reason): try await take(.reset(reason))
        }
      } onEntry: { item in
        try await take(.entry(item))
      }
      return nil
    } catch let finished as Finished {
      return finished.status
    }
  }

  func poll() async throws -> EndStatus? {
    while true {
      try await Task.sleep(for: Self.pollInterval)
      if let status = try await readTask() { return status }
    }
  }

  /// The end of a task follows that of its last turn a moment later, and when there was nothing to push the conversation
  /// does not say so.
  func settle() async throws -> EndStatus? {
    for await _ in turnEnds {
      var wait = Duration.milliseconds(20)
      while wait < Self.pollInterval {
        try await Task.sleep(for: wait)
        if let status = try await readTask() { return status }
        wait *= 2
      }
    }
    return nil
  }

  func readTask() async throws -> EndStatus? {
    do {
      return try await feed(.task(client.task(taskID)))
    } catch let error as SAMClientError where EndStatus(error) == .unreachable {
      return nil  // The stream notices too, tells the person, and decides when it is enough.
    }
  }

  func feed(_ input: Watch.Input) async throws -> EndStatus? {
    for action in try decide(input) {
      if let status = try await request(action) { return status }
    }
    return nil
  }
}
