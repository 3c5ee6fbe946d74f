// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI

/// The servers of tools that an agent is given.
struct MCPOptions: ParsableArguments {
  @Option(
    name: .customLong("mcp-http"),
    help: ArgumentHelp("Give it the tools of an MCP server over HTTP.", valueName: "server=url"))
  var http: [String] = []

  @Option(
    name: .customLong("mcp-stdio"),
    help: ArgumentHelp(
      "Give it the tools of an MCP server that it starts: a program and its arguments, with spaces between them.",
      valueName: "server=command"))
  var stdio: [String] = []

  @Option(
    name: .customLong("mcp-header"),
    help: ArgumentHelp(
      "Set a header of the requests to an MCP server over HTTP to a secret, by the secret's name.",
      valueName: "server:header=secret"))
  var headers: [String] = []

  @Option(
    name: .customLong("mcp-env"),
    help: ArgumentHelp(
      "Set a variable of an MCP server that it starts to a secret, by the secret's name.",
      valueName: "server:name=secret"))
  var variables: [String] = []

  /// What is sent; nil = none.
  /// - Throws: `ValidationError` that says how it is written.
  func servers() throws -> [MCPServerBody]? {
    var servers: [MCPServerBody] = []
    for text in http {
      let (name, url) = try Self.pair(text, option: "--mcp-http", "SERVER=URL")
      servers.append(MCPServerBody(name: name, url: url, secrets: [:]))
    }
    for text in stdio {
      let (name, line) = try Self.pair(text, option: "--mcp-stdio", "SERVER=COMMAND")
      let words = line.split(separator: " ").map(String.init)
      servers.append(
        MCPServerBody(name: name, command: words.first ?? "", arguments: Array(words.dropFirst()), secrets: [:]))
    }
    for text in headers { try Self.add(text, option: "--mcp-header", to: &servers) { $0.url != nil } }
    for text in variables { try Self.add(text, option: "--mcp-env", to: &servers) { $0.command != nil } }
    return servers.isEmpty ? nil : servers
  }

  private static func add(
    _ text: String, option: String, to servers: inout [MCPServerBody], where fits: (MCPServerBody) -> Bool
  ) throws {
    let (place, secret) = try pair(text, option: option, "SERVER:NAME=SECRET")
    let parts = place.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw ValidationError("'\(text)' names no server for \(option). Write it as SERVER:NAME=SECRET.")
    }
    guard let index = servers.firstIndex(where: { $0.name == parts[0] && fits($0) }) else {
      let other = option == "--mcp-header" ? "--mcp-http" : "--mcp-stdio"
      throw ValidationError(
        "\(option) is for the server '\(parts[0])', which no \(other) names. Name it, or correct it.")
    }
    servers[index].secrets?[parts[1]] = secret
  }

  private static func pair(_ text: String, option: String, _ form: String) throws -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw ValidationError("'\(text)' is not for \(option). Write it as \(form).") }
    return (parts[0], parts[1])
  }
}
