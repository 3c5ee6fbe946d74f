// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMACP
import SAMRPC
import Synchronization

/// A client of an adapter that notes what it is told, and answers as it was told.
final class AdapterClient: ACPClientHandler {
  private let seen = Mutex<(updates: [ACP.SessionUpdate], questions: [ACP.RequestPermissionRequest])>(([], []))
  private let answer: @Sendable (ACP.RequestPermissionRequest) -> ACP.RequestPermissionOutcome

  var updates: [ACP.SessionUpdate] { seen.withLock { $0.updates } }
  var questions: [ACP.RequestPermissionRequest] { seen.withLock { $0.questions } }

  init(_ answer: @escaping @Sendable (ACP.RequestPermissionRequest) -> ACP.RequestPermissionOutcome) {
    self.answer = answer
  }

  /// Chooses the first option of a kind.
  convenience init(choosing kind: ACP.PermissionOptionKind) {
    self.init { request in
      let option = request.options.first { $0.kind == kind }
      return option.map { .selected(.init(optionID: $0.optionID)) } ?? .cancelled(.init())
    }
  }

  func sessionUpdate(_ notification: ACP.SessionNotification) async throws {
    seen.withLock { $0.updates.append(notification.update) }
  }

  func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
    seen.withLock { $0.questions.append(request) }
    return .init(outcome: answer(request))
  }
}
