// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// What a client does with the calls of an agent. All but updates and permissions have defaults that refuse.
public protocol ACPClientHandler: Sendable {
  /// Takes an update. The next message is dispatched when this returns, so a slow client slows the agent. It must not make
  /// requests on the same connection.
  func sessionUpdate(_ notification: ACP.SessionNotification) async throws

  /// Asks the person. It runs concurrently with everything else. Its task is cancelled when the turn is cancelled; a
  /// `CancellationError` is answered with the outcome `cancelled`.
  func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse

  /// Reads a file; needs the client capability.
  func readTextFile(_ request: ACP.ReadTextFileRequest) async throws -> ACP.ReadTextFileResponse

  /// Writes a file; needs the client capability.
  func writeTextFile(_ request: ACP.WriteTextFileRequest) async throws -> ACP.WriteTextFileResponse

  /// What serves the terminal methods, or nil when the client has no such capability.
  var terminals: (any ACPTerminalHandler)? { get }

  /// What serves questions to the person, or nil when the client has no such capability.
  var elicitations: (any ACPElicitationHandler)? { get }

  /// Answers a request of another method, such as an extension (`_name`).
  func otherRequest(_ method: String, _ params: JSONValue?) async throws -> JSONValue

  /// Takes a notification of another method, under the same rules as ``sessionUpdate(_:)``.
  func otherNotification(_ method: String, _ params: JSONValue?) async throws
}

/// What a client with terminals does with them.
public protocol ACPTerminalHandler: Sendable {
  /// Starts a command and returns at once.
  func createTerminal(_ request: ACP.CreateTerminalRequest) async throws -> ACP.CreateTerminalResponse
  /// Gives the output so far.
  func terminalOutput(_ request: ACP.TerminalOutputRequest) async throws -> ACP.TerminalOutputResponse
  /// Waits for the end of the command.
  func waitForTerminalExit(_ request: ACP.WaitForTerminalExitRequest) async throws -> ACP.WaitForTerminalExitResponse
  /// Ends the command and keeps the terminal.
  func killTerminal(_ request: ACP.KillTerminalRequest) async throws -> ACP.KillTerminalResponse
  /// Ends the command and gives the terminal back.
  func releaseTerminal(_ request: ACP.ReleaseTerminalRequest) async throws -> ACP.ReleaseTerminalResponse
}

extension ACPClientHandler {
  /// Refuses: this client reads no files.
  public func readTextFile(_ request: ACP.ReadTextFileRequest) async throws -> ACP.ReadTextFileResponse {
    throw RPCError.methodNotFound(ACP.ReadTextFileRequest.method)
  }

  /// Refuses: this client writes no files.
  public func writeTextFile(_ request: ACP.WriteTextFileRequest) async throws -> ACP.WriteTextFileResponse {
    throw RPCError.methodNotFound(ACP.WriteTextFileRequest.method)
  }

  /// This client has no terminals.
  public var terminals: (any ACPTerminalHandler)? { nil }

  /// This client asks no questions.
  public var elicitations: (any ACPElicitationHandler)? { nil }

  /// Refuses the method.
  public func otherRequest(_ method: String, _ params: JSONValue?) async throws -> JSONValue {
    throw RPCError.methodNotFound(method)
  }

  /// Refuses the method, which the diagnostics are told.
  public func otherNotification(_ method: String, _ params: JSONValue?) async throws {
    throw RPCError.methodNotFound(method)
  }
}
