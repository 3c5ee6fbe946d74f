// SPDX-License-Identifier: Apache-2.0
public import SAMRPC
internal import Synchronization

/// An agent with one fault that can be chosen: the negative control of ``AgentConformance``, and of whoever writes checks of
/// their own. It speaks the protocol by hand, because the typed connection would not let it be wrong.
///
/// It understands the prompts of ``prompts``.
public final class FaultyAgent: Sendable {
  /// What brings it to do what the checks are about.
  public static let prompts = AgentPrompts(say: "say {word}", ask: "[ask]", wait: "[wait]", tool: "[tool]")

  struct State {
    var sessions: [String: Session] = [:]
    var terminal = false
    var readsFiles = false
    var lastSession = ""
    var hasLostTurn = false
  }

  /// What a process knows of an open session.
  struct Session {
    var cwd: String
    var turns = 0
    var isCancelled = false
    var running: OneShot<Void>?
    var mode = "ask"
  }

  let fault: Fault
  let store: FaultyAgentStore
  let transport: MangledTransport
  let rpc: RPCConnection
  let state = Mutex(State())
  /// Set when the process is to end at once, with how it ends.
  let end = OneShot<AgentEnd>()
  private let leaveProcess: @Sendable () -> Void

  /// Makes an agent.
  ///
  /// - Parameters:
  ///   - fault: What it does wrong.
  ///   - store: Where it keeps its sessions.
  ///   - transport: Where the client is.
  ///   - leaveProcess: Leaves something running that outlives the agent; called by the fault that does so.
  public init(
    _ fault: Fault, store: FaultyAgentStore, transport: any RPCTransport, leaveProcess: @escaping @Sendable () -> Void
  ) {
    self.fault = fault
    self.store = store
    self.leaveProcess = leaveProcess
    let mangled = MangledTransport(transport, fault)
    self.transport = mangled
    var configuration = RPCConnection.Configuration()
    let end = end
    configuration.onDiagnostic = { diagnostic in
      if fault == .diesOfGarbage, diagnostic.kind == .garbage { end.set(.success(.signal(9))) }
    }
    if fault == .endsOnCancelRequest { configuration.cancelMethod = nil }
    rpc = RPCConnection(over: mangled, configuration: configuration)
  }

  /// Serves the client until it closes its end.
  ///
  /// - Returns: How the process is to end.
  public func run() async -> AgentEnd {
    await withTaskGroup(of: AgentEnd?.self) { group in
      group.addTask {
        await self.rpc.run(handler: self)
        let hasTurn = self.state.withLock { $0.hasLostTurn }
        let stays = self.fault == .staysAfterTheEnd || (self.fault == .staysWithATurn && hasTurn)
        return stays ? nil : .code(0)
      }
      group.addTask { try? await self.end.value() }
      var result: AgentEnd?
      while result == nil, let next = await group.next() { result = next }
      group.cancelAll()
      rpc.close()
      return result ?? .code(0)
    }
  }

  /// Ends the agent from outside, as a kill does.
  public func kill() {
    end.set(.success(.signal(9)))
    rpc.close()
  }

  func leave() { leaveProcess() }
}

extension FaultyAgent: RPCHandler {
  /// Takes the cancellation of a turn.
  public func notification(_ notification: RPCNotification) async throws {
    switch notification.method {
    case "session/cancel":
      if fault == .ignoresCancel { return }
      let running = state.withLock { state -> OneShot<Void>? in
        let id = notification.params?["sessionId"]?.stringValue ?? ""
        state.sessions[id]?.isCancelled = true
        return state.sessions[id]?.running
      }
      running?.set(.success(()))
    case RPCConnection.cancelMethod:
      end.set(.success(.code(1)))
      // Before anything is answered that comes behind it.
      rpc.close()
    default:
      if fault == .answersNotifications {
        try await write(["jsonrpc": "2.0", "id": 424_242, "error": ["code": -32601, "message": "no such method"]])
      }
    }
  }

  /// Answers the client.
  public func request(_ request: RPCRequest) async throws -> JSONValue {
    let params = request.params ?? [:]
    switch request.method {
    case "initialize": return try greet(params)
    case "session/new": return try newSession(params)
    case "session/load": return try await load(params)
    case "session/resume": return try await resume(params)
    case "session/fork": return try fork(params)
    case "session/list": return list()
    case "session/close": return try close(params)
    case "session/delete": return try delete(params)
    case "session/set_mode": return try setMode(params)
    case "session/set_config_option": return ["configOptions": options]
    case "session/prompt": return try await prompt(params)
    default:
      if fault == .internalErrorForUnknown { throw RPCError(.internalError, "what?") }
      throw RPCError.methodNotFound(request.method)
    }
  }

  /// Writes a message beside the connection.
  func write(_ message: JSONValue) async throws { try await transport.write(message.serialized() + [0x0A]) }

  /// A string among the parameters.
  func string(_ params: JSONValue, _ key: String) throws -> String {
    if let value = params[key]?.stringValue { return value }
    throw RPCError(.invalidParams, "\(key) is missing")
  }

  private func greet(_ params: JSONValue) throws -> JSONValue {
    if fault == .needsCapabilities, params["clientCapabilities"] == nil {
      throw RPCError(.invalidParams, "clientCapabilities is missing")
    }
    if fault == .refusesUnknownMembers, params["_meta"] != nil { throw RPCError(.invalidParams, "what is _meta?") }
    state.withLock { state in
      state.terminal = params["clientCapabilities"]?["terminal"]?.boolValue ?? false
      state.readsFiles = params["clientCapabilities"]?["fs"]?["readTextFile"]?.boolValue ?? false
    }
    var login: [JSONValue] = [["id": "key", "name": "A key"]]
    if fault == .repeatsLogins { login += login }
    var answer: JSONObject = [
      "protocolVersion": 1,
      "agentCapabilities": [
        "loadSession": true,
        "sessionCapabilities": ["list": [:], "close": [:], "delete": [:], "resume": [:], "fork": [:]],
      ],
      "authMethods": .array(login), "agentInfo": ["name": "faulty-agent", "version": "1"],
    ]
    if fault == .answersTheVersionAsked { answer["protocolVersion"] = params["protocolVersion"] }
    if fault == .forgetsVersion { answer["protocolVersion"] = nil }
    return .object(answer)
  }
}
