// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// What the watch decides.
extension Watching {
  /// Decides, writes, and returns the requests that are to be sent.
  func decide(_ input: Watch.Input) throws -> [Watch.Action] {
    var requests: [Watch.Action] = []
    if case .entry(let item) = input, case .turn(let note) = item.entry.body, Turn.table.isFinal(note.state) {
      turnEnded.yield()
    }
    for action in watch.on(input) {
      switch action {
      case .write(let text): try output.write(text)
      case .entryLine(let item): try output.json(EntryLine(cursor: item.cursor, entry: item.entry))
      case .note(let text): try output.note(text)
      case .readTask, .answer, .cancelTask, .finish: requests.append(action)
      }
    }
    return requests
  }

  func request(_ action: Watch.Action) async throws -> EndStatus? {
    switch action {
    case .write, .entryLine, .note: return nil
    case .finish(let status): return status
    case .readTask: return try await readTask()
    case .answer(let id, let option, let values):
      do {
        _ = try await client.answerApproval(id, option: option, values: values)
      } catch let error as SAMClientError where error.code == .alreadyAnswered {
        return nil  // Somebody else was faster; the conversation says who.
      } catch let error as SAMClientError {
        return try await feed(.answerFailed(id, "The answer did not arrive: \(error)"))
      }
    case .cancelTask:
      do {
        return try await feed(.task(client.cancelTask(taskID)))
      } catch let error as SAMClientError {
        return try await feed(.cancelFailed("The task was not cancelled: \(error)"))
      }
    }
    return nil
  }

  /// Shows what was said until the task ended and has not come through the stream yet.
  func drain(from start: Cursor?) async throws {
    while true {
      let page = try await client.entries(session, after: watch.cursor ?? start, limit: 200)
      guard !page.items.isEmpty else { return }
      for item in page.items { _ = try decide(.entry(item)) }
    }
  }

  func close(_ status: EndStatus) throws {
    if output.isJSON { return try output.json(TaskLine(task: watch.task)) }
    for case .write(let text) in watch.close() { try output.write(text) }
    let lines = WatchText.summary(watch.task, status, session: session, output.style)
    switch status {
    case .completed, .failed, .cancelled: try output.line("\n" + lines.joined(separator: "\n"))
    default: try output.note("\n" + lines.joined(separator: "\n"))
    }
  }
}
