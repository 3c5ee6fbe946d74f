// SPDX-License-Identifier: Apache-2.0
public import SAMAPI

extension SAMClient {
  /// A page of agents.
  public func agents(limit: Int? = nil, cursor: String? = nil) async throws -> Page<AgentView> {
    try await send(.get("agents", query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// One agent, by name or id.
  public func agent(_ name: String) async throws -> AgentView { try await send(.get("agents", name)) }

  /// Defines an agent, or defines it anew: tasks that begin later use the new settings.
  public func defineAgent(
    _ name: String, _ body: DefineAgentBody, key: IdempotencyKey = IdempotencyKey()
  ) async throws -> AgentView {
    try await send(.change(.PUT, "agents", name, body: body, key: key))
  }

  /// The agents that samd knows by name, installed or not.
  public func catalog() async throws -> Page<CatalogAgentView> { try await send(.get("catalog")) }

  /// Removes an agent; sessions that use it go on.
  public func removeAgent(_ name: String, key: IdempotencyKey = IdempotencyKey()) async throws -> AgentView {
    try await send(.change(.DELETE, "agents", name, key: key))
  }

  /// Starts an agent on trial, without a prompt, and ends it. It may take minutes when the agent has to be downloaded.
  public func checkAgent(_ name: String, key: IdempotencyKey = IdempotencyKey()) async throws -> AgentCheckView {
    try await send(.change(.POST, "agents", name, "check", key: key, timeout: .seconds(300)))
  }

  /// Has an agent log itself in, in a way of its own that needs no terminal, and checks it.
  /// - Parameter login: the agent's id of the way, see ``AgentCheckView/logins``.
  public func logIn(
    _ name: String, by login: String, key: IdempotencyKey = IdempotencyKey()
  ) async throws -> AgentCheckView {
    try await send(
      .change(
        .POST, "agents", name, "login", body: AgentLoginBody(login: login), key: key, timeout: .seconds(300)))
  }
}
