// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// What a tool call shows. Source: ACP v1, `ToolCallContent`.
  public enum ToolCallContent: ACPUnion {
    /// A content block.
    case content(Content)
    /// A change of a file.
    case diff(Diff)
    /// The output of a terminal.
    case terminal(Terminal)
    /// A kind that this version does not know, or a known kind whose members do not fit: kept as it came.
    case other(JSONValue)

    /// The member that tells the kinds apart.
    public static let tag = "type"

    /// Reads the value of a kind, or gives nil for an unknown kind.
    public init?(tag: String?, from reader: inout ObjectReader) throws(ACPError) {
      switch tag {
      case "content": self = .content(try Content(from: &reader))
      case "diff": self = .diff(try Diff(from: &reader))
      case "terminal": self = .terminal(try Terminal(from: &reader))
      default: return nil
      }
    }

    /// The kind and what to write, or the raw value of an unknown kind.
    public var parts: UnionParts {
      switch self {
      case .content(let value): .known("content", value)
      case .diff(let value): .known("diff", value)
      case .terminal(let value): .known("terminal", value)
      case .other(let value): .other(value)
      }
    }
  }

  /// A content block as the content of a tool call.
  public struct Content: ACPObject {
    /// The block.
    public var content: ContentBlock
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(content: ContentBlock) {
      self.content = content
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      content = try reader.required("content")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("content", content)
      writer.rest(extras)
    }
  }

  /// A change of a file.
  public struct Diff: ACPObject {
    /// The absolute path.
    public var path: String
    /// The text after the change.
    public var newText: String
    /// The text before the change; nil for a new file.
    public var oldText: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(path: String, newText: String, oldText: String? = nil) {
      self.path = path
      self.newText = newText
      self.oldText = oldText
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      path = try reader.required("path")
      newText = try reader.required("newText")
      oldText = reader.optional("oldText")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("path", path)
      writer.required("newText", newText)
      writer.optional("oldText", oldText)
      writer.rest(extras)
    }
  }

  /// A terminal as the content of a tool call.
  public struct Terminal: ACPObject {
    /// The terminal.
    public var terminalID: TerminalID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(terminalID: TerminalID) {
      self.terminalID = terminalID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      terminalID = try reader.required("terminalId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("terminalId", terminalID)
      writer.rest(extras)
    }
  }
}
