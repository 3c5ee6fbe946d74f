// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import Synchronization

/// Which tool calls show commands that run at the client: what those print is the call's output, and nobody else says it.
final class ShownCommands: Sendable {
  private struct Command {
    var call: ACP.ToolCallID
    /// What it had printed when the agent let go of it.
    var output: String?
  }
  private let commands = Mutex<[ACP.TerminalID: Command]>([:])

  /// The agent lets go of a command.
  func released(_ terminal: ACP.TerminalID, _ output: String) {
    commands.withLock { $0[terminal]?.output = output }
  }

  /// Takes in what an agent says of a tool call.
  ///
  /// - Parameter read: What a command has printed that the agent has not let go of.
  /// - Returns: What the call's command has printed, when the call is over.
  func output(_ update: ACP.SessionUpdate, read: (ACP.TerminalID) -> String?) -> String? {
    let (call, content, status): (ACP.ToolCallID, [ACP.ToolCallContent], ACP.ToolCallStatus?)
    switch update {
    case .toolCall(let tool): (call, content, status) = (tool.toolCallID, tool.content, tool.status)
    case .toolCallUpdate(let tool): (call, content, status) = (tool.toolCallID, tool.content ?? [], tool.status)
    default: return nil
    }
    let ended = commands.withLock { commands -> (ACP.TerminalID, Command)? in
      for case .terminal(let shown) in content where commands[shown.terminalID] == nil {
        commands[shown.terminalID] = Command(call: call)
      }
      guard status == .completed || status == .failed, let index = commands.firstIndex(where: { $0.value.call == call })
      else { return nil }
      let entry = commands.remove(at: index)
      return (entry.key, entry.value)
    }
    return ended.flatMap { $0.1.output ?? read($0.0) }
  }
}
