// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// The agent with the script.
struct ProbingAgent: ACPAgent {
  let record: ClientRecord
  let limits: AgentLimits
  private let onTurn: @Sendable () async -> Void
  private let folders = Folders()

  private final class Folders: Sendable {
    let bySession = Mutex<[ACP.SessionID: String]>([:])
  }

  init(record: ClientRecord, limits: AgentLimits, onTurn: @escaping @Sendable () async -> Void) {
    self.record = record
    self.limits = limits
    self.onTurn = onTurn
  }

  func initialize(
    _ request: ACP.InitializeRequest, client: AgentConnection
  ) async throws -> ACP.InitializeResponse {
    ACP.InitializeResponse(
      protocolVersion: ACP.protocolVersion,
      agentInfo: .init(name: "sam-conformance", title: "SAM's conformance kit", version: "1"))
  }

  func newSession(_ request: ACP.NewSessionRequest, client: AgentConnection) async throws -> ACP.NewSessionResponse {
    folders.bySession.withLock { folders in
      let id = ACP.SessionID(rawValue: "probe-\(folders.count + 1)")
      folders[id] = request.cwd
      return ACP.NewSessionResponse(sessionID: id)
    }
  }

  func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
    guard let folder = folders.bySession.withLock({ $0[request.sessionID] }) else {
      throw RPCError(.resourceNotFound, "There is no session \(request.sessionID).")
    }
    do {
      try await client.say(request.sessionID, "Checking the client. ")
      let probes = ClientProbes(
        session: request.sessionID, folder: folder, client: client, record: record, limits: limits)
      await probes.run()
      try Task.checkCancellation()
      try await client.say(request.sessionID, "The client was checked.")
    } catch {
      await onTurn()
      throw error
    }
    await onTurn()
    return ACP.PromptResponse(stopReason: .endTurn)
  }
}

/// What the agent tries with its client in a turn.
struct ClientProbes {
  let session: ACP.SessionID
  let folder: String
  let client: AgentConnection
  let record: ClientRecord
  let limits: AgentLimits

  func run() async {
    await messages()
    await files()
    await terminals()
    await record.probe("CLI-050") { try await elicitation() }
    await record.probe("CLI-020") { try await permission() }
  }

  private func messages() async {
    await record.probe("CLI-010") { try await expectRefused("_sam.test/nothing") }
    await record.probe("CLI-011") {
      try await survives("an unknown notification") {
        try await client.rpc.notify("_sam.test/nothing", ["a": 1])
      }
    }
    await record.probe("CLI-012") {
      let strange: [JSONValue] = [
        ["sessionUpdate": "hologram", "depth": 3],
        ["sessionUpdate": "agent_message_chunk", "content": ["type": "smell"]],
        ["sessionUpdate": "session_info_update", "title": nil],
      ]
      try await survives("an update of an unknown kind") {
        for update in strange {
          try await client.rpc.notify("session/update", ["sessionId": session.json, "update": update])
        }
      }
    }
  }

  /// Any answer to a request afterwards shows that the client still listens.
  private func survives(_ what: String, _ body: () async throws -> Void) async throws {
    do {
      try await body()
      _ = try await request("_sam.test/nothing", [:])
    } catch is RPCError {
      return
    } catch is RPCFailure {
      throw BrokenPromise(what: "the client hung up after \(what)")
    }
  }

  private func files() async {
    let capabilities = client.clientCapabilities.fileSystem
    let path = "\(folder)/.sam-conformance"
    let read: JSONValue = ["sessionId": session.json, "path": .string(path)]
    let missing: JSONValue = ["sessionId": session.json, "path": .string("\(path)-\(UUID().uuidString)")]
    await record.probe("CLI-021") {
      try NotApplicable.unless(
        capabilities.readTextFile && capabilities.writeTextFile, "the client does not advertise both fs methods")
      let text = "first\nsecond ä\nthird\n"
      defer { unlink(path) }
      _ = try await request("fs/write_text_file", read.with("content", .string(text)))
      let whole = try ACP.ReadTextFileResponse(json: try await request("fs/read_text_file", read)).content
      try BrokenPromise.unlessEqual(whole, text, "what was written and read again")
      let part = try await request("fs/read_text_file", read.with("line", 2).with("limit", 1))
      let line = try ACP.ReadTextFileResponse(json: part).content
      try BrokenPromise.unlessEqual(line.trimmingCharacters(in: .newlines), "second ä", "line 2 of the file")
    }
    await record.probe("CLI-022") {
      try NotApplicable.unless(capabilities.readTextFile, "the client does not advertise fs.readTextFile")
      try await AgentConformance.expectError("reading a file that is not there") {
        _ = try await request("fs/read_text_file", missing)
      }
    }
    await record.probe("CLI-023") {
      try NotApplicable.unless(
        !capabilities.readTextFile || !capabilities.writeTextFile, "the client advertises both fs methods")
      if !capabilities.readTextFile { try await expectRefused("fs/read_text_file", missing) }
      if !capabilities.writeTextFile { try await expectRefused("fs/write_text_file", missing.with("content", "")) }
    }
  }

  private func terminals() async {
    let isThere = client.clientCapabilities.terminal
    await record.probe("CLI-030") {
      try NotApplicable.unless(isThere, "the client does not advertise terminal")
      let terminal = try await create("echo", ["sam-conformance"])
      let exit = try ACP.WaitForTerminalExitResponse(json: try await request("terminal/wait_for_exit", terminal))
      try BrokenPromise.unlessEqual(exit.exitCode, 0, "the exit code of echo")
      let output = try ACP.TerminalOutputResponse(json: try await request("terminal/output", terminal))
      try BrokenPromise.unless(
        output.output.contains("sam-conformance"), "echo printed “\(output.output.prefix(80))”")
      try BrokenPromise.unless(output.exitStatus != nil, "the output of an ended command lacks its exit status")
      _ = try await request("terminal/release", terminal)
      try await AgentConformance.expectError("the output of a released terminal") {
        _ = try await request("terminal/output", terminal)
      }
    }
    await record.probe("CLI-031") {
      try NotApplicable.unless(isThere, "the client does not advertise terminal")
      let terminal = try await create("sleep", ["60"])
      _ = try await request("terminal/kill", terminal)
      _ = try await request("terminal/wait_for_exit", terminal)
      _ = try await request("terminal/output", terminal)
      _ = try await request("terminal/release", terminal)
    }
    await record.probe("CLI-032") {
      try NotApplicable.unless(!isThere, "the client advertises terminal")
      try await expectRefused("terminal/create", ["sessionId": session.json, "command": "echo"])
    }
  }

  private func create(_ command: String, _ arguments: [String]) async throws -> JSONValue {
    let params: JSONValue = [
      "sessionId": session.json, "command": .string(command), "args": .array(arguments.map { .string($0) }),
      "cwd": .string(folder),
    ]
    let made = try ACP.CreateTerminalResponse(json: try await request("terminal/create", params))
    return ["sessionId": session.json, "terminalId": made.terminalID.json]
  }

  private func elicitation() async throws {
    let params: JSONValue = [
      "mode": "form", "sessionId": session.json, "message": "A test of the client: any answer will do.",
      "requestedSchema": ["type": "object", "properties": ["word": ["type": "string"]]],
    ]
    guard client.clientCapabilities.elicitation?.form != nil else {
      return try await AgentConformance.expectError("a question of a mode that the client does not advertise") {
        _ = try await request("elicitation/create", params)
      }
    }
    let answer = try ACP.CreateElicitationResponse(json: try await request("elicitation/create", params, limits.turn))
    if case .other(let action) = answer.answer { throw BrokenPromise(what: "the action “\(action)” is none") }
  }

  private func permission() async throws {
    let call: JSONValue = [
      "toolCallId": "probe", "title": "A test of the client", "kind": "other", "status": "pending",
    ]
    try await client.rpc.notify(
      "session/update", ["sessionId": session.json, "update": call.with("sessionUpdate", "tool_call")])
    let params: JSONValue = [
      "sessionId": session.json, "toolCall": call,
      "options": [
        ["optionId": "yes-7", "name": "Allow", "kind": "allow_once"],
        ["optionId": "no-7", "name": "Reject", "kind": "reject_once"],
      ],
    ]
    let result = try await request("session/request_permission", params, limits.turn)
    switch try ACP.RequestPermissionResponse(json: result).outcome {
    case .selected(let choice):
      try BrokenPromise.unless(
        ["yes-7", "no-7"].contains(choice.optionID.rawValue), "the option “\(choice.optionID)” was not offered")
    case .cancelled: break
    case .other(let outcome): throw BrokenPromise(what: "the outcome \(outcome) is none of the protocol")
    }
    let update: JSONValue = ["sessionUpdate": "tool_call_update", "toolCallId": "probe", "status": "completed"]
    try await client.rpc.notify("session/update", ["sessionId": session.json, "update": update])
  }

  private func expectRefused(_ method: String, _ params: JSONValue = [:]) async throws {
    try await AgentConformance.expectError(method, code: .methodNotFound) { _ = try await request(method, params) }
  }

  private func request(_ method: String, _ params: JSONValue, _ limit: Duration? = nil) async throws -> JSONValue {
    let rpc = client.rpc
    return try await within(limit ?? limits.answer, "\(method) was not answered") {
      try await rpc.request(method, params)
    }
  }
}
