// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMRPC

/// The demo agent without SAM around it: what no control plane can save.
struct BareAgent {
  /// What came of a prompt. Times are in milliseconds on the steady clock.
  struct Answer {
    /// When the program was started.
    var started: Double
    /// When the first piece of text came.
    var first: Double
    /// When the prompt was answered.
    var last: Double
  }

  /// What the agent says in a turn of some text: its updates, as lines.
  static func updates(in folder: String) throws -> [String] {
    var updates: [String] = []
    _ = try answer(to: "[[demo count=200]] [[demo flood=5]]", in: folder) { line in
      if line.contains("\"session/update\"") { updates.append(line) }
    }
    return updates
  }

  /// Starts the agent, opens a conversation, prompts, and reads to the end of the turn.
  static func answer(
    to prompt: String, in folder: String, onLine: (String) -> Void = { _ in }
  ) throws -> Answer {
    let environment = Build.environment.merging(["SAM_DEMO_STATE": "\(folder)/demo"]) { _, new in new }
    var answer = Answer(started: Clock.steady, first: .nan, last: .nan)
    let agent = try Program(Build.samd, ["demo-agent"], environment: environment, input: .pipe, output: .pipe)
    guard let output = agent.output else { throw BenchFailure("the agent has no output") }
    var lines = Lines(of: output)
    func send(_ id: Int64, _ method: String, _ params: JSONValue) throws {
      let message: JSONValue = ["jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": params]
      try agent.write(line: String(decoding: message.serialized(), as: UTF8.self))
    }
    try send(0, "initialize", ["protocolVersion": 1, "clientCapabilities": [:]])
    _ = lines.next()
    try send(1, "session/new", ["cwd": .string(folder), "mcpServers": []])
    guard let line = lines.next(), let session = try JSONValue(parsing: line)["result"]?["sessionId"] else {
      throw BenchFailure("the demo agent opens no conversation")
    }
    try send(2, "session/prompt", ["sessionId": session, "prompt": [["type": "text", "text": .string(prompt)]]])
    while let line = lines.next() {
      onLine(line)
      if answer.first.isNaN, line.contains("agent_message_chunk") { answer.first = Clock.steady }
      // The answer is the one message that is no update.
      if line.contains("\"stopReason\"") {
        answer.last = Clock.steady
        break
      }
    }
    agent.closeInput()
    try agent.wait()
    guard !answer.first.isNaN, !answer.last.isNaN else { throw BenchFailure("the demo agent does not answer alone") }
    return answer
  }
}
