// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMRPC
import Synchronization

/// An agent that says what it was told, word by word. Any ACP client can run it: SAM, an editor, a script.
struct EchoAgent: ACPAgent {
  private let sessions = Sessions()

  func newSession(
    _ request: ACP.NewSessionRequest, client: AgentConnection
  ) async throws -> ACP.NewSessionResponse {
    ACP.NewSessionResponse(sessionID: sessions.next())
  }

  func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
    for block in request.prompt {
      guard case .text(let text) = block else { continue }
      for (index, word) in text.text.split(separator: " ").enumerated() {
        // A cancelled turn throws here, which answers the prompt with the stop reason `cancelled`.
        try Task.checkCancellation()
        try await client.say(request.sessionID, index == 0 ? String(word) : " \(word)")
      }
    }
    return ACP.PromptResponse(stopReason: .endTurn)
  }
}

/// Numbers the sessions.
final class Sessions: Sendable {
  private let last = Mutex(0)

  func next() -> ACP.SessionID {
    last.withLock { last in
      last += 1
      return ACP.SessionID("echo-\(last)")
    }
  }
}

@main
enum Program {
  static func main() async throws {
    try await ACPAgentServer(EchoAgent()).runOnStandardIO()
  }
}
