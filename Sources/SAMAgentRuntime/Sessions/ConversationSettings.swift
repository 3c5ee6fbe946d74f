// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore

/// What an agent's definition chooses in each conversation: the mode, the model and the effort.
struct ConversationSettings: Sendable {
  let launch: AgentLaunch

  /// Chooses what does not hold already.
  /// - Parameters:
  ///   - modes: What the agent said of its modes when it opened the conversation.
  ///   - options: The same of its options.
  /// - Throws: ``RuntimeError`` with `agent_unusable` when the agent has no such option; what the agent answers.
  func choose(
    _ connection: ClientConnection, _ id: ACP.SessionID, _ modes: ACP.SessionModeState?,
    _ options: [ACP.SessionConfigOption]?
  ) async throws {
    if let mode = launch.mode, modes?.currentModeID.rawValue != mode {
      _ = try await connection.setMode(.init(sessionID: id, modeID: .init(rawValue: mode)))
    }
    // What may be chosen for the effort can depend on the model.
    var options = options ?? []
    for (name, category, value) in [
      ("model", ACP.SessionConfigCategory.model, launch.model), ("effort", .thoughtLevel, launch.effort),
    ] {
      guard let value else { continue }
      guard let option = options.first(where: { $0.category == category }) else {
        throw RuntimeError(
          .agent,
          "The agent offers no choice of the \(name) over ACP. Define it without --\(name), and choose in its own way: "
            + "by a variable (--env) or an argument.")
      }
      guard option.currentValue != .choice(value) else { continue }
      let request = ACP.SetSessionConfigOptionRequest(sessionID: id, configID: option.id, value: .choice(value))
      options = try await connection.setConfigOption(request).configOptions
    }
  }
}
