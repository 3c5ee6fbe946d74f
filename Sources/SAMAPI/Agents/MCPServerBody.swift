// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A server of tools in an agent's definition, on the wire: with a URL, or with a command that the agent starts.
public struct MCPServerBody: Codable, Hashable, Sendable {
  /// What the agent calls it.
  public var name: String
  /// Where it is, over streamable HTTP.
  public var url: String?
  /// The program that speaks on its standard streams.
  public var command: String?
  /// The program's arguments; nil = none.
  public var arguments: [String]?
  /// Headers of each request, or variables of the program's environment; nil = none.
  public var values: [String: String]?
  /// The same with secrets for values: header or variable → the secret's name; nil = none.
  public var secrets: [String: String]?

  /// - Parameters: as the properties of the same names.
  public init(
    name: String, url: String? = nil, command: String? = nil, arguments: [String]? = nil,
    values: [String: String]? = nil, secrets: [String: String]? = nil
  ) {
    self.name = name
    self.url = url
    self.command = command
    self.arguments = arguments
    self.values = values
    self.secrets = secrets
  }

  /// The server as the domain has it.
  /// - Throws: `Rejection` when it has both an address and a command, or neither.
  func server() throws -> MCPServer {
    let transport: MCPServer.Transport
    switch (url, command) {
    case (let url?, nil): transport = .http(url: url)
    case (nil, let command?): transport = .stdio(command: command, arguments: arguments ?? [])
    default:
      throw Rejection(.invalid, "MCP server '\(name)' needs either a url or a command; give one of the two")
    }
    return MCPServer(name: name, transport: transport, values: values ?? [:], secrets: secrets ?? [:])
  }
}
