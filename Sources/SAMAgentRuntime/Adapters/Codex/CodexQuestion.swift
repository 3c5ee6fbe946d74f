// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What an MCP server wants to know of the person, which Codex passes on.
///
/// Source: `McpServerElicitationRequestParams` and its answer, as `codex app-server generate-ts` writes them.
struct CodexQuestion: Sendable, Equatable {
  static let method = "mcpServer/elicitation/request"
  /// The answer to what nobody can be asked.
  static let declined: JSONValue = ["action": "decline", "content": nil, "_meta": nil]

  /// The server's name in the agent's definition.
  let server: String
  /// The question in words. Who asks is said too: Codex did not write it.
  let message: String
  /// The form, or the page.
  let question: ACP.ElicitationQuestion

  /// Reads a question; nil for every other method, and for forms that the protocol does not know.
  init?(_ method: String, _ params: JSONValue) {
    guard method == Self.method, let server = params["serverName"]?.stringValue else { return nil }
    switch params["mode"]?.stringValue {
    case "form":
      guard let schema = try? ACP.ElicitationSchema(json: Self.named(params["requestedSchema"] ?? [:])) else {
        return nil
      }
      question = .form(schema)
    case "url":
      guard let url = params["url"]?.stringValue, let id = params["elicitationId"]?.stringValue else { return nil }
      question = .url(url, id: .init(rawValue: id))
    default: return nil
    }
    self.server = server
    message = "\(server) asks: \(params["message"]?.stringValue ?? "")"
  }

  /// A schema in which names of choices are where ACP has them: servers of older versions give `enum` and `enumNames`.
  private static func named(_ schema: JSONValue) -> JSONValue {
    var schema = schema
    for (name, property) in schema["properties"]?.objectValue ?? [:] {
      guard let values = property["enum"]?.arrayValue, let names = property["enumNames"]?.arrayValue,
        values.count == names.count, var members = property.objectValue
      else { continue }
      members["enum"] = nil
      members["enumNames"] = nil
      members["oneOf"] = .array(zip(values, names).map { ["const": $0, "title": $1] })
      schema["properties"]?[name] = .object(members)
    }
    return schema
  }

  /// The answer for what the person did.
  func response(to answer: ACP.ElicitationAnswer) -> JSONValue {
    switch answer {
    case .accept(let content):
      let values = content.map { JSONValue.object($0.mapValues(\.json)) }
      return ["action": "accept", "content": values ?? nil, "_meta": nil]
    case .cancel: return ["action": "cancel", "content": nil, "_meta": nil]
    case .decline, .other: return Self.declined
    }
  }
}
