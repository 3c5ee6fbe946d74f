// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// A turn, from the person's message to the program's result. Pure: it does no I/O.
struct ClaudeTurn: Sendable, Equatable {
  /// What is to be done.
  enum Action: Sendable, Equatable {
    /// The turn is over.
    case end(Result<ACP.StopReason, RPCError>)
    /// The program tries something that cannot succeed, and is to stop.
    case interrupt
  }

  /// The id of the person's message.
  let message: String
  /// Whether the client wants no more of it.
  var isCancelled = false
  /// Another turn, which the program began by itself, comes first.
  private var isQueued = false
  /// Why it was stopped.
  private var refusal: RPCError?

  init(message: String) { self.message = message }

  /// Takes what the program writes.
  mutating func on(_ input: ClaudeMessage) -> Action? {
    switch input {
    case .lifecycle(message, "queued"): isQueued = true
    case .lifecycle(message, "started"): isQueued = false
    case .lifecycle(message, "cancelled"), .lifecycle(message, "discarded"):
      return .end(refusal.map { .failure($0) } ?? .success(.cancelled))
    case .result(let result) where !isQueued: return .end(outcome(of: result))
    case .retry(let attempt, let error) where attempt > 1 && error.hasPrefix("authentication") && refusal == nil:
      refusal = Self.refusedKey
      return .interrupt
    default: break
    }
    return nil
  }

  private func outcome(of result: ClaudeResult) -> Result<ACP.StopReason, RPCError> {
    if let refusal { return .failure(refusal) }
    if isCancelled { return .success(.cancelled) }
    if result.subtype == "error_max_turns" { return .success(.maxTurnRequests) }
    guard result.isError else {
      switch result.stopReason {
      case "max_tokens": return .success(.maxTokens)
      case "refusal": return .success(.refusal)
      default: return .success(.endTurn)
      }
    }
    if result.text.contains("/login") { return .failure(Self.notLoggedIn) }
    return .failure(
      RPCError(.internalError, result.text.isEmpty ? "Claude Code ended the turn: \(result.subtype)" : result.text))
  }

  /// What a person must do before anything works.
  static let notLoggedIn = RPCError(
    .authenticationRequired,
    "Claude Code is not logged in: set ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN with what 'claude setup-token' "
      + "prints, or log in with 'claude' on this machine")

  private static let refusedKey = RPCError(
    .authenticationRequired,
    "the model's provider refuses the credentials of Claude Code; check ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN")
}
