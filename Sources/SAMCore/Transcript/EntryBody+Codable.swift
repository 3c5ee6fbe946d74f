// SPDX-License-Identifier: Apache-2.0

extension EntryBody: Codable {
  private enum Key: String, CodingKey { case type }

  /// The name under which this kind of entry is stored and sent.
  public var type: String {
    switch self {
    case .user: "user"
    case .agent: "agent"
    case .thought: "thought"
    case .tool: "tool"
    case .plan: "plan"
    case .usage: "usage"
    case .approval: "approval"
    case .turn: "turn"
    case .work: "work"
    case .settings: "settings"
    case .notice: "notice"
    case .other: "other"
    }
  }

  /// Decodes by `type`.
  public init(from decoder: any Decoder) throws {
    let type = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type)
    switch type {
    case "user": self = .user(try TextBlock(from: decoder))
    case "agent": self = .agent(try TextBlock(from: decoder))
    case "thought": self = .thought(try TextBlock(from: decoder))
    case "tool": self = .tool(try ToolActivity(from: decoder))
    case "plan": self = .plan(try Plan(from: decoder))
    case "usage": self = .usage(try Usage(from: decoder))
    case "approval": self = .approval(try ApprovalNote(from: decoder))
    case "turn": self = .turn(try TurnNote(from: decoder))
    case "work": self = .work(try WorkNote(from: decoder))
    case "settings": self = .settings(try SettingsNote(from: decoder))
    case "notice": self = .notice(try Notice(from: decoder))
    case "other": self = .other(try OtherBody(from: decoder))
    default: self = .other(OtherBody(update: type))
    }
  }

  /// Encodes the payload with `type` beside it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type, forKey: .type)
    switch self {
    case .user(let payload), .agent(let payload), .thought(let payload): try payload.encode(to: encoder)
    case .tool(let payload): try payload.encode(to: encoder)
    case .plan(let payload): try payload.encode(to: encoder)
    case .usage(let payload): try payload.encode(to: encoder)
    case .approval(let payload): try payload.encode(to: encoder)
    case .turn(let payload): try payload.encode(to: encoder)
    case .work(let payload): try payload.encode(to: encoder)
    case .settings(let payload): try payload.encode(to: encoder)
    case .notice(let payload): try payload.encode(to: encoder)
    case .other(let payload): try payload.encode(to: encoder)
    }
  }
}
