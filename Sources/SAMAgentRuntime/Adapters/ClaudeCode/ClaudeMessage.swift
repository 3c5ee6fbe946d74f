// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// One line that Claude Code writes in its stream-json format, as far as the adapter understands it.
///
/// Source: the message types of the Claude Agent SDK (`SDKMessage` and its control protocol), checked against recordings
/// of the program. The program's newer kinds come out as ``other``.
enum ClaudeMessage: Sendable, Equatable {
  /// A piece of a message of the model, as it comes (`--include-partial-messages`).
  case streamed(JSONValue, parent: String?)
  /// Complete blocks of a message of the model.
  case assistant(ClaudeRecord)
  /// What the model gets to read: results of tools, the person's message, notes of the program.
  case user(ClaudeRecord)
  /// A turn is over.
  case result(ClaudeResult)
  /// The program asks whether a tool may run.
  case permission(ClaudePermission)
  /// The program asks for something else, and waits.
  case request(id: String, subtype: String)
  /// The program wants no answer any more to one of its requests.
  case withdrawn(id: String)
  /// The answer to a request of ours.
  case answer(id: String, Result<JSONValue, RPCError>)
  /// What became of a message of ours (`queued`, `started`, `completed`, `cancelled`, `discarded`).
  case lifecycle(message: String, state: String)
  /// The permission mode, as it is now.
  case mode(String)
  /// A call that takes long runs: a command, or a sub-agent.
  case running(call: String)
  /// The model could not be reached, and the program tries again.
  case retry(attempt: Int, error: String)
  /// Something that is passed over.
  case other

  init(_ line: JSONValue) {
    switch line["type"]?.stringValue {
    case "stream_event":
      self = .streamed(line["event"] ?? .null, parent: line["parent_tool_use_id"]?.stringValue)
    case "assistant": self = .assistant(ClaudeRecord(line))
    case "user": self = .user(ClaudeRecord(line))
    case "result": self = .result(ClaudeResult(line))
    case "system": self = Self.system(line)
    case "control_request": self = Self.request(line)
    case "control_cancel_request": self = .withdrawn(id: line["request_id"]?.stringValue ?? "")
    case "control_response": self = Self.answer(line["response"] ?? .null)
    case "command_lifecycle":
      self = .lifecycle(
        message: line["command_uuid"]?.stringValue ?? "", state: line["state"]?.stringValue ?? "")
    default: self = .other
    }
  }

  private static func system(_ line: JSONValue) -> ClaudeMessage {
    switch line["subtype"]?.stringValue {
    case "init", "status": line["permissionMode"]?.stringValue.map { .mode($0) } ?? .other
    case "task_started": line["tool_use_id"]?.stringValue.map { .running(call: $0) } ?? .other
    case "api_retry": .retry(attempt: line["attempt"]?.intValue ?? 1, error: line["error"]?.stringValue ?? "unknown")
    default: .other
    }
  }

  private static func request(_ line: JSONValue) -> ClaudeMessage {
    let id = line["request_id"]?.stringValue ?? ""
    let request = line["request"] ?? .null
    guard request["subtype"]?.stringValue == "can_use_tool" else {
      return .request(id: id, subtype: request["subtype"]?.stringValue ?? "unknown")
    }
    return .permission(ClaudePermission(id: id, request))
  }

  private static func answer(_ response: JSONValue) -> ClaudeMessage {
    let id = response["request_id"]?.stringValue ?? ""
    guard response["subtype"]?.stringValue == "success" else {
      return .answer(
        id: id,
        .failure(RPCError(.invalidParams, response["error"]?.stringValue ?? "Claude Code refused without words")))
    }
    return .answer(id: id, .success(response["response"] ?? .null))
  }
}

/// A message between the person and the model, in the stream and in a session's file alike.
struct ClaudeRecord: Sendable, Equatable {
  /// The id of the model's message, which all its pieces share; nil for a person's.
  var id: String?
  /// The id of the record itself.
  var uuid: String?
  /// The call of a sub-agent to which it belongs.
  var parent: String?
  /// The blocks, a bare string as one block of text.
  var blocks: [JSONValue]
  /// What a tool returned to the program, in detail.
  var toolResult: JSONValue?
  /// Whether the program wrote it for the model and not for people, or repeats what it was sent.
  var isNote: Bool
  /// When it was said (RFC 3339).
  var timestamp: String?

  init(_ line: JSONValue) {
    let message = line["message"] ?? .null
    id = message["id"]?.stringValue
    uuid = line["uuid"]?.stringValue
    parent = line["parent_tool_use_id"]?.stringValue
    if let text = message["content"]?.stringValue {
      blocks = [["type": "text", "text": .string(text)]]
    } else {
      blocks = message["content"]?.arrayValue ?? []
    }
    toolResult = line["tool_use_result"] ?? line["toolUseResult"]
    isNote = ["isMeta", "isReplay", "isSynthetic", "isCompactSummary", "isVisibleInTranscriptOnly"].contains {
      line[$0]?.boolValue == true
    }
    timestamp = line["timestamp"]?.stringValue
  }

  /// The text blocks.
  var texts: [String] {
    blocks.compactMap { $0["type"]?.stringValue == "text" ? $0["text"]?.stringValue : nil }
  }
}

/// How a turn ended.
struct ClaudeResult: Sendable, Equatable {
  /// `success`, `error_during_execution`, `error_max_turns`, …
  var subtype: String
  var isError: Bool
  /// Why the model stopped.
  var stopReason: String?
  /// The last words, or what went wrong.
  var text: String
  /// What the conversation has cost so far, in US dollars.
  var cost: Double?
  /// The size of the model's context window, in tokens.
  var contextWindow: UInt64?

  init(_ line: JSONValue) {
    subtype = line["subtype"]?.stringValue ?? ""
    isError = line["is_error"]?.boolValue ?? (subtype != "success")
    stopReason = line["stop_reason"]?.stringValue
    let errors = line["errors"]?.arrayValue?.compactMap(\.stringValue) ?? []
    text = line["result"]?.stringValue ?? errors.joined(separator: "; ")
    cost = line["total_cost_usd"]?.doubleValue
    contextWindow = line["modelUsage"]?.objectValue?.values.compactMap { $0["contextWindow"]?.uint64Value }.max()
  }
}
