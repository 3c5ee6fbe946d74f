// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

/// The adapter with a program that is a few lines of shell: what it does without the real one.
@Suite("Claude Code's adapter")
struct ClaudeCodeAgentTests {
  /// Answers `initialize`, asks once in each turn, and notes every line that it gets.
  private static let program = #"""
    #!/bin/sh
    echo "$*" > arguments
    ask='{"type":"control_request","request_id":"q1","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"}}'
    end='{"type":"result","subtype":"success","is_error":false,"stop_reason":"end_turn"}'
    while read -r line; do
      echo "$line" >> heard
      case $line in
        *'"initialize"'*) echo '{"type":"control_response","response":{"subtype":"success","request_id":"sam-1","response":{"models":[{"value":"m","displayName":"M"}],"account":{"tokenSource":"TOKEN"}}}}' ;;
        *silence*) echo 'not a message'; echo '{"type":"tomorrow"}' ;;
        *die*) echo 'cannot go on' >&2; exit 3 ;;
        *'"type":"user"'*) echo "$ask" ;;
        *'"behavior"'*) echo "$end" ;;
        *'"interrupt"'*) echo '{"type":"result","subtype":"error_during_execution","is_error":true}' ;;
      esac
    done
    """#

  private func withAgent(
    _ client: AdapterClient, _ body: (ClientConnection, ACP.SessionID, ScratchFolder) async throws -> Void
  ) async throws {
    let folder = try ScratchFolder()
    let program = try folder.write("claude", Self.program, mode: 0o755)
    let (ours, theirs) = MemoryTransport.pair()
    let environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path]
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask {
        await ClaudeCodeAgent.run(
          over: theirs, program: program, environment: environment, guardExecutable: GuardProgram.path)
      }
      try await ClientConnection.withConnection(over: ours, handler: client) { connection in
        _ = try await connection.initialize(.init(protocolVersion: 1))
        let session = try await connection.newSession(.init(cwd: folder.path, mcpServers: []))
        #expect(session.configOptions?.count == 2)
        try await body(connection, session.sessionID, folder)
      }
    }
    // The adapter has ended, and with it the program.
    let left = Strays.find(runIDPrefix: "adapter-\(getpid())/program")
    #expect(left.filter { $0.command.contains(folder.path) }.isEmpty)
  }

  private func heard(_ folder: ScratchFolder, _ word: String) throws -> Bool { try folder.read("heard").contains(word) }

  @Test func `a person's yes reaches the program as yes`() async throws {
    let client = AdapterClient(choosing: .allowOnce)
    try await withAgent(client) { connection, session, folder in
      let answer = try await connection.prompt(.init(sessionID: session, prompt: [.text(.init(text: "go"))]))
      #expect(answer.stopReason == .endTurn)
      #expect(client.questions.first?.toolCall.title == "ls")
      #expect(try heard(folder, #""behavior":"allow""#))
      #expect(try folder.read("arguments").contains("--session-id \(session)"))
    }
  }

  @Test(arguments: ["reject", "unknown"]) func `everything else reaches it as no`(answer: String) async throws {
    let client = AdapterClient { request in
      guard answer == "reject" else { return .other(["outcome": "allowed_by_some_later_version"]) }
      let option = request.options.first { $0.kind == .rejectOnce }
      return option.map { .selected(.init(optionID: $0.optionID)) } ?? .cancelled(.init())
    }
    try await withAgent(client) { connection, session, folder in
      _ = try await connection.prompt(.init(sessionID: session, prompt: [.text(.init(text: "go"))]))
      #expect(try heard(folder, #""behavior":"deny""#))
      #expect(try !heard(folder, #""behavior":"allow""#))
    }
  }

  @Test func `a cancelled turn is interrupted at once, and the next one works`() async throws {
    let client = AdapterClient(choosing: .allowOnce)
    try await withAgent(client) { connection, session, folder in
      async let answer = connection.prompt(.init(sessionID: session, prompt: [.text(.init(text: "silence"))]))
      try await eventually("the program has the message") { try heard(folder, "silence") }
      try await connection.cancel(session)
      #expect(try await answer.stopReason == .cancelled)
      #expect(try heard(folder, #""interrupt""#))
      let next = try await connection.prompt(.init(sessionID: session, prompt: [.text(.init(text: "go"))]))
      #expect(next.stopReason == .endTurn)
    }
  }

  @Test func `the end of the program is an answer that says why, and the next turn starts it again`() async throws {
    let client = AdapterClient(choosing: .allowOnce)
    try await withAgent(client) { connection, session, _ in
      let error = await #expect(throws: RPCError.self) {
        try await connection.prompt(.init(sessionID: session, prompt: [.text(.init(text: "die"))]))
      }
      #expect(error?.message == "Claude Code ended with code 3; it said: cannot go on")
      let next = try await connection.prompt(.init(sessionID: session, prompt: [.text(.init(text: "go"))]))
      #expect(next.stopReason == .endTurn)
    }
  }
}
