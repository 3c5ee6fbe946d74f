// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Something that happens once.
final class Flag: Sendable {
  private let state = Mutex(false)
  var isRaised: Bool { state.withLock { $0 } }
  func raise() { state.withLock { $0 = true } }
}

extension Installation {
  /// Waits until a task is in one of these states, and returns it.
  @discardableResult
  func waitForTask(_ id: String, _ states: Set<String>, within seconds: Double = 60) async throws -> [String: Any] {
    nonisolated(unsafe) var last: [String: Any] = [:]  // written and read by this task only
    try await Shell.eventually("task \(id) is \(states.sorted()); log: \(log.suffix(1500))", within: seconds) {
      last = try await self.json("task", "show", id)
      return states.contains(last["state"] as? String ?? "")
    }
    return last
  }

  /// Waits until the last turn of a session is in one of these states.
  func waitForTurn(in session: String, _ states: Set<String>, within seconds: Double = 60) async throws {
    try await Shell.eventually("the last turn of \(session) is \(states.sorted())", within: seconds) {
      let turns = try await self.turns(of: session)
      return states.contains(turns.last?["state"] as? String ?? "")
    }
  }

  /// The turns of a session, oldest first, by the API.
  func turns(of session: String) async throws -> [[String: Any]] {
    try await api("sessions/\(session)/turns?limit=200")["items"] as? [[String: Any]] ?? []
  }

  /// The whole transcript of a session, by the API.
  func entries(of session: String) async throws -> [[String: Any]] {
    var all: [[String: Any]] = []
    var cursor = ""
    while true {
      let page = try await api("sessions/\(session)/entries?limit=200\(cursor)")
      let items = page["items"] as? [[String: Any]] ?? []
      all += items.compactMap { $0["entry"] as? [String: Any] }
      guard let next = page["next"] as? String else { return all }
      cursor = "&cursor=\(next)"
    }
  }

  /// GETs from the API with the first token, through curl: another client than ours.
  func api(_ path: String) async throws -> [String: Any] {
    let result = try await Shell.run(
      "curl", ["-sS", "-H", "Authorization: Bearer \(try token)", "\(try endpoint)/api/v1/\(path)"])
    guard let object = result.json as? [String: Any] else {
      throw Shell.TimedOut(description: "GET \(path): \(result.all)")
    }
    return object
  }
}
