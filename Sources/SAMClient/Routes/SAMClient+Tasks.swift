// SPDX-License-Identifier: Apache-2.0
public import SAMAPI
public import SAMCore

extension SAMClient {
  /// A page of tasks, newest first.
  /// - Parameters:
  ///   - project: only those of a project, by id or name.
  ///   - state: only those in a state.
  public func tasks(
    project: String? = nil, state: String? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<TaskView> {
    try await send(
      .get(
        "tasks",
        query: [("project", project), ("state", state), ("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// One task.
  public func task(_ id: TaskID) async throws -> TaskView { try await send(.get("tasks", id.rawValue)) }

  /// Writes a task down and begins it.
  public func createTask(_ body: CreateTaskBody, key: IdempotencyKey = IdempotencyKey()) async throws -> TaskView {
    try await send(.change(.POST, "tasks", body: body, key: key))
  }

  /// Asks for a task's end. Its agent may need a moment: look at the state of the answer, or follow the session.
  public func cancelTask(_ id: TaskID, key: IdempotencyKey = IdempotencyKey()) async throws -> TaskView {
    try await send(.change(.POST, "tasks", id.rawValue, "cancel", key: key))
  }

  /// Begins a failed or cancelled task again, in a new session.
  public func retryTask(_ id: TaskID, key: IdempotencyKey = IdempotencyKey()) async throws -> TaskView {
    try await send(.change(.POST, "tasks", id.rawValue, "retry", key: key))
  }
}
