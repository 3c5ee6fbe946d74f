// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// What an agent tells while it works. Source: ACP v1, `SessionUpdate`.
  public enum SessionUpdate: ACPUnion {
    /// A piece of the person's message; above all when a session is loaded.
    case userMessageChunk(ContentChunk)
    /// A piece of the agent's message.
    case agentMessageChunk(ContentChunk)
    /// A piece of the agent's thoughts.
    case agentThoughtChunk(ContentChunk)
    /// A new tool call.
    case toolCall(ToolCall)
    /// A change of a tool call.
    case toolCallUpdate(ToolCallUpdate)
    /// The plan.
    case plan(Plan)
    /// The slash commands.
    case availableCommands(AvailableCommandsUpdate)
    /// The mode.
    case currentMode(CurrentModeUpdate)
    /// The options.
    case configOptions(ConfigOptionUpdate)
    /// Title and time.
    case sessionInfo(SessionInfoUpdate)
    /// Context and cost.
    case usage(UsageUpdate)
    /// A kind that this version does not know, or a known kind whose members do not fit: kept as it came.
    case other(JSONValue)

    /// The member that tells the kinds apart.
    public static let tag = "sessionUpdate"

    /// Reads the value of a kind, or gives nil for an unknown kind.
    public init?(tag: String?, from reader: inout ObjectReader) throws(ACPError) {
      switch tag {
      case "user_message_chunk": self = .userMessageChunk(try ContentChunk(from: &reader))
      case "agent_message_chunk": self = .agentMessageChunk(try ContentChunk(from: &reader))
      case "agent_thought_chunk": self = .agentThoughtChunk(try ContentChunk(from: &reader))
      case "tool_call": self = .toolCall(try ToolCall(from: &reader))
      case "tool_call_update": self = .toolCallUpdate(try ToolCallUpdate(from: &reader))
      case "plan": self = .plan(try Plan(from: &reader))
      case "available_commands_update": self = .availableCommands(try AvailableCommandsUpdate(from: &reader))
      case "current_mode_update": self = .currentMode(try CurrentModeUpdate(from: &reader))
      case "config_option_update": self = .configOptions(try ConfigOptionUpdate(from: &reader))
      case "session_info_update": self = .sessionInfo(try SessionInfoUpdate(from: &reader))
      case "usage_update": self = .usage(try UsageUpdate(from: &reader))
      default: return nil
      }
    }

    /// The kind and what to write, or the raw value of an unknown kind.
    public var parts: UnionParts {
      switch self {
      case .userMessageChunk(let value): .known("user_message_chunk", value)
      case .agentMessageChunk(let value): .known("agent_message_chunk", value)
      case .agentThoughtChunk(let value): .known("agent_thought_chunk", value)
      case .toolCall(let value): .known("tool_call", value)
      case .toolCallUpdate(let value): .known("tool_call_update", value)
      case .plan(let value): .known("plan", value)
      case .availableCommands(let value): .known("available_commands_update", value)
      case .currentMode(let value): .known("current_mode_update", value)
      case .configOptions(let value): .known("config_option_update", value)
      case .sessionInfo(let value): .known("session_info_update", value)
      case .usage(let value): .known("usage_update", value)
      case .other(let value): .other(value)
      }
    }
  }
}
