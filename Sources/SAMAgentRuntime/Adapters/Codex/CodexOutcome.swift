// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// How a turn of Codex ended, from `turn/completed`.
enum CodexOutcome {
  /// Reads a turn that is over.
  static func of(_ turn: JSONValue) -> Result<ACP.StopReason, RPCError> {
    switch turn["status"]?.stringValue {
    case "completed": return .success(.endTurn)
    case "interrupted": return .success(.cancelled)
    default: return .failure(error(turn["error"] ?? .null))
    }
  }

  private static func error(_ error: JSONValue) -> RPCError {
    let info = error["codexErrorInfo"] ?? .null
    let message = error["message"]?.stringValue ?? "Codex ended the turn without words"
    let status = info.objectValue?.values.compactMap { $0["httpStatusCode"]?.intValue }.first
    if info == "unauthorized" || status == 401 {
      return RPCError(.authenticationRequired, "the model's provider refuses Codex's credentials: \(message)")
    }
    let details = error["additionalDetails"]?.stringValue.map { " (\($0))" } ?? ""
    return RPCError(.internalError, message + details, data: info.isNull ? .none : .some(["codexErrorInfo": info]))
  }

  /// What a person must do before anything works.
  static let notLoggedIn = RPCError(
    .authenticationRequired,
    "Codex is not logged in: set CODEX_API_KEY or OPENAI_API_KEY, or run 'codex login' on this machine")
}
