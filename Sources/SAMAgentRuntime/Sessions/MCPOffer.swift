// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMCore
internal import SAMRPC

/// Which servers of tools an agent is given with a conversation, and which it cannot be given.
struct MCPOffer: Sendable {
  /// What goes into `session/new`, `session/load` and `session/resume`.
  private(set) var servers: [ACP.MCPServer] = []
  /// What cannot be given, in sentences for people.
  private(set) var lacks: [String] = []

  /// - Parameters:
  ///   - launch: The agent's definition, secrets filled in.
  ///   - can: What the agent says that it can reach. Standard streams are never said: all must.
  init(_ launch: AgentLaunch, _ can: ACP.MCPCapabilities) {
    switch Self.way(launch) {
    case .variable: return
    case .never:
      lacks = (launch.mcpServers ?? []).map {
        "this agent takes no MCP servers; write '\($0.name)' into its own configuration"
      }
    case .conversation:
      for server in launch.mcpServers ?? [] {
        if case .http = server.transport, !can.http {
          lacks.append(
            "this agent cannot use MCP servers over HTTP, so it does not have '\(server.name)'; "
              + "define it anew with --mcp-stdio, or leave it out")
        } else {
          servers.append(Self.acp(server))
        }
      }
    }
  }

  /// What the agent's environment must have for it.
  static func environment(_ launch: AgentLaunch) -> [String: String] {
    guard let servers = launch.mcpServers, !servers.isEmpty, case .variable(let name) = way(launch) else { return [:] }
    return [name: JSONValue.array(servers.map(vibe)).serializedString()]
  }

  private static func way(_ launch: AgentLaunch) -> MCPWay {
    launch.mcp ?? AgentCatalog.agent(startedBy: launch.command)?.mcp ?? .conversation
  }

  private static func acp(_ server: MCPServer) -> ACP.MCPServer {
    let values = server.values.sorted { $0.key < $1.key }.map { ACP.NameValue(name: $0.key, value: $0.value) }
    return switch server.transport {
    case .http(let url): .http(.init(name: server.name, url: url, headers: values))
    case .stdio(let command, let arguments):
      .stdio(.init(name: server.name, command: command, args: arguments, env: values))
    }
  }

  /// As Mistral Vibe's configuration has it. Source: its documentation, "MCP Server Configuration", `mcp_servers`.
  private static func vibe(_ server: MCPServer) -> JSONValue {
    let values = JSONValue.object(JSONObject(server.values.map { ($0, .string($1)) }) { _, last in last })
    return switch server.transport {
    case .http(let url):
      ["name": .string(server.name), "transport": "streamable-http", "url": .string(url), "headers": values]
    case .stdio(let command, let arguments):
      [
        "name": .string(server.name), "transport": "stdio", "command": .string(command),
        "args": .array(arguments.map { .string($0) }), "env": values,
      ]
    }
  }
}
