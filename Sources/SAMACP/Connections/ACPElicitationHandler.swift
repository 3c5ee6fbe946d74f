// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC

/// What a client that can ask the person questions does with them. Source: ACP v1, Elicitation.
public protocol ACPElicitationHandler: Sendable {
  /// Asks the person. It runs concurrently with everything else. Its task is cancelled when the turn of its session is
  /// cancelled; a `CancellationError` is answered with the action `cancel`.
  ///
  /// Only questions of a mode that the client advertised arrive here; others are answered with `invalidParams`.
  func createElicitation(_ request: ACP.CreateElicitationRequest) async throws -> ACP.CreateElicitationResponse

  /// Hears that the person did what a web page wanted. It must not make requests on the same connection. The default
  /// does nothing.
  func elicitationCompleted(_ notification: ACP.CompleteElicitationNotification) async throws
}

extension ACPElicitationHandler {
  /// Has nothing to do.
  public func elicitationCompleted(_ notification: ACP.CompleteElicitationNotification) async throws {}
}

extension ACP.ElicitationCapabilities {
  /// Whether a question of this mode may be asked.
  public func allows(_ question: ACP.ElicitationQuestion) -> Bool {
    switch question {
    case .form: form != nil
    case .url: url != nil
    case .other: false
    }
  }
}
