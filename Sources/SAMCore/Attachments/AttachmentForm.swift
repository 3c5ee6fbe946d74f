// SPDX-License-Identifier: Apache-2.0

/// In which form an agent gets an attachment: what it can take decides.
public enum AttachmentForm: Hashable, Sendable {
  /// A picture in the prompt.
  case image
  /// The text of a file in the prompt.
  case text
  /// A link.
  case link
  /// A file beside the workspace and a link to it, and why it is not in the prompt.
  case file(because: String)
}

/// An attachment on its way to an agent.
public struct HandedAttachment: Hashable, Sendable {
  /// What is handed over.
  public var content: PromptAttachment
  /// How.
  public var form: AttachmentForm

  /// - Parameters: as the properties of the same names.
  public init(_ content: PromptAttachment, as form: AttachmentForm) {
    self.content = content
    self.form = form
  }
}

extension AttachmentForm {
  /// The longest text that becomes a part of the prompt, in bytes; a longer one would leave the agent no room to think.
  static let textLimit = 256 << 10
  /// What models take as a picture.
  private static let pictures: Set = ["image/png", "image/jpeg", "image/gif", "image/webp"]

  /// How an agent with these abilities gets an attachment.
  init(_ content: PromptAttachment, for abilities: AgentAbilities) {
    guard let data = content.data else {
      self = .link
      return
    }
    if let type = content.type, Self.pictures.contains(type.lowercased()) {
      self = abilities.images ? .image : .file(because: "the agent takes no pictures")
    } else if !abilities.embeds {
      self = .file(because: "the agent takes no files in a prompt")
    } else if data.count > Self.textLimit {
      self = .file(because: "it is too long for a prompt")
    } else if String(validating: data.bytes, as: UTF8.self)?.utf8.contains(0) == false {
      self = .text
    } else {
      self = .file(because: "it is neither text nor a picture")
    }
  }
}

extension HandedAttachment {
  /// What people should know about the way in which it is handed over.
  var notice: Notice? {
    guard case .file(let reason) = form else { return nil }
    return Notice(
      .info, "the agent gets '\(content.name)' as a file beside its workspace, not in the prompt: \(reason)")
  }
}
