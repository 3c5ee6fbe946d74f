// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// Claude Code's question whether a tool may run, and how an answer to it looks.
///
/// Source: the control request `can_use_tool` and the type `PermissionResult` of the Claude Agent SDK.
struct ClaudePermission: Sendable, Equatable {
  /// The request.
  let id: String
  /// The call of the tool.
  let call: String
  /// The tool's name.
  let tool: String
  /// What it would be called with.
  let input: JSONValue
  /// What the program would remember if the person said "always", kept in this conversation only.
  ///
  /// The program proposes to write rules into the settings of the work tree. There they would become part of somebody's commit.
  let remembered: [JSONValue]

  init(id: String, _ request: JSONValue) {
    self.id = id
    call = request["tool_use_id"]?.stringValue ?? id
    tool = request["tool_name"]?.stringValue ?? "a tool"
    input = request["input"] ?? [:]
    remembered = (request["permission_suggestions"]?.arrayValue ?? []).compactMap { suggestion in
      guard Self.isHarmless(suggestion) else { return nil }
      var kept = suggestion
      kept["destination"] = "session"
      return kept
    }
  }

  private static func isHarmless(_ suggestion: JSONValue) -> Bool {
    switch suggestion["type"]?.stringValue {
    case "addRules": suggestion["behavior"]?.stringValue == "allow"
    case "setMode": suggestion["mode"]?.stringValue == "acceptEdits"
    case "addDirectories": true
    default: false
    }
  }

  /// The answers that a person can choose from.
  var options: [ACP.PermissionOption] {
    guard tool != "ExitPlanMode" else {
      return [
        .init(optionID: "acceptEdits", name: "Yes, and accept all edits", kind: .allowAlways),
        .init(optionID: "default", name: "Yes, and ask before each edit", kind: .allowOnce),
        .init(optionID: "plan", name: "No, go on planning", kind: .rejectOnce),
      ]
    }
    return PermissionAnswer.options(always: always)
  }

  /// What "always" means here, for a person.
  private var always: String? {
    guard let first = remembered.first else { return nil }
    switch first["type"]?.stringValue {
    case "setMode": return "Allow all edits in this conversation"
    case "addRules":
      let rule = first["rules"]?[0]
      let name = rule?["toolName"]?.stringValue ?? tool
      guard let content = rule?["ruleContent"]?.stringValue else { return "Always allow \(name) in this conversation" }
      return "Always allow \(name)(\(oneLine(content, limit: 60))) in this conversation"
    default: return "Always allow this in this conversation"
    }
  }

  /// The program's answer for what the person chose.
  func response(to answer: PermissionAnswer) -> JSONValue {
    switch (tool, answer) {
    case (_, .cancelled):
      return ["behavior": "deny", "message": "The turn was cancelled.", "interrupt": true]
    case ("ExitPlanMode", .chosen(let mode)) where mode == "acceptEdits" || mode == "default":
      return allow([["type": "setMode", "mode": .string(mode), "destination": "session"]])
    case ("ExitPlanMode", _):
      return ["behavior": "deny", "message": "The person wants to go on planning. Ask what should be different."]
    case (_, .allowOnce): return allow([])
    case (_, .allowAlways): return allow(remembered)
    case (_, .chosen):
      return [
        "behavior": "deny",
        "message":
          "The person refused this. Do not try it in another way; go on without it, or say what is needed.",
      ]
    }
  }

  private func allow(_ updates: [JSONValue]) -> JSONValue {
    var response: JSONValue = ["behavior": "allow", "updatedInput": input]
    if !updates.isEmpty { response["updatedPermissions"] = .array(updates) }
    return response
  }
}
