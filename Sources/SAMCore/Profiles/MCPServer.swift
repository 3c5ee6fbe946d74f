// SPDX-License-Identifier: Apache-2.0

/// A server of tools that an agent is given with each conversation, over the Model Context Protocol.
public struct MCPServer: Codable, Hashable, Sendable {
  /// How it is reached.
  public enum Transport: Codable, Hashable, Sendable {
    /// Over streamable HTTP.
    case http(url: String)
    /// The agent starts it and speaks over its standard streams.
    case stdio(command: String, arguments: [String])
  }

  /// What the agent calls it; its tools carry the name.
  public var name: String
  /// How it is reached.
  public var transport: Transport
  /// Headers of each request, or variables of its environment.
  public var values: [String: String]
  /// The same with secrets for values: header or variable → the secret's name.
  public var secrets: [String: String]

  /// - Parameters: as the properties of the same names.
  public init(
    name: String, transport: Transport, values: [String: String] = [:], secrets: [String: String] = [:]
  ) {
    self.name = name
    self.transport = transport
    self.values = values
    self.secrets = secrets
  }

  /// Whether it is one that can be reached at all.
  /// - Throws: ``Rejection`` that says what is wrong.
  func validate() throws {
    guard Names.isValid(name) else {
      throw Rejection(.invalid, "'\(name)' cannot be an MCP server's name; \(Names.rule)")
    }
    switch transport {
    case .http(let url):
      guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.contains(where: \.isWhitespace) else {
        throw Rejection(.invalid, "MCP server '\(name)' is at '\(url)'; give an address that begins with https://")
      }
    case .stdio(let command, _):
      guard !command.isEmpty, !command.utf8.contains(0) else {
        throw Rejection(.invalid, "MCP server '\(name)' needs a command; give a program's name or absolute path")
      }
    }
  }
}
