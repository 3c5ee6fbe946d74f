// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP

/// The blocks of a person's message as the programs take them: text, and images as data.
enum PromptContent: Sendable, Equatable {
  case text(String)
  case image(data: String, mimeType: String)

  /// Reads the blocks; what the programs cannot take is named in words.
  static func parts(of blocks: [ACP.ContentBlock]) -> [PromptContent] {
    blocks.map { block in
      switch block {
      case .text(let text): .text(text.text)
      case .image(let image): .image(data: image.data, mimeType: image.mimeType)
      case .resourceLink(let link): .text("[\(link.title ?? link.name)](\(link.uri))")
      case .resource(let embedded): .text(text(of: embedded.resource))
      case .audio: .text("[a sound, which cannot be passed on]")
      case .other: .text("[content of an unknown kind]")
      }
    }
  }

  private static func text(of resource: ACP.ResourceContents) -> String {
    guard let text = resource.text else { return "[\(resource.uri)]" }
    return "<context ref=\"\(resource.uri)\">\n\(text)\n</context>"
  }
}

extension ACP.ToolCallContent {
  /// A piece of text.
  static func text(_ text: String) -> ACP.ToolCallContent {
    .content(.init(content: .text(.init(text: text))))
  }
}

extension ACP.SessionUpdate {
  /// A piece of the agent's answer.
  static func says(_ text: String, message: String? = nil) -> ACP.SessionUpdate {
    .agentMessageChunk(.init(content: .text(.init(text: text)), messageID: message.map { .init(rawValue: $0) }))
  }

  /// A piece of the agent's thoughts.
  static func thinks(_ text: String, message: String? = nil) -> ACP.SessionUpdate {
    .agentThoughtChunk(.init(content: .text(.init(text: text)), messageID: message.map { .init(rawValue: $0) }))
  }

  /// That the program has begun with a prompt: until the model says something, nothing else tells so.
  static func begun(at seconds: Double) -> ACP.SessionUpdate {
    .sessionInfo(.init(updatedAt: .set(Date(timeIntervalSince1970: seconds).formatted(.iso8601))))
  }

  /// The person's message, in a replay.
  static func personSaid(_ text: String, message: String? = nil) -> ACP.SessionUpdate {
    .userMessageChunk(.init(content: .text(.init(text: text)), messageID: message.map { .init(rawValue: $0) }))
  }
}

/// Cuts what is shown in one line.
func oneLine(_ text: String, limit: Int = 120) -> String {
  let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  return line.count > limit || line.utf8.count < text.utf8.count ? "\(line.prefix(limit))…" : line
}
