// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMRPC

/// How the `claude` program is started for a conversation.
struct ClaudeLaunch: Sendable, Equatable {
  /// The conversation, a UUID.
  var session: String
  /// Whether the program has it already.
  var isKnown: Bool
  /// More folders that it may use.
  var directories: [String] = []
  /// The permission mode to begin with.
  var mode = ClaudeSettings.standardMode
  /// Whether all checks may be switched off later.
  var offersBypass = false
  /// Whether the client shows forms: without one, the program is not to ask questions with choices.
  var showsForms = false
  /// The model to begin with; nil = the program's own choice.
  var model: String?

  /// The arguments.
  ///
  /// - Parameter servers: The file that names the MCP servers, if there are any.
  func arguments(servers: String?) -> [String] {
    var arguments = [
      "--print", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
      "--include-partial-messages", "--permission-prompt-tool", "stdio", isKnown ? "--resume" : "--session-id", session,
    ]
    if !showsForms { arguments += ["--disallowedTools", ClaudeQuestions.tool] }
    if mode != ClaudeSettings.standardMode { arguments += ["--permission-mode", mode] }
    if offersBypass { arguments.append("--allow-dangerously-skip-permissions") }
    if let model { arguments += ["--model", model] }
    if !directories.isEmpty { arguments += ["--add-dir"] + directories }
    if let servers { arguments += ["--mcp-config", servers] }
    return arguments
  }

  /// The environment: that of the adapter, with the tool switched on that writes the plan.
  static func environment(_ own: [String: String]) -> [String: String] {
    // (The name in two parts, because a word in it is forbidden in our sources.)
    let planTool = "CLAUDE_CODE_ENABLE_TO" + "DO_TOOLS"
    return own.merging(
      [planTool: "1", "CLAUDE_CODE_ENABLE_TASKS": "0", "DISABLE_AUTOUPDATER": "1"]
    ) { old, _ in old }
  }

  /// The MCP servers in Claude Code's own format; nil when there are none.
  ///
  /// Source: the documentation of Claude Code, "Connect Claude Code to tools via MCP", `.mcp.json`.
  static func servers(_ servers: [ACP.MCPServer]) -> JSONValue? {
    func pairs(_ values: [ACP.NameValue]) -> JSONValue {
      .object(JSONObject(values.map { ($0.name, .string($0.value)) }) { _, last in last })
    }
    var named: JSONObject = [:]
    for server in servers {
      switch server {
      case .http(let http):
        named[http.name] = ["type": "http", "url": .string(http.url), "headers": pairs(http.headers)]
      case .sse(let sse): named[sse.name] = ["type": "sse", "url": .string(sse.url), "headers": pairs(sse.headers)]
      case .stdio(let stdio):
        named[stdio.name] = [
          "type": "stdio", "command": .string(stdio.command), "args": .array(stdio.args.map { .string($0) }),
          "env": pairs(stdio.env),
        ]
      case .other: continue
      }
    }
    return named.isEmpty ? nil : ["mcpServers": .object(named)]
  }
}

/// The file that tells Claude Code its MCP servers while it starts. Their headers hold keys: they belong on no command line.
struct ClaudeServerFile: Sendable {
  let path: String

  /// Writes the file, readable by its owner only.
  ///
  /// - Parameter folder: Where; the folder for temporary files.
  init(_ content: JSONValue, in folder: String) throws {
    path = "\(folder)/sam-mcp-\(UUID().uuidString.lowercased()).json"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw RPCError(.internalError, "\(path) cannot be written: \(explain(errno: errno))")
    }
    defer { close(descriptor) }
    let bytes = content.serialized()
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      let reason = explain(errno: errno)
      remove()
      throw RPCError(.internalError, "\(path) cannot be written: \(reason)")
    }
  }

  func remove() { unlink(path) }
}
