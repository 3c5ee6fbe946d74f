// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What can be set in a conversation with Codex: when it asks, what its commands may reach, the model and its effort.
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

  /// A model, as `model/list` has it.
  private struct Model: Sendable, Equatable {
    var value: String
    var name: String
    var description: String?
    /// How much it can think; the first is what it does by itself.
    var efforts: [Effort] = []

    struct Effort: Sendable, Equatable {
      var value: String
      var description: String?
    }

    init(value: String) { (self.value, name) = (value, value) }

    init?(_ entry: JSONValue) {
      guard let value = entry["model"]?.stringValue, entry["hidden"]?.boolValue != true else { return nil }
      self.value = value
      name = entry["displayName"]?.stringValue ?? value
      description = entry["description"]?.stringValue
      efforts = (entry["supportedReasoningEfforts"]?.arrayValue ?? []).compactMap { effort in
        effort["reasoningEffort"]?.stringValue.map { .init(value: $0, description: effort["description"]?.stringValue) }
      }
      let standard = entry["defaultReasoningEffort"]?.stringValue
      efforts = efforts.filter { $0.value == standard } + efforts.filter { $0.value != standard }
    }
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
  private var models: [Model]
  /// The mode, as it is now.
  private(set) var mode: String
  /// The model, as it is now.
  private(set) var model: String
  /// How much the model is to think, as it is now; nil = it offers no choice.
  private(set) var effort: String?
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
    models = listed.compactMap(Model.init)
    if !models.contains(where: { $0.value == current }) { models.insert(Model(value: current), at: 0) }
    effort = offered(thread["reasoningEffort"]?.stringValue)
  }

  private var efforts: [Model.Effort] { models.first { $0.value == model }?.efforts ?? [] }

  /// An effort that the model offers: the given one, or its own.
  private func offered(_ effort: String?) -> String? {
    efforts.first { $0.value == effort }?.value ?? efforts.first?.value
  }

  /// The modes as ACP has them.
  var modeState: ACP.SessionModeState {
    ACP.SessionModeState(
      currentModeID: .init(rawValue: mode),
      availableModes: modes.map { .init(id: .init(rawValue: $0.id), name: $0.name, description: $0.description) })
  }

  /// The same, the model and its effort as options.
  var options: [ACP.SessionConfigOption] {
    var options: [ACP.SessionConfigOption] = [
      .init(
        id: "mode", name: "Mode", type: .select, currentValue: .choice(mode),
        options: modes.map { .init(name: $0.name, value: $0.id, description: $0.description) }, category: .mode),
      .init(
        id: "model", name: "Model", type: .select, currentValue: .choice(model),
        options: models.map { .init(name: $0.name, value: $0.value, description: $0.description) }, category: .model),
    ]
    if let effort {
      options.append(
        .init(
          id: "effort", name: "Effort", type: .select, currentValue: .choice(effort),
          options: efforts.map { .init(name: $0.value, value: $0.value, description: $0.description) },
          category: .thoughtLevel))
    }
    return options
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
    // An effort of the model before would be refused.
    let kept = offered(effort)
    if let kept, kept != effort { changes["effort"] = .string(kept) }
    if kept == nil { changes["effort"] = nil }
    effort = kept
  }

  /// Chooses how much the model is to think.
  mutating func set(effort value: String) throws {
    guard efforts.contains(where: { $0.value == value }) else {
      throw RPCError(
        .invalidParams,
        "The model '\(model)' has no effort '\(value)'; it has \(efforts.map(\.value).joined(separator: ", ")).")
    }
    effort = value
    changes["effort"] = .string(value)
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
