// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAPI
import SAMClient
import SAMCore
import Synchronization

/// An entry as one viewer got it.
struct Sighting: Sendable {
  /// When SAM's machine side took it from the agent, in milliseconds since 1970, cut to whole ones.
  var at: Double
  /// When the viewer had it decoded, in milliseconds since 1970.
  var seen: Double
  /// What was said.
  var body: EntryBody

  /// The text, where the agent said it.
  var agentText: String? {
    if case .agent(let block) = body { block.text } else { nil }
  }
}

/// A session with the demo agent, whose process is up and idle between the prompts.
struct Conversation {
  let client: SAMClient
  let session: SessionID
  private let task: TaskID

  /// Opens a session in project `bench`.
  init(_ client: SAMClient) async throws {
    let body = CreateTaskBody(project: "bench", agent: "demo", prompt: "Hello. [[demo say=hello no-edit]]")
    let task = try await client.createTask(body)
    guard let session = task.session else { throw BenchFailure("task \(task.id) has no session") }
    self.client = client
    self.session = session
    self.task = task.id
    try await settle()
  }

  /// Prompts the agent, and returns what each viewer got of the answer while it was given.
  /// - Parameters:
  ///   - text: the prompt.
  ///   - viewers: how many follow the session, each on a connection of its own.
  ///   - ready: called when all of them have caught up, right before the prompt.
  func say(
    _ text: String, viewers: Int = 1, ready: () throws -> Void = {}
  ) async throws -> [[Sighting]] {
    let live = Counter()
    let all = try await withThrowingTaskGroup(of: [Sighting].self) { group in
      for _ in 0..<viewers { group.addTask { try await watch(live) } }
      let deadline = Clock.steady + 60_000
      while live.value < viewers {
        guard Clock.steady < deadline else { throw BenchFailure("\(live.value) of \(viewers) viewers caught up") }
        try await Task.sleep(for: .milliseconds(5))
      }
      try ready()
      _ = try await client.prompt(session, SendPromptBody(text: text))
      return try await group.reduce(into: []) { $0.append($1) }
    }
    try await settle()
    return all
  }

  /// Follows the session, and ends when a turn ends that it has seen live.
  private func watch(_ live: Counter) async throws -> [Sighting] {
    var sightings: [Sighting] = []
    var isLive = false
    struct TurnOver: Error {}
    do {
      try await client.follow(session) { change in
        switch change {
        case .live:
          isLive = true
          live.increment()
        case .lost(let error, _): throw BenchFailure("a viewer lost its connection: \(error)")
        case .resumed, .reset: break
        }
      } onEntry: { item in
        guard isLive else { return }
        sightings.append(
          Sighting(at: Double(item.entry.at.timestamp.milliseconds), seen: Clock.day, body: item.entry.body))
        guard case .turn(let note) = item.entry.body, Turn.table.isFinal(note.state) else { return }
        guard note.state == .finished else { throw BenchFailure("the turn is \(note.state): \(note.reason ?? "")") }
        throw TurnOver()
      }
    } catch is TurnOver {}
    return sightings
  }

  /// Waits until the task has ended and its work is pushed, so that nothing of it runs into the next measurement.
  private func settle() async throws {
    let deadline = Clock.steady + 120_000
    while true {
      let task = try await client.task(self.task)
      if task.knownState == .completed { return }
      guard task.knownState.map({ !SAMTask.ended.contains($0) }) ?? true, Clock.steady < deadline else {
        throw BenchFailure("task \(task.id) is \(task.state): \(task.failure ?? "no reason")")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}

/// A number that many tasks count up.
final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func increment() { count.withLock { $0 += 1 } }
}
