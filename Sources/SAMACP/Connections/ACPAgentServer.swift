// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// Runs an agent as a program of its own.
///
/// ```swift
/// try await ACPAgentServer(EchoAgent()).runOnStandardIO()
/// ```
public struct ACPAgentServer<Agent: ACPAgent>: Sendable {
  private let agent: Agent
  private let configuration: RPCConnection.Configuration

  /// Makes a server.
  ///
  /// - Parameters:
  ///   - agent: The agent.
  ///   - configuration: Limits and who is told what.
  public init(_ agent: Agent, configuration: RPCConnection.Configuration = .init()) {
    self.agent = agent
    self.configuration = configuration
  }

  /// Serves the client on standard input and output until it closes them. What the process prints meanwhile goes to
  /// standard error, so that a stray `print` does not break the protocol.
  ///
  /// - Throws: `RPCFailure` when standard input or output is not open.
  public func runOnStandardIO() async throws {
    await run(over: try PipeTransport.standardIO(claimingOutput: true))
  }

  /// Serves one client.
  ///
  /// - Parameter transport: Where the client is.
  /// - Returns: Why the connection ended, for a person.
  @discardableResult
  public func run(over transport: any RPCTransport) async -> String {
    await AgentConnection(over: transport, configuration: configuration).run(agent)
  }
}
