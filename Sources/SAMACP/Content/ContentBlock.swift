// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// A piece of a message. Source: ACP v1, `ContentBlock`.
  public enum ContentBlock: ACPUnion {
    /// Text.
    case text(TextContent)
    /// An image; needs the prompt capability.
    case image(ImageContent)
    /// A sound; needs the prompt capability.
    case audio(AudioContent)
    /// A reference.
    case resourceLink(ResourceLink)
    /// A resource sent along; needs the prompt capability.
    case resource(EmbeddedResource)
    /// A kind that this version does not know, or a known kind whose members do not fit: kept as it came.
    case other(JSONValue)

    /// The member that tells the kinds apart.
    public static let tag = "type"

    /// Reads the value of a kind, or gives nil for an unknown kind.
    public init?(tag: String?, from reader: inout ObjectReader) throws(ACPError) {
      switch tag {
      case "text": self = .text(try TextContent(from: &reader))
      case "image": self = .image(try ImageContent(from: &reader))
      case "audio": self = .audio(try AudioContent(from: &reader))
      case "resource_link": self = .resourceLink(try ResourceLink(from: &reader))
      case "resource": self = .resource(try EmbeddedResource(from: &reader))
      default: return nil
      }
    }

    /// The kind and what to write, or the raw value of an unknown kind.
    public var parts: UnionParts {
      switch self {
      case .text(let value): .known("text", value)
      case .image(let value): .known("image", value)
      case .audio(let value): .known("audio", value)
      case .resourceLink(let value): .known("resource_link", value)
      case .resource(let value): .known("resource", value)
      case .other(let value): .other(value)
      }
    }
  }
}
