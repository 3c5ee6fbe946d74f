// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// Performs what a ``Watch`` decides, while stream, task, keyboard and signals feed it at the same time.
///
/// Deciding and writing are one step without suspension, so lines never mix; requests are sent outside of it.
actor Watching {
  struct TaskLine: Encodable {
    var type = "task"
    var task: TaskView
  }
  struct EntryLine: Encodable {
    var type = "entry"
    var cursor: Cursor
    var entry: EntryView
  }
  static let pollInterval = Duration.seconds(1)

  let client: SAMClient
  let output: Output
  let taskID: TaskID
  let session: SessionID
  var watch: Watch
  /// One element for each turn that ended.
  let turnEnds: AsyncStream<Void>
  let turnEnded: AsyncStream<Void>.Continuation

  init(client: SAMClient, output: Output, task: TaskView, session: SessionID, mode: Watch.Mode) {
    self.client = client
    self.output = output
    taskID = task.id
    self.session = session
    watch = Watch(task: task, session: session, mode: mode, style: output.style)
    (turnEnds, turnEnded) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Watches until the task ends, or samctl is to leave it.
  /// - Parameters:
  ///   - cursor: what is behind it; nil = from the beginning.
  ///   - keyboard: lines that a person types; nil = nobody does.
  ///   - interrupts: one element for each Ctrl-C.
  func run(
    from cursor: Cursor?, keyboard: AsyncStream<String>?, interrupts: AsyncStream<Void>
  ) async throws -> EndStatus {
    if output.isJSON { try output.json(TaskLine(task: watch.task)) }
    let status = try await withThrowingTaskGroup(of: EndStatus?.self) { group in
      group.addTask { try await self.stream(from: cursor) }
      group.addTask { try await self.poll() }
      group.addTask { try await self.settle() }
      group.addTask {
        for await _ in interrupts {
          if let status = try await self.feed(.interrupt) { return status }
        }
        return nil
      }
      if let keyboard {
        group.addTask {
          for await line in keyboard {
            if let status = try await self.feed(.line(line)) { return status }
          }
          return try await self.feed(.endOfInput)
        }
      }
      defer { group.cancelAll() }
      while let end = try await group.next() {
        if let end { return end }
      }
      return EndStatus.detached
    }
    if status != .detached { try await drain(from: cursor) }
    try close(status)
    return status
  }
}
