// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// Starts the agent that is checked, a process at a time or several.
public protocol AgentStarter: Sendable {
  /// The absolute path of a folder in which the agent works; it exists, and the checks may write there.
  var workspace: String { get }

  /// Starts a process of the agent.
  ///
  /// - Throws: what keeps it from starting; every check then says so.
  func start() async throws -> any AgentInstance
}

/// One process of the agent that is checked.
public protocol AgentInstance: Sendable {
  /// Its standard input and output.
  var transport: any RPCTransport { get }

  /// The last of what it wrote to standard error, as evidence.
  var lastWords: String { get }

  /// Waits until the program itself has ended.
  ///
  /// - Throws: `CancellationError`.
  func waitForEnd() async throws -> AgentEnd

  /// What the program has started and what still runs: a line for each process. The program itself does not count.
  func running() async -> [String]

  /// Ends the program and all that it has started, at once, as a crash of the machine would; returns when nothing is left.
  func kill() async
}

/// How an agent's program ended.
public enum AgentEnd: Hashable, Sendable {
  /// It returned this exit code.
  case code(Int)
  /// This signal ended it.
  case signal(Int)
}
