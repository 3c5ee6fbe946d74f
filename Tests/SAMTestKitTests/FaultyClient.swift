// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import SAMTestKit
import Synchronization

/// A client with one fault, which runs one turn.
final class FaultyClient: RPCHandler {
  enum Fault: String, CaseIterable {
    case none, greetsLate, greetsTwice, relativeFolder, callsUnadvertised, answersEverything, hangsUpOnStrangeUpdates
    case inventsOptions, forgetsWrites, inventsFiles, cancels, asksQuestionsUnadvertised
    case terminalsWithoutExit, killsTerminalsWithTheCommand, promptsTwice, printsLogLines, addsMembers, keepsPermission

    /// The checks that fail for it, and no others.
    var breaks: [String] {
      switch self {
      case .none, .cancels: []
      case .greetsLate: ["CLI-001"]
      case .greetsTwice: ["CLI-002"]
      case .relativeFolder: ["CLI-003"]
      case .callsUnadvertised: ["CLI-004"]
      case .answersEverything: ["CLI-010"]
      case .hangsUpOnStrangeUpdates: ["CLI-012"]
      case .inventsOptions: ["CLI-020"]
      case .forgetsWrites: ["CLI-021"]
      case .inventsFiles: ["CLI-022"]
      case .terminalsWithoutExit: ["CLI-030"]
      case .killsTerminalsWithTheCommand: ["CLI-031"]
      case .asksQuestionsUnadvertised: ["CLI-050"]
      case .keepsPermission: ["CLI-060"]
      case .promptsTwice: ["CLI-061"]
      case .printsLogLines: ["CLI-100"]
      case .addsMembers: ["CLI-104"]
      }
    }
  }

  private struct State {
    var files: [String: String] = [:]
    var terminals: Set<String> = []
    var made = 0
    var killed = false
    var hasAsked = false
    var connection: RPCConnection?
  }

  private let fault: Fault
  private let transport: any RPCTransport
  private let state = Mutex(State())

  init(_ fault: Fault, transport: any RPCTransport) {
    self.fault = fault
    self.transport = transport
  }

  /// Greets the agent, has one turn, and hangs up.
  func run() async throws {
    try await RPCConnection.withConnection(over: transport, handler: self) { rpc in
      state.withLock { $0.connection = rpc }
      if fault == .printsLogLines { try await transport.write(Array("INFO hello\n".utf8)) }
      if fault == .greetsLate { try await rpc.notify("_early") }
      var hello: JSONObject = [
        "protocolVersion": 1,
        "clientCapabilities": ["fs": ["readTextFile": true, "writeTextFile": true], "terminal": true],
      ]
      if fault == .addsMembers { hello["color"] = "red" }
      _ = try await rpc.request("initialize", .object(hello))
      if fault == .greetsTwice { _ = try await rpc.request("initialize", .object(hello)) }
      let folder: JSONValue = fault == .relativeFolder ? "work" : "/work"
      let session = try await rpc.request("session/new", ["cwd": folder, "mcpServers": []])["sessionId"] ?? .null
      if fault == .callsUnadvertised { _ = try? await rpc.request("session/list", [:]) }
      let prompt: JSONValue = ["sessionId": session, "prompt": [["type": "text", "text": "go"]]]
      async let turn = try? rpc.request("session/prompt", prompt)
      if fault == .promptsTwice { _ = try? await rpc.request("session/prompt", prompt) }
      if fault == .cancels || fault == .keepsPermission {
        while !state.withLock({ $0.hasAsked }) { await Task.yield() }
        try await rpc.notify("session/cancel", ["sessionId": session])
      }
      _ = await turn
      if fault == .keepsPermission || fault == .cancels { try await Task.sleep(for: .milliseconds(50)) }
      rpc.finishSending()
    }
  }

  func notification(_ notification: RPCNotification) async throws {
    let kind = notification.params?["update"]?["sessionUpdate"]
    if fault == .hangsUpOnStrangeUpdates, kind == "hologram" { state.withLock { $0.connection }?.close() }
  }

  func request(_ request: RPCRequest) async throws -> JSONValue {
    let params = request.params ?? [:]
    if request.method.hasPrefix("terminal/") { return try terminal(request.method, params) }
    switch request.method {
    case "session/request_permission":
      state.withLock { $0.hasAsked = true }
      if fault == .cancels { return ["outcome": ["outcome": "cancelled"]] }
      if fault == .keepsPermission { try await Task.sleep(for: .milliseconds(20)) }
      return ["outcome": ["outcome": "selected", "optionId": fault == .inventsOptions ? "maybe" : "yes-7"]]
    case "fs/write_text_file":
      if fault == .forgetsWrites { return [:] }
      state.withLock { $0.files[params["path"]?.stringValue ?? ""] = params["content"]?.stringValue }
      return [:]
    case "fs/read_text_file":
      guard var text = state.withLock({ $0.files[params["path"]?.stringValue ?? ""] }) else {
        let isWritten = params["path"]?.stringValue?.hasSuffix("/.sam-conformance") == true
        if fault == .inventsFiles || fault == .forgetsWrites && isWritten { return ["content": "made up"] }
        throw RPCError(.resourceNotFound, "no such file")
      }
      if params["line"] == 2 { text = String(text.split(separator: "\n")[1]) }
      return ["content": .string(text)]
    case "elicitation/create" where fault == .asksQuestionsUnadvertised: return ["action": "accept"]
    default:
      if fault == .answersEverything, request.method.hasPrefix("_") { return [:] }
      throw RPCError.methodNotFound(request.method)
    }
  }

  private func terminal(_ method: String, _ params: JSONValue) throws -> JSONValue {
    try state.withLock { state in
      let id = params["terminalId"]?.stringValue ?? ""
      if method == "terminal/create" {
        state.made += 1
        let new = "t\(state.made)"
        state.terminals.insert(new)
        return ["terminalId": .string(new)]
      }
      guard state.terminals.contains(id) else { throw RPCError(.invalidParams, "no such terminal") }
      switch method {
      case "terminal/output":
        var output: JSONObject = ["output": "sam-conformance\n", "truncated": false, "exitStatus": ["exitCode": 0]]
        if fault == .terminalsWithoutExit { output["exitStatus"] = nil }
        return .object(output)
      case "terminal/wait_for_exit": return ["exitCode": 0]
      case "terminal/kill":
        if fault == .killsTerminalsWithTheCommand { state.terminals.remove(id) }
        return [:]
      default:
        state.terminals.remove(id)
        return [:]
      }
    }
  }
}
