// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// An MCP server that the agent is to use. Source: ACP v1, `McpServer`.
  public enum MCPServer: ACPUnion {
    /// Over streamable HTTP.
    case http(MCPServerHTTP)
    /// Over HTTP with server-sent events.
    case sse(MCPServerHTTP)
    /// As a child process.
    case stdio(MCPServerStdio)
    /// A kind that this version does not know, or a known kind whose members do not fit: kept as it came.
    case other(JSONValue)

    /// The member that tells the kinds apart.
    public static let tag = "type"

    /// Reads the value of a kind, or gives nil for an unknown kind.
    public init?(tag: String?, from reader: inout ObjectReader) throws(ACPError) {
      switch tag {
      case "http": self = .http(try MCPServerHTTP(from: &reader))
      case "sse": self = .sse(try MCPServerHTTP(from: &reader))
      case nil: self = .stdio(try MCPServerStdio(from: &reader))
      default: return nil
      }
    }

    /// The kind and what to write, or the raw value of an unknown kind.
    public var parts: UnionParts {
      switch self {
      case .http(let value): .known("http", value)
      case .sse(let value): .known("sse", value)
      case .stdio(let value): .known(nil, value)
      case .other(let value): .other(value)
      }
    }
  }

  /// An MCP server at a URL.
  public struct MCPServerHTTP: ACPObject {
    /// The name.
    public var name: String
    /// Where it is.
    public var url: String
    /// Headers of every request; they often hold secrets.
    public var headers: [NameValue]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(name: String, url: String, headers: [NameValue]) {
      self.name = name
      self.url = url
      self.headers = headers
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      name = try reader.required("name")
      url = try reader.required("url")
      headers = try reader.required("headers")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("name", name)
      writer.required("url", url)
      writer.required("headers", headers)
      writer.rest(extras)
    }
  }

  /// An MCP server that the agent starts.
  public struct MCPServerStdio: ACPObject {
    /// The name.
    public var name: String
    /// The executable.
    public var command: String
    /// The arguments.
    public var args: [String]
    /// The environment to add; it often holds secrets.
    public var env: [NameValue]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(name: String, command: String, args: [String], env: [NameValue]) {
      self.name = name
      self.command = command
      self.args = args
      self.env = env
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      name = try reader.required("name")
      command = try reader.required("command")
      args = try reader.required("args")
      env = try reader.required("env")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("name", name)
      writer.required("command", command)
      writer.required("args", args)
      writer.required("env", env)
      writer.rest(extras)
    }
  }

  /// A header or a variable of the environment.
  public struct NameValue: ACPObject {
    /// The name.
    public var name: String
    /// The value.
    public var value: String
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      name = try reader.required("name")
      value = try reader.required("value")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("name", name)
      writer.required("value", value)
      writer.rest(extras)
    }
  }
}
