// SPDX-License-Identifier: Apache-2.0
internal import SAMACP

/// How an agent's conversations are opened: where, with which servers of tools, and how an earlier one is taken up.
struct ConversationOpening: Sendable {
  /// Whether it can load a conversation with its history; else it resumes it without.
  let loads: Bool
  /// The work tree.
  let cwd: String
  let servers: [ACP.MCPServer]
  /// Where else it may look, if it can be told so.
  let directories: [String]

  /// Takes an earlier conversation up.
  func load(_ id: ACP.SessionID, _ connection: ClientConnection) async throws -> ACP.LoadSessionResponse {
    guard !loads else {
      return try await connection.loadSession(
        .init(sessionID: id, cwd: cwd, mcpServers: servers, additionalDirectories: directories))
    }
    let resumed = try await connection.resumeSession(
      .init(sessionID: id, cwd: cwd, mcpServers: servers, additionalDirectories: directories))
    return .init(modes: resumed.modes, configOptions: resumed.configOptions)
  }
}
