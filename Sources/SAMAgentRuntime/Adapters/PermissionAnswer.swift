// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What a person answered to an adapter's question.
enum PermissionAnswer: Sendable, Equatable {
  /// An option was chosen, by its id.
  case chosen(String)
  /// Nobody answers: the turn was cancelled or the client is gone.
  case cancelled

  static let allowOnce = PermissionAnswer.chosen("allow-once")
  static let allowAlways = PermissionAnswer.chosen("allow-always")

  /// The usual options.
  ///
  /// - Parameter always: What is allowed from now on, for a person; nil leaves that option out.
  static func options(always: String?) -> [ACP.PermissionOption] {
    var options = [ACP.PermissionOption(optionID: "allow-once", name: "Allow", kind: .allowOnce)]
    if let always { options.append(.init(optionID: "allow-always", name: always, kind: .allowAlways)) }
    return options + [.init(optionID: "reject", name: "Reject", kind: .rejectOnce)]
  }

  /// Asks. What is not an answer to one of the options never counts as permission.
  static func ask(
    _ client: AgentConnection, _ session: ACP.SessionID, _ tool: ACP.ToolCallUpdate, _ options: [ACP.PermissionOption]
  ) async -> PermissionAnswer {
    do {
      let answer = try await client.requestPermission(
        .init(sessionID: session, toolCall: tool, options: options))
      guard case .selected(let choice) = answer.outcome, options.contains(where: { $0.optionID == choice.optionID })
      else { return .cancelled }
      return .chosen(choice.optionID.rawValue)
    } catch {
      return .cancelled
    }
  }
}
