// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import Testing

@testable import SAMACP

@Suite(.enabled(if: SharedData.isPresent, "skipped: needs the protocol's schema"))
struct SchemaTests {
  private static func schema() throws -> JSONSchema { JSONSchema(try SharedData.json(stablePath)) }
  private static let stablePath = "schemas/acp/v1/schema.json"
  private static let unstablePath = "schemas/acp/v1/schema.unstable.json"

  private static let blocks: [ACP.ContentBlock] = [
    .text(
      .init(text: "hi", annotations: .init(audience: [.user], lastModified: "2026-01-01T00:00:00Z", priority: 0.5))),
    .image(.init(data: "aGk=", mimeType: "image/png", uri: "file:///a.png")),
    .audio(.init(data: "aGk=", mimeType: "audio/wav")),
    .resourceLink(.init(name: "n", uri: "file:///a", title: "t", description: "d", mimeType: "text/plain", size: 3)),
    .resource(.init(resource: .init(uri: "file:///a", text: "t", mimeType: "text/plain"))),
    .resource(.init(resource: .init(uri: "file:///a", blob: "aGk="))),
  ]

  private static let toolContent: [ACP.ToolCallContent] =
    blocks.map { .content(.init(content: $0)) } + [
      .diff(.init(path: "/a", newText: "new")), .diff(.init(path: "/a", newText: "new", oldText: "old")),
      .terminal(.init(terminalID: "t")),
    ]

  private static let toolUpdate = ACP.ToolCallUpdate(
    toolCallID: "c", title: "t", kind: .edit, status: .failed, content: toolContent,
    locations: [.init(path: "/a", line: 3), .init(path: "/b")], rawInput: ["a": 1], rawOutput: "x")

  private static let options: [ACP.SessionConfigOption] = [
    .init(
      id: "model", name: "Model", type: .select, currentValue: .choice("a"),
      options: [.init(name: "A", value: "a", description: "d")], description: "d", category: .model),
    .init(
      id: "m2", name: "Model", type: .select, currentValue: .choice("a"),
      options: [.init(name: "G", group: "g", options: [.init(name: "A", value: "a")])], category: "_own"),
    .init(id: "b", name: "B", type: .boolean, currentValue: .boolean(true)),
  ]

  private static let modes = ACP.SessionModeState(
    currentModeID: "a", availableModes: [.init(id: "a", name: "A", description: "d")])

  private static let servers: [ACP.MCPServer] = [
    .stdio(.init(name: "n", command: "/bin/x", args: ["-a"], env: [.init(name: "K", value: "V")])),
    .http(.init(name: "n", url: "http://localhost/", headers: [.init(name: "K", value: "V")])),
    .sse(.init(name: "n", url: "http://localhost/", headers: [])),
  ]

  private static let updates: [ACP.SessionUpdate] =
    blocks.map { .agentMessageChunk(.init(content: $0, messageID: "m")) } + [
      .userMessageChunk(.init(content: blocks[0])), .agentThoughtChunk(.init(content: blocks[0])),
      .toolCall(.init(toolCallID: "c", title: "t")),
      .toolCall(
        .init(
          toolCallID: "c", title: "t", kind: .read, status: .inProgress, content: toolContent,
          locations: [.init(path: "/a")], rawInput: [1], rawOutput: nil)),
      .toolCallUpdate(.init(toolCallID: "c")), .toolCallUpdate(toolUpdate),
      .plan(.init(entries: [.init(content: "x", priority: .high, status: .inProgress)])),
      .availableCommands(
        .init(availableCommands: [
          .init(name: "a", description: "d"), .init(name: "b", description: "d", input: .init(hint: "h")),
        ])),
      .currentMode(.init(currentModeID: "a")), .configOptions(.init(configOptions: options)),
      .sessionInfo(.init(title: .set("t"), updatedAt: .clear)), .sessionInfo(.init()),
      .usage(.init(used: 1, size: 2, cost: .init(amount: 0.5, currency: "EUR"))), .usage(.init(used: 1, size: .max)),
    ]

  private static let exit = ACP.TerminalExitStatus(exitCode: 1, signal: "TERM")

  static let values: [any ACPObject] =
    updates.map { ACP.SessionNotification(sessionID: "s", update: $0) } + [
      ACP.InitializeRequest(protocolVersion: 1),
      ACP.InitializeRequest(
        protocolVersion: 1,
        clientCapabilities: .init(
          fileSystem: .init(readTextFile: true, writeTextFile: true), terminal: true,
          session: .init(configOptions: .init(boolean: .init())), auth: .init(terminal: true),
          elicitation: .init(form: .init(), url: .init())), clientInfo: .init(name: "n", title: "t", version: "1")),
      ACP.InitializeResponse(protocolVersion: 1),
      ACP.InitializeResponse(
        protocolVersion: 1,
        agentCapabilities: .init(
          loadSession: true, prompt: .init(image: true, audio: true, embeddedContext: true),
          mcp: .init(http: true, sse: true),
          session: .init(
            list: .init(), delete: .init(), resume: .init(), close: .init(), additionalDirectories: .init(),
            fork: .init()),
          auth: .init(logout: .init())),
        authMethods: [
          .init(id: "a", name: "A", description: "d"),
          .init(id: "t", name: "T", type: .terminal, args: ["--setup"], env: ["K": "V"]),
        ], agentInfo: .init(name: "n", version: "1")),
      ACP.AuthenticateRequest(methodID: "a"), ACP.AuthenticateResponse(),
      ACP.NewSessionRequest(cwd: "/w", mcpServers: servers, additionalDirectories: ["/x"]),
      ACP.NewSessionResponse(sessionID: "s"),
      ACP.NewSessionResponse(sessionID: "s", modes: modes, configOptions: options),
      ACP.LoadSessionRequest(sessionID: "s", cwd: "/w", mcpServers: []),
      ACP.LoadSessionResponse(modes: modes, configOptions: options),
      ACP.PromptRequest(sessionID: "s", prompt: blocks), ACP.PromptResponse(stopReason: .maxTurnRequests),
      ACP.PromptResponse(
        stopReason: .endTurn,
        usage: .init(
          totalTokens: 6, inputTokens: 1, outputTokens: 2, thoughtTokens: 3, cachedReadTokens: 4, cachedWriteTokens: 5)
      ),
      ACP.CancelNotification(sessionID: "s"), ACP.SetSessionModeRequest(sessionID: "s", modeID: "m"),
      ACP.SetSessionModeResponse(),
      ACP.SetSessionConfigOptionRequest(sessionID: "s", configID: "c", value: .choice("a")),
      ACP.SetSessionConfigOptionRequest(sessionID: "s", configID: "c", value: .boolean(true), type: .boolean),
      ACP.SetSessionConfigOptionResponse(configOptions: options), ACP.CloseSessionRequest(sessionID: "s"),
      ACP.CloseSessionResponse(), ACP.ListSessionsRequest(cwd: "/w", cursor: "c"), ACP.ListSessionsRequest(),
      ACP.ListSessionsResponse(
        sessions: [
          .init(sessionID: "s", cwd: "/w", title: "t", updatedAt: "2026-01-01T00:00:00Z", additionalDirectories: ["/x"])
        ], nextCursor: "c"),
      ACP.RequestPermissionRequest(
        sessionID: "s", toolCall: toolUpdate,
        options: [ACP.PermissionOptionKind.allowOnce, .allowAlways, .rejectOnce, .rejectAlways].map {
          .init(optionID: "o", name: "O", kind: $0)
        }),
      ACP.RequestPermissionResponse(outcome: .selected(.init(optionID: "o"))),
      ACP.RequestPermissionResponse(outcome: .cancelled(.init())),
      ACP.ReadTextFileRequest(sessionID: "s", path: "/a", line: 1, limit: 2), ACP.ReadTextFileResponse(content: "x"),
      ACP.WriteTextFileRequest(sessionID: "s", path: "/a", content: "x"), ACP.WriteTextFileResponse(),
      ACP.CreateTerminalRequest(
        sessionID: "s", command: "ls", args: ["-l"], env: [.init(name: "K", value: "V")], cwd: "/w",
        outputByteLimit: 1024), ACP.CreateTerminalRequest(sessionID: "s", command: "ls"),
      ACP.CreateTerminalResponse(terminalID: "t"), ACP.TerminalOutputRequest(sessionID: "s", terminalID: "t"),
      ACP.TerminalOutputResponse(output: "o", truncated: true, exitStatus: exit),
      ACP.WaitForTerminalExitRequest(sessionID: "s", terminalID: "t"),
      ACP.WaitForTerminalExitResponse(exitCode: 0), ACP.KillTerminalRequest(sessionID: "s", terminalID: "t"),
      ACP.KillTerminalResponse(), ACP.ReleaseTerminalRequest(sessionID: "s", terminalID: "t"),
      ACP.ReleaseTerminalResponse(), ACP.LogoutRequest(), ACP.LogoutResponse(),
      ACP.DeleteSessionRequest(sessionID: "s"), ACP.DeleteSessionResponse(),
      ACP.ResumeSessionRequest(sessionID: "s", cwd: "/w"),
      ACP.ResumeSessionRequest(sessionID: "s", cwd: "/w", mcpServers: servers, additionalDirectories: ["/x"]),
      ACP.ResumeSessionResponse(modes: modes, configOptions: options),
      ACP.ForkSessionRequest(sessionID: "s", cwd: "/w", mcpServers: servers, additionalDirectories: ["/x"]),
      ACP.ForkSessionResponse(sessionID: "f", modes: modes, configOptions: options),
      ACP.CreateElicitationRequest(scope: .session("s", toolCall: "c"), message: "m", question: .form(form)),
      ACP.CreateElicitationRequest(
        scope: .request(.number(3)), message: "m", question: .url("https://localhost/x", id: "e")),
      ACP.CreateElicitationRequest(
        scope: .request(.null), message: "m", question: .other(mode: "telepathy")),
      ACP.CreateElicitationResponse(
        answer: .accept([
          "a": .text("x"), "b": .integer(1), "c": .number(1.5), "d": .boolean(true), "e": .choices(["x", "y"]),
        ])), ACP.CreateElicitationResponse(answer: .accept(nil)), ACP.CreateElicitationResponse(answer: .decline),
      ACP.CreateElicitationResponse(answer: .cancel), ACP.CreateElicitationResponse(answer: .other(action: "later")),
      ACP.CompleteElicitationNotification(elicitationID: "e"),
      ACP.CancelRequestNotification(requestID: .string("r")), ACP.CancelRequestNotification(requestID: .number(7)),
    ]

  private static let form = ACP.ElicitationSchema(
    title: "t",
    properties: [
      "text": .text(
        .init(
          title: "t", description: "d", minLength: 1, maxLength: 9, pattern: ".*", format: .dateTime, standard: "x")),
      "one": .text(.init(choices: ["a", "b"])),
      "named": .text(.init(titledChoices: [.init(value: "a", title: "A", description: "d")])),
      "number": .number(.init(title: "t", description: "d", minimum: 0.5, maximum: 2.5, standard: 1.5)),
      "integer": .integer(.init(title: "t", description: "d", minimum: -1, maximum: 2, standard: 0)),
      "flag": .boolean(.init(title: "t", description: "d", standard: true)),
      "some": .multiSelect(
        .init(
          title: "t", description: "d", minItems: 1, maxItems: 2, items: .init(type: "string", choices: ["a"]),
          standard: ["a"])),
      "named-some": .multiSelect(.init(items: .init(titledChoices: [.init(value: "a", title: "A")]))),
    ], required: ["text"])

  @Test func `a value of every message is valid, and its members have the properties that we gave it`() throws {
    let (stable, unstable) = (try Self.schema(), JSONSchema(try SharedData.json(Self.unstablePath)))
    let unstableOnly = Set(ACPMethod.all.filter(\.isUnstable).flatMap(MessageTable.definitions))
    var seen: Set<String> = []
    for value in Self.values {
      let name = "\(type(of: value))"
      seen.insert(name)
      if !unstableOnly.contains(name) { #expect(stable.faults(of: value.json, as: name) == [], "\(name)") }
      #expect(unstable.faults(of: value.json, as: name) == [], "\(name), unstable")
      let back = try type(of: value).init(json: value.json)
      #expect(String(reflecting: back) == String(reflecting: value), "\(name)")
      #expect(back.json == value.json)
    }
    let all = ACPMethod.all.flatMap(MessageTable.definitions)
    #expect(Set(all).subtracting(seen) == [], "every message has a value here")
  }

  /// The methods that a list of the schema names.
  private static func methods(_ path: String) throws -> Set<String> {
    let lists = try SharedData.json(path).objectValue?.values.compactMap(\.objectValue) ?? []
    return Set(lists.flatMap { $0.values.compactMap(\.stringValue) })
  }

  @Test func `every method of the schema has a type here, or is named as left out`() throws {
    let stable = try Self.methods("schemas/acp/v1/meta.json")
    #expect(stable.count == 25)
    let typed = Set(ACPMethod.all.map(\.name))
    #expect(Set(ACPMethod.all.filter { !$0.isUnstable }.map(\.name)) == stable)
    let unstable = try Self.methods("schemas/acp/v1/meta.unstable.json")
    #expect(typed.union(MessageTable.untyped) == unstable)
    #expect(typed.isDisjoint(with: MessageTable.untyped))
  }

  @Test func `method names and directions are those of the schema`() throws {
    let definitions = try #require(SharedData.json(Self.unstablePath)["$defs"]?.objectValue)
    for method in ACPMethod.all {
      for name in MessageTable.definitions(method) {
        #expect(definitions[name]?["x-method"]?.stringValue == method.name)
        let side = definitions[name]?["x-side"]?.stringValue
        #expect(side == (method.side == .either ? "protocol" : method.side.rawValue), "\(name)")
      }
    }
  }

  @Test(
    arguments: [
      ("PromptRequest", ["sessionId": "s"]), ("PromptRequest", ["sessionId": 3, "prompt": []]),
      ("PromptRequest", ["sessionId": "s", "prompt": [["type": "text"]]]),
      ("PromptRequest", ["sessionId": "s", "prompt": [["type": "nonsense", "text": "x"]]]),
      ("PromptResponse", ["stopReason": "bored"]), ("InitializeRequest", ["protocolVersion": -1]),
      ("InitializeRequest", ["protocolVersion": 70000]), ("NewSessionRequest", ["cwd": "/"]),
      ("TerminalOutputResponse", ["output": "x", "truncated": "no"]),
      ("SessionNotification", ["sessionId": "s", "update": ["sessionUpdate": "plan", "entries": [["content": "x"]]]]),
      ("RequestPermissionResponse", ["outcome": ["outcome": "selected"]]),
      ("CreateElicitationRequest", ["mode": "form", "message": "m", "sessionId": "s"]),
      ("CreateElicitationRequest", ["mode": "url", "message": "m", "url": "x", "elicitationId": "e"]),
      ("CreateElicitationResponse", ["action": "accept", "content": ["a": ["b": 1]]]), ("NoSuchDefinition", [:]),
    ] as [(String, JSONValue)])
  func `the validator refuses what the schema refuses`(definition: String, value: JSONValue) throws {
    #expect(try Self.schema().faults(of: value, as: definition) != [])
  }
}
