// SPDX-License-Identifier: Apache-2.0
public import SAMAPI
public import SAMCore

extension SAMClient {
  /// A page of sessions, newest first.
  /// - Parameters:
  ///   - project: only those of a project, by id or name.
  ///   - state: only those in a state.
  public func sessions(
    project: String? = nil, state: String? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<SessionView> {
    try await send(
      .get(
        "sessions",
        query: [("project", project), ("state", state), ("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// One session.
  public func session(_ id: SessionID) async throws -> SessionView { try await send(.get("sessions", id.rawValue)) }

  /// Says something in a session. It waits there until the turns before it are over.
  public func prompt(
    _ session: SessionID, _ body: SendPromptBody, key: IdempotencyKey = IdempotencyKey()
  ) async throws -> TurnView {
    try await send(.change(.POST, "sessions", session.rawValue, "prompts", body: body, key: key))
  }

  /// Lets a session that waits for the end of a limit of use try now.
  public func continueSession(
    _ session: SessionID, key: IdempotencyKey = IdempotencyKey()
  ) async throws -> SessionView {
    try await send(.change(.POST, "sessions", session.rawValue, "continue", key: key))
  }

  /// Chooses how a session's agent works, from the next prompt on.
  /// - Parameters:
  ///   - setting: its id, or what it is about: `mode`, `model`, `effort`.
  ///   - value: one of its choices.
  public func choose(
    _ setting: String, _ value: String, in session: SessionID, key: IdempotencyKey = IdempotencyKey()
  ) async throws -> SessionView {
    let body = ChooseSettingBody(value: value)
    return try await send(.change(.PUT, "sessions", session.rawValue, "settings", setting, body: body, key: key))
  }

  /// A page of a session's turns.
  public func turns(_ session: SessionID, limit: Int? = nil, cursor: String? = nil) async throws -> Page<TurnView> {
    try await send(
      .get("sessions", session.rawValue, "turns", query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// One turn.
  public func turn(_ id: TurnID) async throws -> TurnView { try await send(.get("turns", id.rawValue)) }

  /// Asks for a turn's end.
  public func cancelTurn(_ id: TurnID, key: IdempotencyKey = IdempotencyKey()) async throws -> TurnView {
    try await send(.change(.POST, "turns", id.rawValue, "cancel", key: key))
  }

  /// A page of a session's transcript, oldest first.
  /// - Parameters:
  ///   - cursor: what is behind it; nil = from the beginning.
  ///   - raw: whether the agents' own messages are shown beside SAM's.
  public func entries(
    _ session: SessionID, after cursor: Cursor? = nil, limit: Int? = nil, raw: Bool = false
  ) async throws -> Page<EntryItem> {
    try await send(
      .get(
        "sessions", session.rawValue, "entries",
        query: [
          ("cursor", cursor?.description), ("limit", limit.map(String.init)), ("raw", raw ? "1" : nil),
        ]))
  }
}
