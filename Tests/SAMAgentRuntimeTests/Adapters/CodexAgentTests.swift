// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

/// The adapter with a program that is a few lines of shell: what it does without the real one.
@Suite("Codex' adapter")
struct CodexAgentTests {
  /// Has a login, cannot list its models, and ends each turn at once.
  private static let program = #"""
    #!/bin/sh
    while read -r line; do
      id=${line##*'"id":'}; id=${id%%[,\}]*}
      case $line in
        *'"initialize"'*) echo "{\"id\":$id,\"result\":{}}" ;;
        *'"account/read"'*) echo "{\"id\":$id,\"result\":{\"account\":{},\"requiresOpenaiAuth\":false}}" ;;
        *'"model/list"'*) echo "{\"id\":$id,\"error\":{\"code\":-32603,\"message\":\"the list is on holiday\"}}" ;;
        *'"thread/start"'*) echo "{\"id\":$id,\"result\":{\"thread\":{\"id\":\"t\"},\"model\":\"in-use\"}}" ;;
        *'"turn/start"'*)
          echo "{\"id\":$id,\"result\":{\"turn\":{\"id\":\"u$id\"}}}"
          echo "{\"method\":\"turn/completed\",\"params\":{\"threadId\":\"t\",\"turn\":{\"id\":\"u$id\",\"status\":\"completed\"}}}" ;;
      esac
    done
    """#

  @Test func `the effort is one that the model offers`() throws {
    func model(_ name: String, _ standard: String, _ efforts: [String]) -> JSONValue {
      [
        "model": .string(name), "defaultReasoningEffort": .string(standard),
        "supportedReasoningEfforts": .array(efforts.map { ["reasoningEffort": .string($0)] }),
      ]
    }
    let models = [
      model("big", "medium", ["low", "medium", "high"]), model("small", "low", ["low"]), model("none", "", []),
    ]
    var settings = CodexSettings(thread: ["model": "big", "reasoningEffort": nil], models: models)
    #expect(settings.effort == "medium" && settings.options.last?.category == .thoughtLevel)
    try settings.set(effort: "high")
    #expect(settings.changes["effort"] == "high")
    let error = try #require(throws: RPCError.self) { try settings.set(effort: "utmost") }
    #expect(error.message.contains("medium, low, high"))
    try settings.set(model: "small")
    #expect(settings.effort == "low" && settings.changes["effort"] == "low")
    try settings.set(model: "none")
    #expect(settings.effort == nil && settings.changes["effort"] == nil && settings.options.count == 2)
  }

  @Test func `a list of models that fails is told once, and the conversation goes on`() async throws {
    let folder = try ScratchFolder()
    let program = try folder.write("codex", Self.program, mode: 0o755)
    let (ours, theirs) = MemoryTransport.pair()
    let client = AdapterClient(choosing: .allowOnce)
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask {
        await CodexAgent.run(
          over: theirs, program: program, environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path],
          guardExecutable: GuardProgram.path)
      }
      try await ClientConnection.withConnection(over: ours, handler: client) { connection in
        _ = try await connection.initialize(.init(protocolVersion: 1))
        let session = try await connection.newSession(.init(cwd: folder.path, mcpServers: []))
        #expect(session.configOptions?.last?.currentValue == .choice("in-use"))
        for _ in 0..<2 {
          let end = try await connection.prompt(
            .init(sessionID: session.sessionID, prompt: [.text(.init(text: "go"))]))
          #expect(end.stopReason == .endTurn)
        }
      }
    }
    let told = client.updates.filter { $0.json.serializedString().contains("the list is on holiday") }
    #expect(told.count == 1, "\(client.updates)")
  }
}
