// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What can be set in a conversation with Codex: when it asks, what its commands may reach, and the model.
struct CodexSettings: Sendable, Equatable {
  /// When Codex asks, and what its own sandbox allows.
  struct Mode: Sendable, Equatable {
    var id: String
    var name: String
    var description: String
    /// `AskForApproval` of the app-server's protocol.
    var approvals: JSONValue
    /// `SandboxPolicy` of the app-server's protocol.
    var sandbox: JSONValue
  }

  /// The modes that every conversation has.
  static let standard = [
    Mode(
      id: "read-only", name: "Read only", description: "Reads; asks before it edits or runs anything else",
      approvals: "on-request", sandbox: ["type": "readOnly", "networkAccess": false]),
    Mode(
      id: "ask", name: "Ask", description: "Asks before each edit and each command that is not known to be harmless",
      approvals: "untrusted", sandbox: workspace),
    Mode(
      id: "auto", name: "Auto", description: "Edits and runs inside the work tree; asks for what goes beyond",
      approvals: "on-request", sandbox: workspace),
    Mode(
      id: "full-access", name: "Full access", description: "Does everything without asking", approvals: "never",
      sandbox: ["type": "dangerFullAccess"]),
  ]

  private static let workspace: JSONValue = [
    "type": "workspaceWrite", "writableRoots": [], "networkAccess": false, "excludeTmpdirEnvVar": false,
    "excludeSlashTmp": false,
  ]

  private var modes: [Mode]
  private var models: [(value: String, name: String, description: String?)]
  /// The mode, as it is now.
  private(set) var mode: String
  /// The model, as it is now.
  private(set) var model: String
  /// What the next turn must tell Codex.
  private(set) var changes: JSONObject = [:]

  /// Reads the app-server's answers.
  ///
  /// - Parameters:
  ///   - thread: That of `thread/start` or `thread/resume`, which says what the person's own configuration gives.
  ///   - models: The `data` of `model/list`.
  init(thread: JSONValue, models listed: [JSONValue]) {
    let (approvals, sandbox) = (thread["approvalPolicy"] ?? .null, thread["sandbox"] ?? .null)
    modes = Self.standard
    if let known = modes.first(where: { $0.approvals == approvals && $0.sandbox["type"] == sandbox["type"] }) {
      mode = known.id
    } else {
      mode = "configured"
      modes.append(
        Mode(
          id: "configured", name: "As configured", description: "What Codex's own configuration says",
          approvals: approvals, sandbox: sandbox))
    }
    let current = thread["model"]?.stringValue ?? ""
    model = current
    models = listed.compactMap { entry in
      guard let value = entry["model"]?.stringValue, entry["hidden"]?.boolValue != true else { return nil }
      return (value, entry["displayName"]?.stringValue ?? value, entry["description"]?.stringValue)
    }
    if !models.contains(where: { $0.value == current }) { models.insert((current, current, nil), at: 0) }
  }

  static func == (one: CodexSettings, other: CodexSettings) -> Bool {
    one.mode == other.mode && one.model == other.model && one.modes == other.modes && one.changes == other.changes
  }

  /// The modes as ACP has them.
  var modeState: ACP.SessionModeState {
    ACP.SessionModeState(
      currentModeID: .init(rawValue: mode),
      availableModes: modes.map { .init(id: .init(rawValue: $0.id), name: $0.name, description: $0.description) })
  }

  /// The same and the model as options.
  var options: [ACP.SessionConfigOption] {
    [
      .init(
        id: "mode", name: "Mode", type: .select, currentValue: .choice(mode),
        options: modes.map { .init(name: $0.name, value: $0.id, description: $0.description) }, category: .mode),
      .init(
        id: "model", name: "Model", type: .select, currentValue: .choice(model),
        options: models.map { .init(name: $0.name, value: $0.value, description: $0.description) }, category: .model),
    ]
  }

  /// Chooses a mode.
  mutating func set(mode id: String) throws {
    guard let chosen = modes.first(where: { $0.id == id }) else {
      throw RPCError(
        .invalidParams, "There is no mode '\(id)'; there are \(modes.map(\.id).joined(separator: ", ")).")
    }
    mode = id
    changes["approvalPolicy"] = chosen.approvals
    changes["sandboxPolicy"] = chosen.sandbox
  }

  /// Chooses a model.
  mutating func set(model value: String) throws {
    guard models.contains(where: { $0.value == value }) else {
      throw RPCError(.invalidParams, "Codex offers no model '\(value)'.")
    }
    model = value
    changes["model"] = .string(value)
  }

  /// The MCP servers in Codex's own configuration (`mcp_servers`); what it cannot reach is left out.
  ///
  /// Source: the configuration reference of Codex, `mcp_servers`.
  static func configuration(_ servers: [ACP.MCPServer]) -> JSONValue {
    func pairs(_ values: [ACP.NameValue]) -> JSONValue {
      .object(JSONObject(values.map { ($0.name, .string($0.value)) }) { _, last in last })
    }
    var named: JSONObject = [:]
    for server in servers {
      switch server {
      case .http(let http): named[http.name] = ["url": .string(http.url), "http_headers": pairs(http.headers)]
      case .stdio(let stdio):
        named[stdio.name] = [
          "command": .string(stdio.command), "args": .array(stdio.args.map { .string($0) }), "env": pairs(stdio.env),
        ]
      case .sse, .other: continue
      }
    }
    return named.isEmpty ? nil : ["mcp_servers": .object(named)]
  }
}
