// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// The client of the checks: it answers the agent's requests as a check wants it.
final class ScriptedClient: RPCHandler {
  /// What it does when it is asked for permission.
  enum Permission: Sendable {
    /// Chooses the first option that allows.
    case allow
    /// Chooses the first option that rejects.
    case reject
    /// Does not answer until ``ScriptedClient/giveUp()``, and then with `cancelled`.
    case hold
  }

  private struct State {
    var permission = Permission.allow
    var holdsTerminals = false
    var asked: [ACP.RequestPermissionRequest] = []
    var terminals = 0
    var heldPermissions: [OneShot<Void>] = []
    var heldCommands: [OneShot<Void>] = []
    var isOver = false
  }

  private let capabilities: ACP.ClientCapabilities
  private let state = Mutex(State())

  init(_ capabilities: ACP.ClientCapabilities) { self.capabilities = capabilities }

  /// What it does when it is asked for permission.
  var permission: Permission {
    get { state.withLock { $0.permission } }
    set { state.withLock { $0.permission = newValue } }
  }

  /// Whether a command in a terminal runs until ``giveUp()`` or until the agent ends it.
  var holdsTerminals: Bool {
    get { state.withLock { $0.holdsTerminals } }
    set { state.withLock { $0.holdsTerminals = newValue } }
  }

  /// What it was asked.
  var asked: [ACP.RequestPermissionRequest] { state.withLock { $0.asked } }
  /// How many terminals were made.
  var terminals: Int { state.withLock { $0.terminals } }

  /// Answers what is held: permissions with `cancelled`, commands as ended.
  func giveUp() {
    state.withLock { state in
      state.isOver = true
      for held in state.heldPermissions + state.heldCommands { held.set(.success(())) }
    }
  }

  func notification(_ notification: RPCNotification) async throws {}

  func request(_ request: RPCRequest) async throws -> JSONValue {
    let params = request.params ?? [:]
    switch request.method {
    case ACP.RequestPermissionRequest.method: return try await permission(.init(json: params)).json
    case ACP.ReadTextFileRequest.method where capabilities.fileSystem.readTextFile:
      let read = try ACP.ReadTextFileRequest(json: params)
      guard let data = FileManager.default.contents(atPath: read.path) else {
        throw RPCError(.resourceNotFound, "There is no file \(read.path).")
      }
      return ACP.ReadTextFileResponse(content: String(decoding: data, as: UTF8.self)).json
    case ACP.WriteTextFileRequest.method where capabilities.fileSystem.writeTextFile:
      let write = try ACP.WriteTextFileRequest(json: params)
      try Data(write.content.utf8).write(to: URL(fileURLWithPath: write.path))
      return ACP.WriteTextFileResponse().json
    default:
      guard capabilities.terminal, let result = try await terminal(request.method) else {
        throw RPCError.methodNotFound(request.method)
      }
      return result
    }
  }

  private func permission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
    let policy = state.withLock { state in
      state.asked.append(request)
      return state.permission
    }
    let kinds: [ACP.PermissionOptionKind] =
      policy == .reject ? [.rejectOnce, .rejectAlways] : [.allowOnce, .allowAlways]
    let option = kinds.lazy.compactMap { kind in request.options.first { $0.kind == kind } }.first
    guard policy != .hold, let option else {
      try await hold(in: \.heldPermissions)
      return .init(outcome: .cancelled(.init()))
    }
    return .init(outcome: .selected(.init(optionID: option.optionID)))
  }

  /// A terminal of which every command prints nothing and succeeds, when it is not held.
  private func terminal(_ method: String) async throws -> JSONValue? {
    switch method {
    case ACP.CreateTerminalRequest.method:
      let number = state.withLock { state in
        state.terminals += 1
        return state.terminals
      }
      return ACP.CreateTerminalResponse(terminalID: .init(rawValue: "terminal-\(number)")).json
    case ACP.TerminalOutputRequest.method:
      let exit = ACP.TerminalExitStatus(exitCode: 0)
      return ACP.TerminalOutputResponse(output: "", truncated: false, exitStatus: holdsTerminals ? nil : exit).json
    case ACP.WaitForTerminalExitRequest.method:
      if holdsTerminals { try await hold(in: \.heldCommands) }
      return ACP.WaitForTerminalExitResponse(exitCode: 0).json
    case ACP.KillTerminalRequest.method, ACP.ReleaseTerminalRequest.method:
      state.withLock { state in
        for held in state.heldCommands { held.set(.success(())) }
      }
      return [:]
    default: return nil
    }
  }

  private func hold(in list: WritableKeyPath<State, [OneShot<Void>]>) async throws {
    let held = OneShot<Void>()
    state.withLock { state in
      state[keyPath: list].append(held)
      if state.isOver { held.set(.success(())) }
    }
    try await held.value()
  }
}
